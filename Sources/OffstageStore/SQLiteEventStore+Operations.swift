internal import GRDB
package import OffstageCore

extension SQLiteEventStore {
  package func operations(_ query: OperationQuery) async throws -> OperationPage {
    let limit = max(0, query.limit)
    let found = try await read { db in
      var reader = OperationReader(db)
      return try reader.page(query, limit: limit + 1)
    }
    let page = Array(found.prefix(limit))
    let isMore = found.count > limit
    return OperationPage(
      operations: page, next: isMore ? page.last.map { OperationCursor($0.operation) } : nil)
  }

  package func operation(id: Int64) async throws -> StoredOperation? {
    try await read { try $0.operation(id) }
  }

  package func scene(ofOperation id: Int64) async throws -> OperationScene? {
    try await read { try $0.scene(ofOperation: id) }
  }

  package func scenes(_ query: OperationQuery) async throws -> (
    scenes: [OperationScene], next: OperationCursor?
  ) {
    let page = try await operations(query)
    let scenes = try await read { db in
      try page.operations.compactMap { try db.scene(of: $0) }
    }
    return (scenes, page.next)
  }

  package func operationPlace() async throws -> OperationNews.Place {
    try await read { try $0.operationPlace() }
  }

  package func operationNews(
    since place: OperationNews.Place, limit: Int
  ) async throws -> OperationNews {
    try await read { db in
      let now = try db.operationPlace()
      let replaced = try db.operationsReplaced(since: place, until: now)
      let changed = try db.operationsChanged(since: place, until: now).union(replaced.keys)
      var reader = OperationReader(db)
      let items = try changed.sorted().suffix(limit).compactMap { id in
        try reader.operation(id).map {
          OperationNews.Item(operation: $0, replaces: replaced[id] ?? [])
        }
      }
      return OperationNews(
        items: items, skipped: max(0, changed.count - limit), place: now)
    }
  }
}

extension Database {
  fileprivate func operationPlace() throws -> OperationNews.Place {
    let found = try row(
      "SELECT (SELECT max(id) FROM event), (SELECT max(seq) FROM operation_change)", { _ in }
    ) { ($0.int(0), $0.int(1)) }
    return OperationNews.Place(event: found?.0 ?? 0, change: found?.1 ?? 0)
  }

  /// Those with new events, and those that these followed.
  fileprivate func operationsChanged(
    since place: OperationNews.Place, until end: OperationNews.Place
  ) throws -> Set<Int64> {
    let touched = """
      SELECT DISTINCT operation FROM event NOT INDEXED
      WHERE id > ?1 AND id <= ?2 AND operation IS NOT NULL
      """
    let before = """
      SELECT (SELECT earlier.operation FROM event AS earlier
        WHERE earlier.thread = operation.thread AND earlier.timestamp < operation.began
        ORDER BY earlier.timestamp DESC LIMIT 1)
      FROM operation WHERE id IN (\(touched))
      """
    return try Set(
      rows("\(touched) UNION \(before)") {
        $0.bind(place.event, at: 1)
        $0.bind(end.event, at: 2)
      } _: {
        $0.optionalInt(0)
      }.compactMap { $0 })
  }

  /// By what became of them.
  fileprivate func operationsReplaced(
    since place: OperationNews.Place, until end: OperationNews.Place
  ) throws -> [Int64: [Int64]] {
    let changes = try rows(
      "SELECT operation, became FROM operation_change WHERE seq > ?1 AND seq <= ?2 ORDER BY seq"
    ) {
      $0.bind(place.change, at: 1)
      $0.bind(end.change, at: 2)
    } _: {
      (operation: $0.int(0), became: $0.int(1))
    }
    return Dictionary(grouping: changes, by: \.became).mapValues { changes in
      changes.map(\.operation).filter { $0 != changes[0].became }
    }
  }

  /// With the number that it has now, if it got another.
  fileprivate func operation(_ id: Int64) throws -> StoredOperation? {
    var reader = OperationReader(self)
    if let found = try reader.operation(id) { return found }
    return try OperationReader.successor(of: id, self).flatMap { try reader.operation($0) }
  }

  fileprivate func scene(ofOperation id: Int64) throws -> OperationScene? {
    guard let operation = try operation(id), var scene = try scene(of: operation) else {
      return nil
    }
    if operation.operation.service == .notifications {
      scene.shown = try notifications(of: scene.events, source: operation.source.id)
    }
    return scene
  }

  fileprivate func scene(of operation: StoredOperation) throws -> OperationScene? {
    let from = operation.operation.began - OperationScene.before
    let watchedUntil = try watchedUntil(operation)
    var to = operation.operation.changed + OperationScene.after
    // What others did meanwhile tells why nothing comes.
    if operation.operation.state == .waiting {
      to = max(to, min(watchedUntil, operation.operation.changed + OperationScene.waiting))
    }
    var reader = OperationReader(self)
    let neighbours = try reader.neighbours(of: operation, from: from, to: to)
    var scene = OperationScene(
      operation: operation, events: try events(of: operation.operation),
      neighbours: neighbours,
      worker: try worker(of: operation, from: from, to: to),
      gaps: try gaps(touching: operation), watchedUntil: watchedUntil,
      runs: try runs(around: operation))
    if operation.operation.service == .pushMessaging, !operation.instanceId.isEmpty {
      scene.push = try pushMessage(operation.instanceId)
    }
    return scene
  }

  /// In the order of time.
  func events(
    of operation: Operation, from: Timestamp? = nil, to: Timestamp? = nil
  ) throws -> [StoredEvent] {
    var condition = Condition()
    let id = condition.placeholder(operation.id)
    let began = condition.placeholder(max(operation.began, from ?? operation.began).micros)
    let changed = condition.placeholder(min(operation.changed, to ?? operation.changed).micros)
    condition.add(
      """
      event.thread = (SELECT thread FROM operation WHERE id = \(id))
      AND event.timestamp BETWEEN \(began) AND \(changed) AND event.operation = \(id)
      """)
    return try EventReader.events(
      self, where: condition, order: EventReader.timeOrder(.ascending), limit: 100_000)
  }

  private func worker(
    of operation: StoredOperation, from: Timestamp, to: Timestamp
  ) throws -> [WorkerContextEntry] {
    let source = try sourceNumber(of: operation.source.id)
    let number = operation.serviceWorkerRegistrationId
    let near = try workerContext(of: number, source: source, from: from, to: to)
    guard operation.operation.state.isOpen else { return near }
    // Its worker's end is its own, however late.
    let end = try workerEnd(of: number, source: source, after: max(to, near.last?.at ?? to))
    return near + (end.map { [$0] } ?? [])
  }

  private func gaps(touching operation: StoredOperation) throws -> [Gap] {
    let source = try sourceNumber(of: operation.source.id)
    let until = operation.operation.changed + OperationScene.after
    return try rows(
      """
      SELECT id, began, ended, reason, browser_ran FROM gap
      WHERE source = ?1 AND service = ?2 AND began <= ?3 AND coalesce(ended, ?3) >= ?4
      ORDER BY began, id LIMIT 100
      """
    ) {
      $0.bind(source, at: 1)
      $0.bind(operation.service.code, at: 2)
      $0.bind(until.micros, at: 3)
      $0.bind(operation.operation.began.micros, at: 4)
    } _: { row -> Gap? in
      guard let reason = Gap.Reason(rawValue: row.text(3)),
        let ran = Gap.BrowserRan(rawValue: row.text(4))
      else { return nil }
      return Gap(
        id: row.int(0), source: operation.source, service: operation.service,
        from: Timestamp(micros: row.int(1)),
        to: row.optionalInt(2).map(Timestamp.init(micros:)), reason: reason, browserRan: ran)
    }.compactMap { $0 }
  }

  /// What a file tells of was watched as long as it says, and at least until its last event.
  private func watchedUntil(_ operation: StoredOperation) throws -> Timestamp {
    let source = try sourceNumber(of: operation.source.id)
    let seen = try row(
      "SELECT seen_until FROM service_state WHERE source = ?1 AND service = ?2",
      {
        $0.bind(source, at: 1)
        $0.bind(operation.service.code, at: 2)
      }
    ) { $0.optionalInt(0) }
    if let seen = seen ?? nil { return max(Timestamp(micros: seen), operation.operation.changed) }
    let last = try row(
      """
      SELECT max(moment) FROM (
        SELECT (SELECT max(timestamp) FROM event WHERE source = ?1) AS moment
        UNION ALL SELECT max(ended) FROM observation WHERE source = ?1 AND service = ?2)
      """,
      {
        $0.bind(source, at: 1)
        $0.bind(operation.service.code, at: 2)
      }
    ) { $0.optionalInt(0) }
    return last.flatMap { $0 }.map(Timestamp.init(micros:)) ?? operation.operation.changed
  }

  private func runs(around operation: StoredOperation) throws -> [OperationScene.ObservedRun] {
    let source = try sourceNumber(of: operation.source.id)
    let until = operation.operation.changed + OperationScene.after
    return try rows(
      """
      SELECT began, ended, browser FROM (
        SELECT began, coalesce(ended, lead(began) OVER (ORDER BY id)) AS ended, browser
        FROM observation WHERE source = ?1 AND service = ?2)
      WHERE began <= ?3 AND coalesce(ended, ?3) >= ?4 ORDER BY began LIMIT 100
      """
    ) {
      $0.bind(source, at: 1)
      $0.bind(operation.service.code, at: 2)
      $0.bind(until.micros, at: 3)
      $0.bind((operation.operation.began - OperationScene.before).micros, at: 4)
    } _: { row in
      OperationScene.ObservedRun(
        from: Timestamp(micros: row.int(0)),
        to: row.optionalInt(1).map(Timestamp.init(micros:)), browser: row.text(2))
    }
  }
}
