internal import GRDB
internal import OffstageCore

/// Pages that don't read what lies between the events of a selection.
extension EventReader {
  struct Part {
    var events: [StoredEvent]
    /// Where looking for more was left to the next time.
    var stopped: EventCursor?
  }

  static func page(
    _ db: Database, _ query: EventQuery, limit: Int, granule: Int64 = SearchShape.granule,
    budget: EventWalk.Budget = EventWalk.Budget()
  ) throws -> Part {
    let selection = query.selection
    // What was triggered has an index of its own, in the order of time.
    guard selection.isNarrow, selection.isTrigger != true else {
      return Part(events: try events(db, query, limit: limit))
    }
    var walk = try EventWalk(
      db, selection, query.order, after: query.after, wanted: limit, granule: granule,
      budget: budget)
    var ids: [Int64] = []
    while let found = try walk.next() { ids.append(found.id) }
    var condition = Condition()
    let list = ids.map(String.init).joined(separator: ",")
    condition.add(
      "event.id IN (SELECT value FROM json_each(\(condition.placeholder("[\(list)]"))))")
    let events = try events(
      db, where: condition, order: timeOrder(query.order), limit: limit, by: "NOT INDEXED")
    return Part(events: events, stopped: walk.stopped)
  }

  private static func events(
    _ db: Database, _ query: EventQuery, limit: Int
  ) throws -> [StoredEvent] {
    var condition = Condition(query.selection)
    if let after = query.after { condition.add(beyond: after, query.order) }
    return try events(db, where: condition, order: timeOrder(query.order), limit: limit)
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
  /// Events may lie between its events in the order of time.
  fileprivate var isNarrow: Bool {
    var bounds = self
    bounds.since = nil
    bounds.until = nil
    return bounds != EventSelection()
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
