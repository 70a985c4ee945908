internal import GRDB
internal import OffstageCore

/// What was lost, as far as it can be told.
extension Salvage {
  /// Events that refer to what is missing, or whose content is no more what it was.
  static func dropSpoiltEvents(_ db: Database) throws {
    var last: Int64 = 0
    while true {
      let ids = try db.rows("SELECT id FROM event WHERE id > ?1 ORDER BY id LIMIT 2000") {
        $0.bind(last, at: 1)
      } _: {
        $0.int(0)
      }
      guard let end = ids.last else { return }
      let page = try? events(db, ids[0]...end)
      let readable = page ?? ids.compactMap { try? events(db, $0...$0).first }
      let sound = Set(readable.filter(isSound).map(\.id))
      for id in ids where !sound.contains(id) {
        try db.run("DELETE FROM event WHERE id = ?1") { $0.bind(id, at: 1) }
      }
      last = end
    }
  }

  private static func events(_ db: Database, _ ids: ClosedRange<Int64>) throws -> [StoredEvent] {
    var condition = Condition()
    condition.add("event.id >= \(condition.placeholder(ids.lowerBound))")
    condition.add("event.id <= \(condition.placeholder(ids.upperBound))")
    return try EventReader.events(db, where: condition, order: "event.id", limit: 2000)
  }

  private static func isSound(_ event: StoredEvent) -> Bool {
    EventIdentity(of: event.logged, ordinal: event.identity.ordinal) == event.identity
  }

  /// A gap for each stretch of a service in which events are known to be lost.
  func addGaps() throws {
    try new.run(
      """
      INSERT INTO gap (source, service, began, ended, reason, browser_ran)
      SELECT source, service, min(timestamp), max(timestamp), '\(Gap.Reason.damaged.rawValue)',
        '\(Gap.BrowserRan.yes.rawValue)'
      FROM (
        SELECT source, service, timestamp, is_lost, sum(NOT is_lost)
          OVER (PARTITION BY source, service ORDER BY timestamp, id) AS stretch
        FROM (SELECT *, place >> 8 AS service, id NOT IN (SELECT id FROM event) AS is_lost
          FROM temp.known))
      WHERE is_lost AND source IN (SELECT id FROM source)
      GROUP BY source, service, stretch ORDER BY 3
      """)
  }

  /// Sentences for a person.
  func losses() throws -> [String] {
    let saved = try new.row("SELECT count(*) FROM event", { _ in }) { $0.int(0) } ?? 0
    let known = try new.row("SELECT count(*) FROM temp.known", { _ in }) { $0.int(0) } ?? 0
    let lost = max(known, counted ?? 0) - saved
    var sentences: [String] = []
    if incomplete.contains("known"), counted == nil {
      sentences.append(
        lost > 0
          ? "at least \(lost) events" : "perhaps events: nothing tells how many there were")
    } else if lost > 0 {
      sentences.append(lost == 1 ? "1 event" : "\(lost) events")
    }
    return sentences + Salvage.names.filter { incomplete.contains($0.table) }.map(\.words)
  }

  private static let names: [(table: String, words: String)] = [
    ("source", "sources"), ("registration", "worker registrations"), ("scope", "scopes"),
    ("service_state", "states of recording"),
    ("cleared", "marks of removal: what was removed may come back from the browser's log"),
    ("gap", "gaps"), ("worker", "messages of workers"),
    ("notification", "notifications that were shown"),
    ("observation", "notes of when recorders watched"), ("request", "requests to recorders"),
    ("trigger", "triggers"), ("push_device", "browsers of the push service"),
    ("push_subscription", "push subscriptions"), ("push_message", "push messages"),
  ].map { (table: $0.0, words: $0.0 == "cleared" ? $0.1 : "some of the \($0.1)") }
}
