internal import GRDB
package import OffstageCore

extension SQLiteEventStore {
  package func instances(
    _ selection: EventSelection, limit: Int
  ) async throws -> [InstanceSpan] {
    let spans = try await read { db in
      var wide = selection
      // Words and outcomes choose instances by one of their events.
      wide.words = []
      wide.outcomes = []
      wide.since = try selection.since.map { try db.moment(before: $0) }
      wide.until = try selection.until.map { try db.moment(after: $0) }
      var condition = Condition(selection)
      condition.add("event.instance != ''")
      let chosen = condition.takeSQL()
      condition.add(
        """
        event.instance IN (SELECT event.instance FROM event WHERE \(chosen)
          LIMIT \(InstanceSpan.reach))
        """)
      condition.add(wide)
      let events = try EventReader.events(
        db, where: condition, order: EventReader.timeOrder(.ascending), limit: InstanceSpan.reach)
      return InstanceSpan.spans(of: events)
    }
    let inRange = spans.filter { span in
      selection.since.map { span.last >= $0 } ?? true
        && selection.until.map { span.first <= $0 } ?? true
    }
    return Array(inRange.prefix(max(0, limit)))
  }
}

extension Database {
  /// The moment of the event that so many events lie before `moment`.
  fileprivate func moment(before moment: Timestamp) throws -> Timestamp {
    try edge("SELECT min(timestamp)", "< ?1 ORDER BY timestamp DESC", of: moment)
  }

  fileprivate func moment(after moment: Timestamp) throws -> Timestamp {
    try edge("SELECT max(timestamp)", "> ?1 ORDER BY timestamp", of: moment)
  }

  private func edge(_ select: String, _ beyond: String, of moment: Timestamp) throws -> Timestamp {
    let statement = """
      \(select) FROM (SELECT timestamp FROM event WHERE timestamp \(beyond)
        LIMIT \(InstanceSpan.reach))
      """
    let found = try row(statement, { $0.bind(moment.micros, at: 1) }) { $0.optionalInt(0) }
    return found.flatMap { $0 }.map(Timestamp.init(micros:)) ?? moment
  }
}
