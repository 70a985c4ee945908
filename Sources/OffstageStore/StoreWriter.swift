internal import GRDB
internal import JSON
internal import OffstageCore

/// Applies batches of writes within a transaction.
///
/// It remembers the numbers of texts, sources and registrations between batches; all of it can be
/// read again, so it is forgotten when a transaction fails.
struct StoreWriter {
  struct RegistrationKey: Hashable {
    var source: Int64
    var origin: ExactText
    var storageKey: ExactText?
    var number: ExactText
    /// What a file says of it, which is not what the browser says now.
    var fileScope: ExactText?
  }

  /// What is known of the observations that run; it can't be read again.
  struct Observed {
    var numbers: [ObservationToken: Int64] = [:]
    /// How many stored events each running replay has shown.
    var shown: [ObservationToken: Int64] = [:]
  }

  /// What one service of one source gains within a batch.
  struct Tally {
    var events: Int64 = 0
    var replayed: Int64 = 0
    var suppressed: Int64 = 0

    mutating func count(isNew: Bool, isKept: Bool) {
      if isNew { events += 1 }
      if isKept { replayed += 1 }
    }
  }

  struct ServiceKey: Hashable {
    var source: Int64
    var service: Service
  }

  var texts: [ExactText: Int64] = [:]
  var sources: [SourceID: Int64] = [:]
  var registrations: [RegistrationKey: Int64] = [:]
  /// Events come in long runs of one registration.
  var lastRegistration: (key: RegistrationKey, number: Int64)?
  var observed = Observed()

  var tallies: [ServiceKey: Tally] = [:]
  var minutes: [MinuteCount.Key: Int64] = [:]
  /// The times of new events, by block.
  var blocks: [Int64: ClosedRange<Int64>] = [:]
  private let blockSize: Int64
  var marks: [Int64: RemovalMarks] = [:]
  /// By the registration that an event names.
  var paymentRegistrations: [Int64: Int64] = [:]
  private var json = JSONWriter(reservingCapacity: 1024)

  /// Entries of a cache; past it the cache starts anew.
  static let cacheLimit = 20_000

  init(blockSize: Int64) {
    self.blockSize = blockSize
  }

  // MARK: Batches

  mutating func apply(_ batch: [SourceWrites], _ db: Database) throws -> WriteResult {
    var result = WriteResult()
    let insert = try RawStatement(db, StoreWriter.insertEvent)
    marks.removeAll(keepingCapacity: true)
    var operations = try OperationWriter(
      db, events: batch.reduce(0) { $0 + $1.writes.count })
    for group in batch {
      let source = try number(of: group.source, db)
      for write in group.writes {
        if case .event(let event) = write {
          try store(event, source, insert, &operations, db, &result)
        } else {
          try apply(write, source, db, &result)
        }
      }
    }
    try flushTallies(db)
    try operations.flush()
    return result
  }

  private static let insertEvent = """
    INSERT INTO event (timestamp, place, digest, source, ordinal, received, capture, replayed,
      observation, name, registration, instance, metadata, digits, scale, number, extra,
      outcome, written, thread, operation, trigger)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18,
      ?19, ?20, ?21, ?22)
    ON CONFLICT (timestamp, place, digest, source, ordinal) DO UPDATE SET replayed = 1
    WHERE replayed = 0 AND excluded.replayed = 1
    """

  private mutating func store(
    _ write: EventWrite, _ source: Int64, _ insert: RawStatement,
    _ operations: inout OperationWriter, _ db: Database, _ result: inout WriteResult
  ) throws {
    let event = write.logged
    let key = ServiceKey(source: source, service: event.service)
    let isReplay = write.capture.isFromLog && write.file == nil
    // The browser keeps what it tells live too, but for what is live only by its nature.
    let isKept = write.file == nil && write.showsLog && (isReplay || !event.isLiveOnly)
    if isReplay, try marks(of: source, db).cover(event) {
      result.suppressed += 1
      tallies[key, default: Tally()].suppressed += 1
      // What an operation that goes on keeps from before the horizon is there all the same.
      if isKept, let token = write.observation,
        try isKnownOfReplays(write.identity, source, db)
      {
        observed.shown[token, default: 0] += 1
      }
      return
    }
    let name = try number(of: event.eventName, db)
    let registration = try number(ofRegistrationOf: event, source, write.file, db)
    insert.bind(event.timestamp.micros, at: 1)
    insert.bind(write.identity.place.rawValue, at: 2)
    insert.bind(write.identity.digest, at: 3)
    insert.bind(source, at: 4)
    insert.bind(Int64(write.identity.ordinal), at: 5)
    insert.bind(write.received.micros, at: 6)
    insert.bind(write.capture.rawValue, at: 7)
    insert.bind(isKept ? 1 : 0, at: 8)
    insert.bind(write.observation.flatMap { observed.numbers[$0] }, at: 9)
    insert.bind(name, at: 10)
    insert.bind(registration, at: 11)
    insert.bind(event.timestampNumber, from: 14)
    insert.bind(event.extra?.description, at: 17)
    let outcome = event.outcome?.code ?? 0
    insert.bind(outcome, at: 18)
    insert.bind(event.written?.description, at: 19)
    let thread = try operations.entry(
      OperationWriter.Key(
        registration: try threadRegistration(registration, of: event, db),
        service: event.service, instance: ExactText(event.instanceId)),
      at: event.timestamp)
    let place = operations.place(of: event, write.identity, in: thread)
    insert.bind(place.thread, at: 20)
    insert.bind(place.operation, at: 21)
    let told = try write.file?.trigger.flatMap { try db.trigger(of: source, asked: $0.micros) }
    insert.bind(write.trigger ?? told, at: 22)
    insert.forgetLastInsertedID()
    var instance = event.instanceId
    let metadata = encode(event.metadata)
    try instance.withUTF8 { instance in
      try metadata.withUnsafeBufferPointer { metadata in
        insert.bindInPlace(instance, at: 12)
        insert.bindInPlace(metadata, at: 13)
        try insert.run()
      }
    }
    let id = insert.lastInsertedID
    let isNew = id != 0
    if isNew { result.stored += 1 } else { result.known += 1 }
    if isNew {
      note(event.timestamp, inBlock: id / blockSize)
      operations.take(place)
      let minute = MinuteCount.Key(
        minute: MinuteCount.minute(of: event.timestamp),
        place: Int64(write.identity.place.rawValue), registration: registration, outcome: outcome)
      minutes[minute, default: 0] += 1
    }
    if isNew || insert.changes > 0 {
      tallies[key, default: Tally()].count(isNew: isNew, isKept: isKept)
    }
    if isKept, let token = write.observation { observed.shown[token, default: 0] += 1 }
  }

  private mutating func note(_ time: Timestamp, inBlock number: Int64) {
    let micros = time.micros
    guard let times = blocks[number] else {
      blocks[number] = micros...micros
      return
    }
    guard !times.contains(micros) else { return }
    blocks[number] = min(times.lowerBound, micros)...max(times.upperBound, micros)
  }

  private func isKnownOfReplays(
    _ identity: EventIdentity, _ source: Int64, _ db: Database
  ) throws -> Bool {
    try db.row(
      """
      SELECT 1 FROM event WHERE timestamp = ?1 AND place = ?2 AND digest = ?3 AND source = ?4
        AND ordinal = ?5 AND replayed = 1
      """
    ) {
      $0.bind(identity.timestamp.micros, at: 1)
      $0.bind(identity.place.rawValue, at: 2)
      $0.bind(identity.digest, at: 3)
      $0.bind(source, at: 4)
      $0.bind(Int64(identity.ordinal), at: 5)
    } _: { _ in
      true
    } ?? false
  }

  private mutating func encode(_ metadata: [LoggedEvent.Metadata]) -> [UInt8] {
    json.removeAll()
    json.object { json in
      for pair in metadata { json.member(pair.key, pair.value) }
    }
    return json.bytes
  }

  private mutating func flushTallies(_ db: Database) throws {
    for (key, tally) in tallies {
      try db.run(
        """
        UPDATE service_state SET events = events + ?3, replayed = replayed + ?4,
          suppressed = suppressed + ?5
        WHERE source = ?1 AND service = ?2
        """
      ) {
        $0.bind(key.source, at: 1)
        $0.bind(key.service.code, at: 2)
        $0.bind(tally.events, at: 3)
        $0.bind(tally.replayed, at: 4)
        $0.bind(tally.suppressed, at: 5)
      }
    }
    tallies.removeAll(keepingCapacity: true)
    for (key, events) in minutes { try MinuteCount.add(events, to: key, db) }
    minutes.removeAll(keepingCapacity: true)
    for (number, times) in blocks { try EventBlock.add(times, to: number, db) }
    blocks.removeAll(keepingCapacity: true)
  }
}
