internal import GRDB
internal import OffstageCore

/// Which events the browser's own log is known to hold: the `replayed` column.
extension StoreWriter {
  /// The browser tells an event before it has kept it; one that dies may lose the last.
  static let lateness = Interval.seconds(2)

  mutating func forgetReplays(
    _ service: Service, _ source: Int64, _ db: Database
  ) throws {
    let places = EventPlace.range(of: service)
    try db.run(
      "UPDATE event SET replayed = 0 WHERE source = ?1 AND replayed = 1 AND place BETWEEN ?2 AND ?3"
    ) {
      $0.bind(source, at: 1)
      $0.bind(places.lowerBound, at: 2)
      $0.bind(places.upperBound, at: 3)
    }
    tallies[ServiceKey(source: source, service: service)]?.replayed = 0
    try db.run("UPDATE service_state SET replayed = 0 WHERE source = ?1 AND service = ?2") {
      $0.bind(source, at: 1)
      $0.bind(service.code, at: 2)
    }
  }

  /// What was told live since then may never have been kept: that a replay lacks it shows nothing.
  mutating func doubt(
    _ service: Service, since: Timestamp, _ source: Int64, _ db: Database
  ) throws {
    let places = EventPlace.range(of: service)
    let update = try RawStatement(
      db,
      """
      UPDATE event SET replayed = 0 WHERE timestamp >= ?4 AND source = ?1
        AND place BETWEEN ?2 AND ?3 AND replayed = 1 AND capture = \(CaptureKind.live.rawValue)
      """)
    update.bind(source, at: 1)
    update.bind(places.lowerBound, at: 2)
    update.bind(places.upperBound, at: 3)
    update.bind(since.micros, at: 4)
    try update.run()
    let key = ServiceKey(source: source, service: service)
    tallies[key, default: Tally()].replayed -= Int64(update.changes)
  }

  /// A recorder that was killed has not said how its last observation ended: the browser may have
  /// been killed with it.
  mutating func doubtUnended(_ service: Service, _ source: Int64, _ db: Database) throws {
    let seenUntil = try db.row(
      """
      SELECT coalesce(seen_until, 0) FROM service_state WHERE source = ?1 AND service = ?2 AND (
        SELECT ended IS NULL FROM observation WHERE source = ?1 AND service = ?2
        ORDER BY id DESC LIMIT 1)
      """
    ) {
      $0.bind(source, at: 1)
      $0.bind(service.code, at: 2)
    } _: {
      $0.int(0)
    }
    guard let seenUntil else { return }
    try doubt(
      service, since: Timestamp(micros: seenUntil) - StoreWriter.lateness, source, db)
  }
}
