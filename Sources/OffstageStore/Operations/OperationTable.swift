internal import GRDB
internal import OffstageCore

/// Where operations lie: kept in the transactions that add and remove their events.
enum OperationTable {
  static let schema = """
    -- The events of one service, worker registration and instance.
    CREATE TABLE thread (
      id INTEGER PRIMARY KEY,
      registration INTEGER NOT NULL,
      service INTEGER NOT NULL,
      instance TEXT NOT NULL,
      UNIQUE (instance, service, registration)
    ) STRICT;

    CREATE TABLE operation (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      thread INTEGER NOT NULL,
      service INTEGER NOT NULL,
      state INTEGER NOT NULL,
      began INTEGER NOT NULL,
      changed INTEGER NOT NULL,
      next INTEGER,
      events INTEGER NOT NULL,
      attempts INTEGER NOT NULL,
      answers INTEGER NOT NULL,
      failures INTEGER NOT NULL,
      total INTEGER NOT NULL,
      marks INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX operation_thread ON operation (thread, began);
    CREATE INDEX operation_facet ON operation (service, state, began);

    -- Operations that history changed: their events went to another, or came from one.
    CREATE TABLE operation_change (
      seq INTEGER PRIMARY KEY AUTOINCREMENT,
      operation INTEGER NOT NULL,
      -- The operation that has its first event now: itself, if it is still there.
      became INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX operation_change_of ON operation_change (operation);
    CREATE INDEX operation_change_to ON operation_change (became);

    ALTER TABLE event ADD COLUMN thread INTEGER;
    ALTER TABLE event ADD COLUMN operation INTEGER;
    CREATE INDEX event_thread ON event (thread, timestamp);
    """

  /// For the newest events of a state.
  static let recency = "CREATE INDEX operation_recent ON operation (state, changed, began);"

  /// Columns in the order of `Operation.init(_:)`.
  static let columns =
    """
    operation.id, operation.service, operation.state, operation.began, operation.changed,
    operation.next, operation.events, operation.attempts, operation.answers, operation.failures,
    operation.total, operation.marks
    """

  static func write(_ operation: Operation, thread: Int64, _ db: Database) throws {
    try db.run(
      """
      INSERT INTO operation (id, thread, service, state, began, changed, next, events, attempts,
        answers, failures, total, marks)
      VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)
      ON CONFLICT (id) DO UPDATE SET thread = excluded.thread, state = excluded.state,
        began = excluded.began, changed = excluded.changed, next = excluded.next,
        events = excluded.events, attempts = excluded.attempts, answers = excluded.answers,
        failures = excluded.failures, total = excluded.total, marks = excluded.marks
      """
    ) {
      $0.bind(operation.id, at: 1)
      $0.bind(thread, at: 2)
      $0.bind(operation.service.code, at: 3)
      $0.bind(operation.state.code, at: 4)
      $0.bind(operation.began.micros, at: 5)
      $0.bind(operation.changed.micros, at: 6)
      $0.bind(operation.next?.micros, at: 7)
      $0.bind(operation.events, at: 8)
      $0.bind(operation.attempts, at: 9)
      $0.bind(operation.answers, at: 10)
      $0.bind(operation.failures, at: 11)
      $0.bind(operation.total, at: 12)
      $0.bind(operation.marks.rawValue, at: 13)
    }
  }

  static func delete(_ id: Int64, _ db: Database) throws {
    try db.run("DELETE FROM operation WHERE id = ?1") { $0.bind(id, at: 1) }
  }

  /// The number that the next operation gets.
  static func nextID(_ db: Database) throws -> Int64 {
    let last = try db.row("SELECT seq FROM sqlite_sequence WHERE name = 'operation'", { _ in }) {
      $0.int(0)
    }
    return (last ?? 0) + 1
  }

  static func operation(_ id: Int64, _ db: Database) throws -> Operation? {
    try db.row("SELECT \(columns) FROM operation WHERE id = ?1") {
      $0.bind(id, at: 1)
    } _: {
      try Operation($0)
    }
  }

  static func all(of thread: Int64, _ db: Database) throws -> Set<Operation> {
    try Set(
      db.rows("SELECT \(columns) FROM operation WHERE thread = ?1") {
        $0.bind(thread, at: 1)
      } _: {
        try Operation($0)
      })
  }

  /// The last of a thread, and without an id those that are open, the oldest first.
  static func takers(
    of thread: Int64, _ service: Service, isAnonymous: Bool, at time: Timestamp, _ db: Database
  ) throws -> [Operation] {
    let end = Timestamp(micros: .max)
    guard isAnonymous else { return try last(of: thread, begunBefore: end, db) }
    let open = OperationState.allCases.filter(\.isOpen).map { "\($0.code)" }
    return try begun(
      in: thread, since: time - Operation.patience(of: service), before: end,
      "state IN (\(open.joined(separator: ", ")))", limit: OperationThread.anonymousLimit, db)
  }

  /// Those that were among the takers before `time`, as they are now.
  static func formerTakers(
    of thread: Int64, _ service: Service, isAnonymous: Bool, before time: Timestamp, _ db: Database
  ) throws -> [Operation] {
    guard isAnonymous else { return try last(of: thread, begunBefore: time, db) }
    return try begun(
      in: thread, since: time - Operation.patience(of: service), before: time, "1",
      limit: 4 * OperationThread.anonymousLimit, db)
  }

  /// That of the newest event: what has an id is one after the other.
  private static func last(
    of thread: Int64, begunBefore end: Timestamp, _ db: Database
  ) throws -> [Operation] {
    try db.rows(
      """
      SELECT \(columns) FROM operation WHERE id = (
        SELECT operation FROM event WHERE thread = ?1 AND timestamp < ?2
          AND operation IS NOT NULL
        ORDER BY timestamp DESC, place DESC, digest DESC, ordinal DESC LIMIT 1)
      """
    ) {
      $0.bind(thread, at: 1)
      $0.bind(end.micros, at: 2)
    } _: {
      try Operation($0)
    }
  }

  private static func begun(
    in thread: Int64, since start: Timestamp, before end: Timestamp, _ condition: String,
    limit: Int, _ db: Database
  ) throws -> [Operation] {
    let found = try db.rows(
      """
      SELECT \(columns) FROM operation WHERE thread = ?1 AND began >= ?2 AND began < ?3
        AND \(condition)
      ORDER BY began DESC, id DESC LIMIT \(limit)
      """
    ) {
      $0.bind(thread, at: 1)
      $0.bind(start.micros, at: 2)
      $0.bind(end.micros, at: 3)
    } _: {
      try Operation($0)
    }
    let last = try db.rows(
      """
      SELECT \(columns) FROM operation WHERE thread = ?1
        AND began = (SELECT max(began) FROM operation WHERE thread = ?1 AND began < ?2)
      """
    ) {
      $0.bind(thread, at: 1)
      $0.bind(end.micros, at: 2)
    } _: {
      try Operation($0)
    }
    let known = Set(found.map(\.id))
    return try inOrder(
      found.reversed() + last.filter { !known.contains($0.id) }, of: thread, db)
  }

  /// Those that began in the same microsecond are in the order of their first events.
  private static func inOrder(
    _ operations: [Operation], of thread: Int64, _ db: Database
  ) throws -> [Operation] {
    let operations = operations.sorted { $0.began < $1.began }
    let ties = Set(
      zip(operations, operations.dropFirst()).filter { $0.began == $1.began }.map(\.0.began))
    guard !ties.isEmpty else { return operations }
    var places: [Int64: Int] = [:]
    for time in ties {
      let ids = try db.rows(
        """
        SELECT operation FROM event WHERE thread = ?1 AND timestamp = ?2
        ORDER BY place, digest, ordinal
        """
      ) {
        $0.bind(thread, at: 1)
        $0.bind(time.micros, at: 2)
      } _: {
        $0.int(0)
      }
      for (place, id) in ids.enumerated() where places[id] == nil { places[id] = place }
    }
    return operations.sorted {
      ($0.began, places[$0.id] ?? 0) < ($1.began, places[$1.id] ?? 0)
    }
  }
}

extension Operation {
  init(_ row: RawStatement) throws {
    guard let service = Service(code: Int(row.int(1))),
      let state = OperationState(code: Int(row.int(2)))
    else { throw StoreError(.damaged, "Operation \(row.int(0)) of the store can't be read.") }
    self.init(
      id: row.int(0), service: service, state: state, began: Timestamp(micros: row.int(3)),
      changed: Timestamp(micros: row.int(4)),
      next: row.optionalInt(5).map(Timestamp.init(micros:)), events: Int(row.int(6)),
      attempts: Int(row.int(7)), answers: Int(row.int(8)), failures: Int(row.int(9)),
      total: Int(row.int(10)), marks: Marks(rawValue: Int(row.int(11))))
  }
}
