internal import GRDB
internal import OffstageCore

/// Events that arrived one after the other, as the search index takes them.
///
/// Their times are kept with them in the transactions that add events, so that a search goes through
/// the blocks in the order of time whatever the order of arrival. Whether a block has its signature
/// makes a search quicker and nothing else: without it the block is read.
struct EventBlock {
  var number: Int64
  /// No event of the block lies outside; what was removed may have been the first or last.
  var first: Int64
  var last: Int64
  var state: State

  /// How its events are searched. Stored.
  enum State: Int64 {
    /// All of them are read.
    case read = 0
    /// By a signature of its own.
    case indexed = 1
    /// By its part of its group's signature.
    case grouped = 2
  }

  static let schema = """
    CREATE TABLE event_block (
      -- The numbers of its events, divided by how many there are in a block.
      number INTEGER PRIMARY KEY,
      first INTEGER NOT NULL,
      last INTEGER NOT NULL,
      state INTEGER NOT NULL DEFAULT 0
    ) STRICT;

    -- Numbered by block and part: see SearchShape.
    CREATE TABLE block_signature (id INTEGER PRIMARY KEY, bits BLOB NOT NULL) STRICT;
    CREATE TABLE group_signature (id INTEGER PRIMARY KEY, bits BLOB NOT NULL) STRICT;
    CREATE TABLE block_letters (id INTEGER PRIMARY KEY, bits BLOB NOT NULL) STRICT;

    -- Few events are caused by something of ours.
    CREATE INDEX event_trigger ON event (timestamp, place, digest, source, ordinal)
      WHERE trigger IS NOT NULL;
    """

  func numbers(size: Int64) -> ClosedRange<Int64> {
    number * size...(number + 1) * size - 1
  }

  // MARK: Keeping

  static func add(_ times: ClosedRange<Int64>, to number: Int64, _ db: Database) throws {
    try db.run(
      """
      INSERT INTO event_block (number, first, last) VALUES (?1, ?2, ?3)
      ON CONFLICT DO UPDATE SET first = min(first, excluded.first), last = max(last, excluded.last)
      """
    ) {
      $0.bind(number, at: 1)
      $0.bind(times.lowerBound, at: 2)
      $0.bind(times.upperBound, at: 3)
    }
  }

  /// All blocks that events can be in. One of which nothing is known may hold any.
  static func all(_ db: Database, size: Int64) throws -> [EventBlock] {
    let known = try db.rows("SELECT number, first, last, state FROM event_block") {
      EventBlock(
        number: $0.int(0), first: $0.int(1), last: $0.int(2),
        state: State(rawValue: $0.int(3)) ?? .read)
    }
    guard let (first, last) = try numbers(db, size: size) else { return [] }
    let unknown = Set(first...last).subtracting(known.map(\.number))
    return known
      + unknown.map { EventBlock(number: $0, first: .min, last: .max, state: .read) }
  }

  /// Of the first and the last event.
  static func numbers(_ db: Database, size: Int64) throws -> (Int64, Int64)? {
    let ends = try db.row("SELECT (SELECT min(id) FROM event), (SELECT max(id) FROM event)") {
      ($0.optionalInt(0), $0.optionalInt(1))
    }
    guard let first = ends?.0, let last = ends?.1 else { return nil }
    return (first / size, last / size)
  }

  // MARK: Care

  static func rebuild(_ db: Database, size: Int64) throws {
    for table in ["event_block", "block_signature", "group_signature", "block_letters"] {
      try db.run("DELETE FROM \(table)")
    }
    try db.run(
      """
      INSERT INTO event_block (number, first, last)
      SELECT id / \(size), min(timestamp), max(timestamp) FROM event GROUP BY 1
      """)
  }

  /// The blocks whose times leave out events of theirs.
  static func faults(_ db: Database, size: Int64) throws -> Int64 {
    try db.row(
      """
      SELECT count(*) FROM (SELECT id / \(size) AS number, min(timestamp) AS first,
        max(timestamp) AS last FROM event GROUP BY 1) AS found
      LEFT JOIN event_block AS block ON block.number = found.number
      WHERE block.number IS NULL OR found.first < block.first OR found.last > block.last
      """
    ) { $0.int(0) } ?? 0
  }

  /// Makes it the same as if it had never been indexed.
  static func forgetSignature(of number: Int64, _ db: Database) throws {
    try db.run("UPDATE event_block SET state = 0 WHERE number = ?1") { $0.bind(number, at: 1) }
    try delete(from: "block_signature", number, shift: 9, db)
    try delete(from: "block_letters", number, shift: 6, db)
    let group = number / SearchShape.blocksOfGroup
    let isUsed = try db.row(
      "SELECT 1 FROM event_block WHERE number BETWEEN ?1 AND ?2 AND state = 2"
    ) {
      $0.bind(group * SearchShape.blocksOfGroup, at: 1)
      $0.bind((group + 1) * SearchShape.blocksOfGroup - 1, at: 2)
    } _: { _ in
      true
    }
    if isUsed == nil { try delete(from: "group_signature", group, shift: 12, db) }
  }

  static func delete(
    from table: String, _ number: Int64, shift: Int64, _ db: Database
  ) throws {
    try db.run("DELETE FROM \(table) WHERE id BETWEEN ?1 AND ?2") {
      $0.bind(number << shift, at: 1)
      $0.bind((number + 1) << shift - 1, at: 2)
    }
  }

  /// After events were removed; some at a time. True if there may be more.
  static func dropEmpty(_ db: Database, size: Int64) throws -> Bool {
    let empty = try db.rows(
      """
      SELECT number FROM event_block AS block WHERE NOT EXISTS (
        SELECT 1 FROM event
        WHERE id BETWEEN block.number * \(size) AND (block.number + 1) * \(size) - 1)
      LIMIT 10
      """
    ) { $0.int(0) }
    for number in empty {
      try forgetSignature(of: number, db)
      try db.run("DELETE FROM event_block WHERE number = ?1") { $0.bind(number, at: 1) }
    }
    return empty.count == 10
  }
}
