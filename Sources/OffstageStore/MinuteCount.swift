internal import GRDB
internal import OffstageCore

/// How many events of each kind a minute holds, kept in the transactions that add and remove them:
/// what is counted, drawn over time or jumped to is read here instead of from a million events.
enum MinuteCount {
  struct Key: Hashable, Sendable {
    var minute: Int64
    var place: Int64
    var registration: Int64
    var outcome: Int64
  }

  static let width = Interval.minutes(1)

  static let schema = """
    -- What the event says of success: 0 nothing, 1 ok, 2 failed, 3 pending.
    ALTER TABLE event ADD COLUMN outcome INTEGER NOT NULL DEFAULT 0;

    CREATE TABLE minute_count (
      -- Whole minutes since 1970.
      minute INTEGER NOT NULL,
      place INTEGER NOT NULL,
      registration INTEGER NOT NULL,
      outcome INTEGER NOT NULL,
      events INTEGER NOT NULL,
      PRIMARY KEY (minute, place, registration, outcome)
    ) STRICT, WITHOUT ROWID;
    """

  /// The minute of `event.timestamp`, also before 1970.
  private static let minuteOfEvent =
    "timestamp / \(width.micros) - (timestamp % \(width.micros) < 0)"

  static func minute(of time: Timestamp) -> Int64 {
    let (minutes, rest) = time.micros.quotientAndRemainder(dividingBy: width.micros)
    return rest < 0 ? minutes - 1 : minutes
  }

  static func start(of minute: Int64) -> Timestamp {
    Timestamp(micros: minute.multipliedReportingOverflow(by: width.micros).partialValue)
  }

  // MARK: Keeping

  static func add(_ events: Int64, to key: Key, _ db: Database) throws {
    try db.run(
      """
      INSERT INTO minute_count (minute, place, registration, outcome, events)
      VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO UPDATE SET events = events + excluded.events
      """
    ) {
      key.bind($0)
      $0.bind(events, at: 5)
    }
  }

  /// Before the events of `chosen`, a query for their ids, are removed.
  static func takeAway(_ chosen: String, _ condition: Condition, _ db: Database) throws {
    let gone = try db.rows(
      """
      SELECT \(minuteOfEvent), place, registration, outcome, count(*) FROM event
      WHERE id IN (\(chosen)) GROUP BY 1, 2, 3, 4
      """, condition.bind
    ) {
      (key: Key($0), events: $0.int(4))
    }
    for (key, events) in gone {
      try add(-events, to: key, db)
      try db.run(
        """
        DELETE FROM minute_count WHERE minute = ?1 AND place = ?2 AND registration = ?3
          AND outcome = ?4 AND events <= 0
        """, key.bind)
    }
  }

  // MARK: Care

  /// How many entries differ from what the events come to.
  static func faults(_ db: Database) throws -> Int64 {
    let counted = """
      SELECT \(minuteOfEvent) AS minute, place, registration, outcome, count(*) AS events
      FROM event GROUP BY 1, 2, 3, 4
      """
    let kept = "SELECT minute, place, registration, outcome, events FROM minute_count"
    return try db.row(
      """
      SELECT (SELECT count(*) FROM (\(counted) EXCEPT \(kept)))
        + (SELECT count(*) FROM (\(kept) EXCEPT \(counted)))
      """, { _ in }, { $0.int(0) }) ?? 0
  }

  static func rebuild(_ db: Database) throws {
    try setOutcomes(db)
    try db.run("DELETE FROM minute_count")
    try db.run(
      """
      INSERT INTO minute_count (minute, place, registration, outcome, events)
      SELECT \(minuteOfEvent), place, registration, outcome, count(*) FROM event GROUP BY 1, 2, 3, 4
      """)
  }

  /// The events whose stored outcome is not what they say, with what they say.
  static func wrongOutcomes(
    after id: Int64, limit: Int, _ db: Database
  ) throws -> (last: Int64?, wrong: [(id: Int64, outcome: Int64)]) {
    let page = try db.rows(
      """
      SELECT id, place, outcome, metadata, (SELECT value FROM text WHERE id = name) FROM event
      WHERE id > ?1 ORDER BY id LIMIT \(limit)
      """
    ) {
      $0.bind(id, at: 1)
    } _: { row in
      (id: row.int(0), kept: row.int(2), said: outcome(of: row))
    }
    return (page.last?.id, page.filter { $0.kept != $0.said }.map { ($0.id, $0.said) })
  }

  private static func outcome(of row: RawStatement) -> Int64 {
    guard let service = Service(code: Int(row.int(1) >> 8)), let name = row.optionalText(4)
    else { return 0 }
    // What can't be read says nothing; `verify` tells of it.
    let metadata = (try? EventReader.metadata(row.bytes(3))) ?? []
    let outcome = EventCatalogue.outcome(service, name) { key in
      metadata.first { $0.key == key }?.value
    }
    return outcome?.code ?? 0
  }

  private static func setOutcomes(_ db: Database) throws {
    var last: Int64 = 0
    while true {
      let page = try wrongOutcomes(after: last, limit: 5000, db)
      for (id, outcome) in page.wrong {
        try db.run("UPDATE event SET outcome = ?2 WHERE id = ?1") {
          $0.bind(id, at: 1)
          $0.bind(outcome, at: 2)
        }
      }
      guard let end = page.last else { return }
      last = end
    }
  }
}

extension MinuteCount.Key {
  /// From the first four columns.
  fileprivate init(_ row: RawStatement) {
    self.init(
      minute: row.int(0), place: row.int(1), registration: row.int(2), outcome: row.int(3))
  }

  fileprivate func bind(_ statement: RawStatement) {
    statement.bind(minute, at: 1)
    statement.bind(place, at: 2)
    statement.bind(registration, at: 3)
    statement.bind(outcome, at: 4)
  }
}
