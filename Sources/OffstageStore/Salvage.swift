internal import GRDB
internal import OffstageCore

/// Copies what can be read of a damaged store into a new one.
///
/// They have a connection each: SQLite lets none write any more that has met a bad page within a
/// transaction (`SQLITE_CorruptRdOnly` in its source).
///
/// Rows are sought one by one, by their number: a seek fails only where its way leads over a bad
/// page, and a number that a bad page invents leads no other seek astray.
struct Salvage {
  let old: Database
  let new: Database
  /// Tables that have lost some of their rows.
  private(set) var incomplete: Set<String> = []
  /// How many events the store said it had; nil where that is lost too.
  private(set) var counted: Int64?

  init(from old: Database, to new: Database) {
    self.old = old
    self.new = new
  }

  mutating func run() throws {
    try readTimeIndex()
    for table in ["push_device", "push_subscription", "push_message"]
    where try !copyNumbered(table) {
      incomplete.insert(table)
    }
    for table in ["source", "text", "registration"] {
      let isWhole = try copyNumbered(table)
      if try !copyFromIndexes(of: table), !isWhole { incomplete.insert(table) }
      // All else belongs to a source.
      guard try new.row("SELECT 1 FROM source", { _ in }, { _ in true }) == true else { return }
    }
    for table in [
      "observation", "event", "gap", "worker", "request", "trigger", "notification",
    ]
    where try !copyNumbered(table) {
      incomplete.insert(table)
    }
    for (table, key) in [
      ("service_state", "source, service"), ("scope", "source, number"),
      ("cleared", "source, service, origin, since"),
    ] where try !copy(table, from: table, columns: columns(of: table), key: key) {
      incomplete.insert(table)
    }
    if !incomplete.contains("service_state") {
      counted = try new.row("SELECT coalesce(sum(events), 0) FROM service_state", { _ in }) {
        $0.int(0)
      }
    }
    try keepNumbersGrowing()
    try dropMarksOfLostOrigins()
    try addServiceStates()
  }

  // MARK: Rows that have a number

  /// So many numbers in a row may lead to bad pages; one page leads to some thousands.
  private static let patience = 100_000

  private mutating func copyNumbered(_ table: String) throws -> Bool {
    let columns = try columns(of: table)
    // An older store may not have it yet.
    guard !columns.isEmpty else { return true }
    let select = try RawStatement(old, "SELECT \(columns) FROM \(table) WHERE id = ?1")
    let insert = try insertion(into: table, columns)
    let last = lastNumber(of: table)
    var number: Int64 = 1
    var isWhole = true
    var (misses, failures) = (0, 0)
    while failures < Salvage.patience {
      if let last, number > last { break }
      do {
        select.bind(number, at: 1)
        defer { select.reset() }
        misses += 1
        if try select.step() {
          try insert.run(withRowOf: select)
          misses = 0
        }
        failures = 0
      } catch {
        try Salvage.passDamage(error)
        isWhole = false
        failures += 1
      }
      // Of old events long stretches are removed.
      if misses > 1000, let next = try? self.number(after: number, table) {
        guard next < .max else { break }
        misses = 0
        number = next
      } else {
        number += 1
      }
    }
    return isWhole
  }

  private func number(after number: Int64, _ table: String) throws -> Int64 {
    try old.row("SELECT min(id) FROM \(table) WHERE id > ?1") {
      $0.bind(number, at: 1)
    } _: {
      $0.optionalInt(0) ?? .max
    } ?? .max
  }

  /// The greatest number that a row can have, where anything tells it.
  private func lastNumber(of table: String) -> Int64? {
    let sequence =
      Salvage.sequences.contains(table)
      ? try? old.row("SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = ?1") {
        $0.bind(table, at: 1)
      } _: {
        $0.int(0)
      } : nil
    let indexed = Salvage.indexes[table].flatMap { index in
      try? old.row("SELECT coalesce(max(id), 0) FROM \(table) INDEXED BY \(index)", { _ in }) {
        $0.int(0)
      }
    }
    return [sequence, indexed].compactMap { $0 }.max()
  }

  private static let sequences: Set = ["event", "gap", "request", "operation", "trigger"]

  /// They tell a table's numbers a second time.
  private static let indexes = [
    "text": "sqlite_autoindex_text_1", "source": "sqlite_autoindex_source_1",
    "registration": "sqlite_autoindex_registration_1", "event": "event_time", "gap": "gap_source",
    "worker": "worker_time", "notification": "notification_time",
    "push_device": "sqlite_autoindex_push_device_1",
    "push_subscription": "sqlite_autoindex_push_subscription_1",
    "push_message": "push_message_time",
  ]

  // MARK: Rows in the order of a key

  /// From both ends of the key's order, each until a page can't be read.
  private func copy(
    _ table: String, from origin: String, columns: String, key: String
  ) throws -> Bool {
    for direction in ["ASC", "DESC"] {
      let order = key.split(separator: ",").map { "\($0) \(direction)" }.joined(separator: ",")
      let select = "SELECT \(columns) FROM \(origin) ORDER BY \(order)"
      if try copy(select, into: table, columns) { return true }
    }
    return false
  }

  /// False when a page could not be read.
  private func copy(_ select: String, into table: String, _ columns: String) throws -> Bool {
    let insert = try insertion(into: table, columns)
    do {
      let select = try RawStatement(old, select)
      defer { select.reset() }
      while try select.step() {
        do { try insert.run(withRowOf: select) } catch { try Salvage.passDamage(error) }
      }
      return true
    } catch {
      try Salvage.passDamage(error)
      return false
    }
  }

  func insertion(into table: String, _ columns: String) throws -> RawStatement {
    let places = (1...columns.split(separator: ",").count).map { "?\($0)" }
    return try RawStatement(
      new,
      "INSERT OR IGNORE INTO \(table) (\(columns)) VALUES (\(places.joined(separator: ", ")))")
  }

  /// The unique indexes hold what tells rows apart a second time.
  private func copyFromIndexes(of table: String) throws -> Bool {
    switch table {
    case "text":
      return try copy(
        "text", from: "text INDEXED BY sqlite_autoindex_text_1", columns: "value, id", key: "value")
    case "registration":
      let key = "source, number, origin, storage_key, scope"
      return try copy(
        "registration", from: "registration INDEXED BY sqlite_autoindex_registration_1",
        columns: key + ", id", key: key)
    default:
      return try copySourcesFromIndexes()
    }
  }

  private func copySourcesFromIndexes() throws -> Bool {
    try copy(
      """
      SELECT named.id, uuid, kind, coalesce(place_part, 'salvaged'), place_root, place_part, 0
      FROM (SELECT id, uuid FROM source INDEXED BY sqlite_autoindex_source_1) AS named
      JOIN (SELECT id, kind, place_root, place_part
        FROM source INDEXED BY sqlite_autoindex_source_2) AS placed ON placed.id = named.id
      """, into: "source", "id, uuid, kind, name, place_root, place_part, created")
  }

  /// What the time index tells of each event, for what becomes of it.
  private mutating func readTimeIndex() throws {
    try new.run(
      """
      CREATE TEMP TABLE known (id INTEGER PRIMARY KEY, timestamp INTEGER, place INTEGER,
        source INTEGER)
      """)
    let isWhole = try copy(
      "known", from: "event INDEXED BY event_time", columns: "timestamp, place, source, id",
      key: "timestamp, place, digest, source, ordinal")
    if !isWhole { incomplete.insert("known") }
  }

  // MARK: What must hold

  /// Numbers never repeat, also those of events that are lost.
  private func keepNumbersGrowing() throws {
    for table in Salvage.sequences {
      guard let last = lastNumber(of: table), last > 0 else { continue }
      try new.run(
        """
        INSERT INTO sqlite_sequence (name, seq) SELECT ?1, 0
        WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = ?1)
        """
      ) { $0.bind(table, at: 1) }
      try new.run("UPDATE sqlite_sequence SET seq = max(seq, ?2) WHERE name = ?1") {
        $0.bind(table, at: 1)
        $0.bind(last, at: 2)
      }
    }
  }

  /// A mark without its origin would be taken for one of all origins, and hold back what it must not.
  private mutating func dropMarksOfLostOrigins() throws {
    let statement = try RawStatement(
      new,
      "DELETE FROM cleared WHERE origin <> 0 AND origin NOT IN (SELECT id FROM text)")
    try statement.run()
    if statement.changes > 0 { incomplete.insert("cleared") }
  }

  private func addServiceStates() throws {
    for service in Service.allCases {
      try new.run(
        "INSERT OR IGNORE INTO service_state (source, service) SELECT id, ?1 FROM source"
      ) { $0.bind(service.code, at: 1) }
    }
  }

  func columns(of table: String) throws -> String {
    try old.rows("SELECT name FROM pragma_table_info(?1)") {
      $0.bind(table, at: 1)
    } _: {
      $0.text(0)
    }.joined(separator: ", ")
  }

  /// A row that can't be read or that the new store refuses costs itself; no room costs all.
  static func passDamage(_ error: any Error) throws {
    guard let code = (error as? DatabaseError)?.resultCode,
      ![.SQLITE_FULL, .SQLITE_NOMEM, .SQLITE_INTERRUPT, .SQLITE_READONLY].contains(code)
    else { throw error }
  }
}
