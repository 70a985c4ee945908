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
    var isTouched = false
    /// Those that changed, of several that are open at once.
    var touched: Set<Int64> = []
    var left: [Operation] = []
    /// From where on it has to be folded anew.
    var late: Timestamp?

    /// Nil where the event came late.
    func placement(of step: OperationStep, at moment: Moment) -> OperationThread.Placement? {
      guard late == nil, newest.map({ $0 < moment }) ?? true else { return nil }
      return thread.placement(of: step, at: moment.timestamp)
    }

    /// The number of the operation that is there already.
    func operation(_ placement: OperationThread.Placement) -> Int64? {
      switch placement {
      case .joins(let index): thread.operations[index].id
      case .begins: nil
      }
    }

    mutating func take(_ place: Place) {
      let time = place.moment.timestamp
      guard let placement = place.placement else {
        late = min(late ?? time, time)
        return
      }
      let taken = thread.take(place.step, at: time, placement, id: place.operation ?? 0)
      newest = place.moment
      isTouched = true
      if thread.isAnonymous { touched.insert(taken.operation.id) }
      left += taken.left
    }
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
  private var nextID: Int64
  private let db: Database
  private let statements: Statements

  /// Prepared once for a batch: finding a statement by its text costs as much as running it.
  private struct Statements {
    let insertThread: RawStatement
    let findThread: RawStatement
    let newestOfThread: RawStatement
    let write: RawStatement

    init(_ db: Database) throws {
      insertThread = try RawStatement(
        db,
        """
        INSERT INTO thread (instance, service, registration) VALUES (?1, ?2, ?3)
        ON CONFLICT DO NOTHING
        """)
      findThread = try RawStatement(
        db, "SELECT id FROM thread WHERE instance = ?1 AND service = ?2 AND registration = ?3")
      newestOfThread = try RawStatement(db, "SELECT max(timestamp) FROM event WHERE thread = ?1")
      write = try RawStatement(db, OperationTable.writing)
    }
  }

  /// For a batch of so many events.
  init(_ db: Database, events: Int) throws {
    entries.reserveCapacity(min(events, 8192))
    indexes.reserveCapacity(min(events, 8192))
    self.db = db
    nextID = try OperationTable.nextID(db)
    statements = try Statements(db)
  }

  func place(
    of event: LoggedEvent, _ identity: EventIdentity, in entry: Int
  ) -> Place {
    let step = OperationStep(identity.place) { event.value(of: $0) }
    let moment = Moment(identity)
    let placement = entries[entry].placement(of: step, at: moment)
    return Place(
      entry: entry, step: step, moment: moment, placement: placement,
      thread: entries[entry].number,
      operation: placement.map { entries[entry].operation($0) ?? nextID })
  }

  mutating func take(_ place: Place) {
    if place.placement == .begins { nextID += 1 }
    entries[place.entry].take(place)
  }

  /// The entry of a thread, which is made if there is none.
  mutating func entry(_ key: Key, at time: Timestamp) throws -> Int {
    if let known = indexes[key] { return known }
    var entry = Entry(
      number: 0, thread: OperationThread(service: key.service, instanceId: key.instance.text))
    // Most ids are new: that of a push is its own.
    let insert = statements.insertThread
    insert.bind(key)
    insert.forgetLastInsertedID()
    try insert.run()
    entry.number = insert.lastInsertedID
    if entry.number == 0 {
      let find = statements.findThread
      find.bind(key)
      defer { find.reset() }
      guard try find.step() else {
        throw StoreError(.damaged, "A thread of the store can't be read.")
      }
      entry.number = find.int(0)
      try resume(&entry, key, at: time)
    }
    entries.append(entry)
    indexes[key] = entries.count - 1
    return entries.count - 1
  }

  /// Goes on where the events that are stored have left it.
  private func resume(
    _ entry: inout Entry, _ key: Key, at time: Timestamp
  ) throws {
    let newest = statements.newestOfThread
    newest.bind(entry.number, at: 1)
    defer { newest.reset() }
    if try newest.step(), let micros = newest.optionalInt(0) {
      entry.newest = Moment(after: Timestamp(micros: micros))
    }
    entry.thread = OperationThread(
      service: key.service, instanceId: key.instance.text,
      operations: try OperationTable.takers(
        of: entry.number, key.service, isAnonymous: entry.thread.isAnonymous, at: time, db))
  }

  /// Writes what changed, and folds anew where events came late.
  consuming func flush() throws {
    for entry in entries {
      let isAnonymous = entry.thread.isAnonymous
      func put(_ operation: Operation) throws {
        OperationTable.bind(
          operation, thread: entry.number, isAnonymous: isAnonymous, to: statements.write)
        try statements.write.run()
      }
      for operation in entry.left { try put(operation) }
      for operation in entry.thread.operations
      where isAnonymous ? entry.touched.contains(operation.id) : entry.isTouched {
        try put(operation)
      }
      if let late = entry.late {
        var fold = OperationFold(
          number: entry.number, service: entry.thread.service, isAnonymous: isAnonymous,
          nextID: nextID)
        try fold.run(from: late, db)
        nextID = fold.nextID
      }
    }
    try OperationTable.keep(nextID: nextID, db)
  }
}

extension RawStatement {
  fileprivate func bind(_ key: OperationWriter.Key) {
    bind(key.instance.text, at: 1)
    bind(key.service.code, at: 2)
    bind(key.registration, at: 3)
  }
}
