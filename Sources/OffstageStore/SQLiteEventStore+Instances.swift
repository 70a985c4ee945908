internal import GRDB
package import OffstageCore

extension SQLiteEventStore {
  package func instances(
    _ selection: EventSelection, limit: Int
  ) async throws -> [InstanceSpan] {
    try await instances(selection, limit: limit, ofEvents: InstanceSpan.limit)
  }

  func instances(
    _ selection: EventSelection, limit: Int, ofEvents eventLimit: Int
  ) async throws -> [InstanceSpan] {
    let spans = try await read { db in
      var wide = selection.ofInstances
      wide.since = try selection.since.map { try db.moment(before: $0) }
      wide.until = try selection.until.map { try db.moment(after: $0) }
      var condition = Condition()
      var chosen = "1"
      if selection != selection.ofInstances {
        condition = Condition(selection)
        chosen = "(\(condition.takeSQL()))"
        condition.add("event.instance IN (SELECT event.instance FROM event WHERE \(chosen))")
      }
      condition.add(wide)
      condition.add("event.instance != ''")
      let events = try db.instanceEvents(where: condition, choosing: chosen, limit: eventLimit + 1)
      guard events.count <= eventLimit else {
        throw StoreError(
          .tooMany, "More than \(eventLimit) events lie in and around the range.",
          hint: "Ask for a shorter range, or for some services, origins or sources only.")
      }
      return InstanceSpan.spans(of: events)
    }
    let inRange = spans.filter { span in
      selection.since.map { span.last >= $0 } ?? true
        && selection.until.map { span.first <= $0 } ?? true
    }
    return Array(inRange.prefix(max(0, limit)))
  }
}

extension EventSelection {
  /// What is asked of instances as a whole; the rest chooses those that have such an event.
  fileprivate var ofInstances: EventSelection {
    var wide = self
    wide.outcomes = []
    wide.states = []
    wide.names = []
    wide.isTrigger = nil
    wide.pairs = []
    wide.words = []
    wide.rest = []
    return wide
  }
}

extension Database {
  /// Without what a span does not tell: there are many.
  fileprivate func instanceEvents(
    where condition: Condition, choosing chosen: String, limit: Int
  ) throws -> [InstanceSpan.Event] {
    let origins = try originsByRegistration()
    let sources = try Dictionary(
      uniqueKeysWithValues: rows("SELECT id, uuid, name FROM source") { row in
        (row.int(0), SourceID(row.text(1)).map { SourceName(id: $0, name: row.text(2)) })
      })
    let outcomes = Dictionary(uniqueKeysWithValues: Outcome.allCases.map { ($0.code, $0) })
    return try rows(
      """
      SELECT id, timestamp, place, source, registration, instance, outcome, \(chosen)
      FROM event
      WHERE \(condition.sql) ORDER BY \(EventReader.timeOrder(.ascending))
      LIMIT \(limit)
      """, condition.bind
    ) { row -> InstanceSpan.Event? in
      guard let source = sources[row.int(3)] ?? nil else { return nil }
      return InstanceSpan.Event(
        id: row.int(0), timestamp: Timestamp(micros: row.int(1)),
        place: EventPlace(rawValue: Int(row.int(2))), source: source,
        origin: origins[row.int(4)] ?? EventReader.lost, instanceId: row.text(5),
        outcome: outcomes[row.int(6)], isChosen: row.int(7) != 0)
    }.compactMap { $0 }
  }

  func originsByRegistration() throws -> [Int64: String] {
    try Dictionary(
      uniqueKeysWithValues: rows(
        """
        SELECT registration.id, text.value FROM registration
        LEFT JOIN text ON text.id = registration.origin
        """
      ) { ($0.int(0), $0.optionalText(1) ?? EventReader.lost) })
  }

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
