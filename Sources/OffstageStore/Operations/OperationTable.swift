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

    \(table)

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

  /// The last number is in `sqlite_sequence`, as AUTOINCREMENT would keep it with each row; once a
  /// batch is enough. Of what has an id, the events of its thread tell the operations.
  private static let table = """
    CREATE TABLE operation (
      id INTEGER PRIMARY KEY,
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
      marks INTEGER NOT NULL,
      -- Its events have no id that tells them from those of another.
      is_anonymous INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX operation_anonymous ON operation (thread, began) WHERE is_anonymous;
    CREATE INDEX operation_facet ON operation (service, state, began);
    """

  /// Gives the first shape of the table the one that it has now.
  static func makeLeaner(_ db: Database) throws {
    guard try !db.columns(in: "operation").contains(where: { $0.name == "is_anonymous" }) else {
      return
    }
    let next = try nextID(db)
    try db.execute(
      sql: """
        ALTER TABLE operation RENAME TO operation_before;
        DROP INDEX operation_thread;
        DROP INDEX operation_facet;
        \(table)
        INSERT INTO operation
          SELECT operation.id, thread, operation.service, state, began, changed, next, events,
            attempts, answers, failures, total, marks,
            thread.instance = '' AND thread.service IN (\(anonymous))
          FROM operation_before AS operation JOIN thread ON thread.id = operation.thread
          ORDER BY operation.id;
        DROP TABLE operation_before;
        """)
    try keep(nextID: next, db)
  }

  private static let anonymous = Service.allCases
    .filter { OperationThread.isAnonymous($0, "") }.map { "\($0.code)" }.joined(separator: ", ")
  /// For the newest events of a state.
  static let recency = "CREATE INDEX operation_recent ON operation (state, changed, began);"

  /// Columns in the order of `Operation.init(_:)`.
  static let columns =
    """
    operation.id, operation.service, operation.state, operation.began, operation.changed,
    operation.next, operation.events, operation.attempts, operation.answers, operation.failures,
    operation.total, operation.marks
    """

  /// Takes what `bind` gives it.
  static let writing = """
    INSERT INTO operation (id, thread, service, state, began, changed, next, events, attempts,
      answers, failures, total, marks, is_anonymous)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)
    ON CONFLICT (id) DO UPDATE SET thread = excluded.thread, state = excluded.state,
      began = excluded.began, changed = excluded.changed, next = excluded.next,
      events = excluded.events, attempts = excluded.attempts, answers = excluded.answers,
      failures = excluded.failures, total = excluded.total, marks = excluded.marks,
      is_anonymous = excluded.is_anonymous
    """

  static func bind(
    _ operation: Operation, thread: Int64, isAnonymous: Bool, to statement: RawStatement
  ) {
    statement.bind(operation.id, at: 1)
    statement.bind(thread, at: 2)
    statement.bind(operation.service.code, at: 3)
    statement.bind(operation.state.code, at: 4)
    statement.bind(operation.began.micros, at: 5)
    statement.bind(operation.changed.micros, at: 6)
    statement.bind(operation.next?.micros, at: 7)
    statement.bind(operation.events, at: 8)
    statement.bind(operation.attempts, at: 9)
    statement.bind(operation.answers, at: 10)
    statement.bind(operation.failures, at: 11)
    statement.bind(operation.total, at: 12)
    statement.bind(operation.marks.rawValue, at: 13)
    statement.bind(isAnonymous ? 1 : 0, at: 14)
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

  /// Numbers below `next` are not given again.
  static func keep(nextID next: Int64, _ db: Database) throws {
    try db.run(
      """
      INSERT INTO sqlite_sequence (name, seq) SELECT 'operation', 0
      WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = 'operation')
      """)
    try db.run("UPDATE sqlite_sequence SET seq = ?1 WHERE name = 'operation' AND seq < ?1") {
      $0.bind(next - 1, at: 1)
    }
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
      db.rows(
        """
        SELECT \(columns) FROM operation
        WHERE id IN (SELECT operation FROM event WHERE thread = ?1)
        """
      ) {
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
      SELECT \(columns) FROM operation WHERE is_anonymous AND thread = ?1
        AND began >= ?2 AND began < ?3 AND \(condition)
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
      SELECT \(columns) FROM operation WHERE is_anonymous AND thread = ?1
        AND began = (
          SELECT max(began) FROM operation WHERE is_anonymous AND thread = ?1 AND began < ?2)
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
