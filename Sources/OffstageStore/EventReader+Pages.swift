internal import GRDB
internal import OffstageCore

/// Pages that don't read what lies between the events of a selection.
extension EventReader {
  static func page(_ db: Database, _ query: EventQuery, limit: Int) throws -> [StoredEvent] {
    guard query.selection.isNarrow else { return try events(db, query, limit: limit) }
    var found: [StoredEvent] = []
    var walk = MinuteWalk(db, query.selection, query.order, after: query.after)
    guard query.selection.isCounted else {
      // How many of them have the word shows only as they are read: a few at first, then more.
      var few: Int64 = 1000
      while found.count < limit, let stretch = try walk.nextStretch(of: few) {
        found += try events(db, query, within: stretch.minutes, limit: limit - found.count)
        few = min(few * 4, 1 << 40)
      }
      return found
    }
    while found.count < limit, let run = try walk.nextRun(of: limit - found.count) {
      let rest = limit - found.count
      found += try events(
        db, query, within: run.minutes, limit: rest,
        isByArrival: try isArrivalQuicker(db, query.selection, run, rest))
    }
    return found
  }

  private static func events(
    _ db: Database, _ query: EventQuery, within minutes: ClosedRange<Int64>? = nil, limit: Int,
    isByArrival: Bool = false
  ) throws -> [StoredEvent] {
    var condition = Condition(query.selection)
    if let minutes { condition.add(within: minutes) }
    if let after = query.after { condition.add(beyond: after, query.order) }
    return try events(
      db, where: condition, order: timeOrder(query.order), limit: limit, isByArrival: isByArrival)
  }

  /// An event that is found by its time costs three times as much as one that is read in the order
  /// of arrival: where few of a run belong to the selection, nearly all of it has to be found.
  private static func isArrivalQuicker(
    _ db: Database, _ selection: EventSelection, _ run: MinuteWalk.Run, _ limit: Int
  ) throws -> Bool {
    // The time index knows the services.
    guard selection.services.isEmpty, run.events > 0 else { return false }
    let counts = try db.row(
      """
      SELECT (SELECT sum(events) FROM minute_count WHERE minute BETWEEN ?1 AND ?2),
        (SELECT max(id) FROM event) - (SELECT min(id) FROM event)
      """,
      {
        $0.bind(run.minutes.lowerBound, at: 1)
        $0.bind(run.minutes.upperBound, at: 2)
      }
    ) { (inRun: $0.int(0), inAll: $0.int(1)) }
    guard let counts else { return false }
    let found = Double(counts.inRun) * min(1, Double(limit) / Double(run.events))
    return 3 * found > Double(counts.inAll)
  }

  static func sorted(
    _ db: Database, _ query: EventQuery, by sort: EventSort, limit: Int
  ) throws -> [StoredEvent] {
    let condition = Condition(query.selection)
    let count = try db.row(
      """
      SELECT count(*) FROM (
        SELECT 1 FROM event WHERE \(condition.sql) LIMIT \(EventSort.limit + 1))
      """, condition.bind
    ) { $0.int(0) }
    guard let count, count <= EventSort.limit else {
      throw StoreError(
        .tooMany, "More than \(EventSort.limit) events match: they are only listed by time.",
        hint: "Narrow the list down to fewer events, then sort it.")
    }
    let direction = query.order == .ascending ? "ASC" : "DESC"
    return try events(
      db, where: condition,
      order: "\(expression(of: sort)) COLLATE NOCASE \(direction), \(timeOrder(.descending))",
      limit: limit, offset: max(query.offset, 0))
  }

  private static func expression(of sort: EventSort) -> String {
    func text(_ column: String) -> String {
      """
      (SELECT value FROM text WHERE id =
        (SELECT \(column) FROM registration WHERE id = event.registration))
      """
    }
    return switch sort {
    case .service: "(event.place >> 8)"
    case .event: "(SELECT value FROM text WHERE id = event.name)"
    case .instance: "event.instance"
    case .origin: text("origin")
    case .storageKey: text("storage_key")
    case .scope: "(SELECT scope FROM registration WHERE id = event.registration)"
    case .source: "(SELECT name FROM source WHERE id = event.source)"
    // The failed ones first: for them it is sorted.
    case .outcome: "(CASE event.outcome WHEN 2 THEN 0 WHEN 3 THEN 1 WHEN 1 THEN 2 ELSE 3 END)"
    }
  }
}

extension EventSelection {
  /// Most events may lie outside of it, and the counts of minutes tell where those inside lie.
  var isNarrow: Bool {
    !services.isEmpty || !origins.isEmpty || !hosts.isEmpty || !scopes.isEmpty
      || !sources.isEmpty || !outcomes.isEmpty
  }

  /// The counts of whole minutes are counts of its events.
  var isCounted: Bool { self == counted }

  /// What of it the counts of minutes tell apart.
  var counted: EventSelection {
    var counted = EventSelection(
      services: services, origins: origins, sources: sources, outcomes: outcomes, since: since,
      until: until)
    counted.hosts = hosts
    counted.scopes = scopes
    return counted
  }
}
