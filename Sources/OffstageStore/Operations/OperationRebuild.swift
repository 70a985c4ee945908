internal import GRDB
internal import OffstageCore

/// Makes all operations anew from the events that are there.
enum OperationRebuild {
  struct Thread {
    var number: Int64
    var service: Service
    var isAnonymous: Bool

    func fold(nextID: Int64) -> OperationFold {
      OperationFold(number: number, service: service, isAnonymous: isAnonymous, nextID: nextID)
    }
  }

  /// In a store whose events are older than operations are.
  static func runIfNever(_ db: Database) throws {
    let isNeeded = try db.row("SELECT 1 FROM event WHERE thread IS NULL LIMIT 1", { _ in }) { _ in
      true
    }
    if isNeeded ?? false { try run(db) }
  }

  static func run(_ db: Database) throws {
    try threadEvents(db)
    try keepNumbersGrowing(db)
    var nextID = try OperationTable.nextID(db)
    var last: Int64 = 0
    while true {
      let threads = try threads(after: last, limit: 1000, db)
      guard let end = threads.last?.number else { break }
      for thread in threads {
        var fold = thread.fold(nextID: nextID)
        try fold.run(from: Timestamp(micros: .min), through: Timestamp(micros: .max), db)
        nextID = fold.nextID
      }
      last = end
    }
    try OperationTable.keep(nextID: nextID, db)
    try db.run("DELETE FROM operation WHERE id IN (\(eventless))")
    try db.run(
      "DELETE FROM thread WHERE NOT EXISTS (SELECT 1 FROM event WHERE event.thread = thread.id)")
  }

  /// Operations keep the numbers that their events name.
  private static func keepNumbersGrowing(_ db: Database) throws {
    try db.run(
      """
      UPDATE event SET operation = NULL WHERE operation IN (
        SELECT operation FROM event GROUP BY operation HAVING count(DISTINCT thread) > 1)
      """)
    let greatest = try db.row("SELECT max(operation) FROM event", { _ in }) { $0.optionalInt(0) }
    guard let greatest = greatest ?? nil else { return }
    try OperationTable.keep(nextID: greatest + 1, db)
  }

  private static let eventless = """
    SELECT id FROM operation WHERE NOT EXISTS (SELECT 1 FROM event
      WHERE thread = operation.thread AND timestamp BETWEEN began AND changed
        AND event.operation = operation.id)
    """

  /// How many operations no event names.
  static func eventless(_ db: Database) throws -> Int {
    try db.row("SELECT count(*) FROM (\(eventless))", { _ in }) { Int($0.int(0)) } ?? 0
  }

  /// Of some threads, how many are not what comes of their events; with the last of them.
  static func faults(
    after number: Int64, limit: Int, _ db: Database
  ) throws -> (last: Int64?, faults: Int) {
    let threads = try threads(after: number, limit: limit, db)
    let faulty = try threads.filter { thread in
      var fold = thread.fold(nextID: 0)
      return try fold.isFaulty(db)
    }
    return (threads.last?.number, faulty.count)
  }

  static func strays(_ db: Database) throws -> Int {
    try db.row("SELECT count(*) FROM (\(strayEvents))", { _ in }) { Int($0.int(0)) } ?? 0
  }

  static func thread(_ number: Int64, _ db: Database) throws -> Thread? {
    try db.row("SELECT id, service, instance FROM thread WHERE id = ?1") {
      $0.bind(number, at: 1)
    } _: {
      try Thread($0)
    }
  }

  private static func threads(
    after number: Int64, limit: Int, _ db: Database
  ) throws -> [Thread] {
    try db.rows(
      "SELECT id, service, instance FROM thread WHERE id > ?1 ORDER BY id LIMIT \(limit)"
    ) {
      $0.bind(number, at: 1)
    } _: {
      try Thread($0)
    }
  }

  /// Events whose thread is not theirs.
  private static let strayEvents = """
    SELECT event.id FROM event
    JOIN registration ON registration.id = event.registration
    LEFT JOIN thread ON thread.id = event.thread
    LEFT JOIN registration AS owner ON owner.id = thread.registration
    WHERE thread.id IS NULL OR thread.instance <> event.instance
      OR thread.service <> event.place >> 8
      OR (thread.service = \(Service.paymentHandler.code)
        AND (owner.number <> '-1' OR owner.source <> registration.source
          OR owner.origin <> registration.origin
          OR owner.storage_key <> registration.storage_key))
      OR (thread.service <> \(Service.paymentHandler.code)
        AND thread.registration <> event.registration)
    """

  /// Gives each event its thread.
  private static func threadEvents(_ db: Database) throws {
    try db.run("CREATE TEMP TABLE owner (registration INTEGER, service INTEGER, owner INTEGER)")
    defer { try? db.run("DROP TABLE temp.owner") }
    let registrations = try db.rows(
      "SELECT DISTINCT registration, place >> 8 FROM event", { _ in }
    ) { ($0.int(0), Int($0.int(1))) }
    for (registration, service) in registrations {
      let owner =
        service == Service.paymentHandler.code
        ? try db.paymentRegistration(beside: registration) : registration
      try db.run("INSERT INTO temp.owner VALUES (?1, ?2, ?3)") {
        $0.bind(registration, at: 1)
        $0.bind(service, at: 2)
        $0.bind(owner, at: 3)
      }
    }
    try db.run("CREATE INDEX temp.owner_of ON owner (registration, service)")
    try db.run(
      """
      INSERT OR IGNORE INTO thread (registration, service, instance)
      SELECT DISTINCT owner.owner, event.place >> 8, event.instance FROM event
      JOIN temp.owner ON owner.registration = event.registration
        AND owner.service = event.place >> 8
      """)
    try db.run(
      """
      UPDATE event SET thread = (
        SELECT thread.id FROM temp.owner JOIN thread ON thread.registration = owner.owner
          AND thread.service = owner.service AND thread.instance = event.instance
        WHERE owner.registration = event.registration AND owner.service = event.place >> 8)
      WHERE id IN (\(strayEvents))
      """)
  }
}

extension OperationRebuild.Thread {
  fileprivate init(_ row: RawStatement) throws {
    guard let service = Service(code: Int(row.int(1))) else {
      throw StoreError(.damaged, "Thread \(row.int(0)) of the store can't be read.")
    }
    self.init(
      number: row.int(0), service: service,
      isAnonymous: OperationThread.isAnonymous(service, row.text(2)))
  }
}
