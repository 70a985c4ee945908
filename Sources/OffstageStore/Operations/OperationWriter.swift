internal import GRDB
internal import OffstageCore

/// Gives the events of one batch to their operations.
///
/// An event that is the newest of its thread goes on where the thread's operations stand. One that
/// came late, as history after live, only makes a note of it: its thread is folded anew from there
/// once the batch is in.
struct OperationWriter {
  struct Key: Hashable {
    var registration: Int64
    var service: Service
    var instance: ExactText
  }

  /// The place of an event of a thread in the order of time.
  struct Moment: Comparable {
    var timestamp: Timestamp
    var place: Int
    var digest: Int64

    init(_ identity: EventIdentity) {
      timestamp = identity.timestamp
      place = identity.place.rawValue
      digest = identity.digest
    }

    /// After all events of that time.
    init(after timestamp: Timestamp) {
      self.timestamp = timestamp
      place = .max
      digest = .max
    }

    static func < (left: Moment, right: Moment) -> Bool {
      (left.timestamp, left.place, left.digest) < (right.timestamp, right.place, right.digest)
    }
  }

  private struct Entry {
    var number: Int64
    var thread: OperationThread
    /// That of its newest event.
    var newest: Moment?
    var touched: Set<Int64> = []
    var left: [Operation] = []
    /// From where on it has to be folded anew.
    var late: Timestamp?
  }

  /// Where an event goes, if it turns out to be new.
  struct Place {
    fileprivate var entry: Int
    fileprivate var step: OperationStep
    fileprivate var moment: Moment
    fileprivate var placement: OperationThread.Placement?
    var thread: Int64
    /// Nil until the thread is folded anew.
    var operation: Int64?
  }

  private var entries: [Entry] = []
  private var indexes: [Key: Int] = [:]
  private var nextID: Int64 = 1

  mutating func begin(_ db: Database) throws {
    entries.removeAll(keepingCapacity: true)
    indexes.removeAll(keepingCapacity: true)
    nextID = try OperationTable.nextID(db)
  }

  func place(
    of event: LoggedEvent, _ identity: EventIdentity, in entry: Int
  ) -> Place {
    let thread = entries[entry]
    let step = OperationStep(identity.place) { event.value(of: $0) }
    let moment = Moment(identity)
    guard thread.late == nil, thread.newest.map({ $0 < moment }) ?? true else {
      return Place(entry: entry, step: step, moment: moment, thread: thread.number)
    }
    let placement = thread.thread.placement(of: step, at: event.timestamp)
    let operation =
      switch placement {
      case .joins(let index): thread.thread.operations[index].id
      case .begins: nextID
      }
    return Place(
      entry: entry, step: step, moment: moment, placement: placement, thread: thread.number,
      operation: operation)
  }

  mutating func take(_ place: Place) {
    let time = place.moment.timestamp
    guard let placement = place.placement else {
      entries[place.entry].late = min(entries[place.entry].late ?? time, time)
      return
    }
    if placement == .begins { nextID += 1 }
    let taken = entries[place.entry].thread.take(
      place.step, at: time, placement, id: place.operation ?? 0)
    entries[place.entry].newest = place.moment
    entries[place.entry].touched.insert(taken.operation.id)
    entries[place.entry].left += taken.left
  }

  /// The entry of a thread, which is made if there is none.
  mutating func entry(_ key: Key, at time: Timestamp, _ db: Database) throws -> Int {
    if let known = indexes[key] { return known }
    let bind: (RawStatement) -> Void = {
      $0.bind(key.instance.text, at: 1)
      $0.bind(key.service.code, at: 2)
      $0.bind(key.registration, at: 3)
    }
    let isAnonymous = OperationThread.isAnonymous(key.service, key.instance.text)
    var entry = Entry(
      number: 0, thread: OperationThread(service: key.service, instanceId: key.instance.text))
    // Each push has an id of its own: most are new, and are not looked for first.
    let isLikelyNew = key.service == .pushMessaging && !isAnonymous
    if !isLikelyNew, let found = try known(bind, db) {
      entry.number = found
      try resume(&entry, key, isAnonymous: isAnonymous, at: time, db)
    } else {
      let insert = try RawStatement(
        db,
        """
        INSERT INTO thread (instance, service, registration) VALUES (?1, ?2, ?3)
        ON CONFLICT DO NOTHING
        """)
      bind(insert)
      insert.forgetLastInsertedID()
      try insert.run()
      entry.number = insert.lastInsertedID
      if entry.number == 0, let found = try known(bind, db) {
        entry.number = found
        try resume(&entry, key, isAnonymous: isAnonymous, at: time, db)
      }
    }
    entries.append(entry)
    indexes[key] = entries.count - 1
    return entries.count - 1
  }

  private func known(_ bind: (RawStatement) -> Void, _ db: Database) throws -> Int64? {
    try db.row(
      "SELECT id FROM thread WHERE instance = ?1 AND service = ?2 AND registration = ?3", bind
    ) { $0.int(0) }
  }

  /// Goes on where the events that are stored have left it.
  private func resume(
    _ entry: inout Entry, _ key: Key, isAnonymous: Bool, at time: Timestamp, _ db: Database
  ) throws {
    let newest = try db.row("SELECT max(timestamp) FROM event WHERE thread = ?1") {
      $0.bind(entry.number, at: 1)
    } _: {
      $0.optionalInt(0)
    }
    entry.newest = newest.flatMap { $0 }.map { Moment(after: Timestamp(micros: $0)) }
    entry.thread = OperationThread(
      service: key.service, instanceId: key.instance.text,
      operations: try OperationTable.takers(
        of: entry.number, key.service, isAnonymous: isAnonymous, at: time, db))
  }

  /// Writes what changed, and folds anew where events came late.
  mutating func flush(_ db: Database) throws {
    for entry in entries {
      let stayed = entry.thread.operations.filter { entry.touched.contains($0.id) }
      for operation in entry.left + stayed {
        try OperationTable.write(operation, thread: entry.number, db)
      }
      if let late = entry.late {
        var fold = OperationFold(
          number: entry.number, service: entry.thread.service,
          isAnonymous: entry.thread.isAnonymous, nextID: nextID)
        try fold.run(from: late, db)
        nextID = fold.nextID
      }
    }
    entries.removeAll(keepingCapacity: true)
    indexes.removeAll(keepingCapacity: true)
  }
}
