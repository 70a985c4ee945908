internal import GRDB
internal import OffstageCore

/// Reads operations from the store, with where they belong.
struct OperationReader {
  private struct Place {
    var source: SourceName
    var origin: String
    var storageKey: String?
    var number: String
    var scope: String?
  }

  private let db: Database
  private var places: [Int64: Place] = [:]

  init(_ db: Database) {
    self.db = db
  }

  private static let columns =
    OperationTable.columns + ", thread.instance, thread.registration, operation.thread"

  private static let tables = "operation JOIN thread ON thread.id = operation.thread"

  mutating func operation(_ id: Int64) throws -> StoredOperation? {
    try rows(
      "SELECT \(OperationReader.columns) FROM \(OperationReader.tables) WHERE operation.id = ?1"
    ) { $0.bind(id, at: 1) }.first
  }

  /// The number of the operation that has the first event of one that is no more.
  static func successor(of id: Int64, _ db: Database) throws -> Int64? {
    try db.row(
      """
      SELECT became FROM operation_change WHERE operation = ?1 AND became <> ?1
      ORDER BY seq DESC LIMIT 1
      """
    ) {
      $0.bind(id, at: 1)
    } _: {
      $0.int(0)
    }
  }

  mutating func page(_ query: OperationQuery, limit: Int) throws -> [StoredOperation] {
    let direction = query.order == .ascending ? "ASC" : "DESC"
    var condition = Condition(operationsOf: query.selection)
    if let after = query.after {
      let values = [after.began.micros, after.id].map { condition.placeholder($0) }
      condition.add(
        "(operation.began, operation.id) \(query.order == .ascending ? ">" : "<") "
          + "(\(values.joined(separator: ", ")))")
    }
    let shared = condition.takeSQL()
    // Each state of each service is read in the order of beginnings; the index has no other order.
    let parts = facets(of: query).map { service, state in
      """
      SELECT * FROM (SELECT \(OperationReader.columns) FROM \(OperationReader.tables)
        WHERE operation.service = \(service.code) AND operation.state = \(state.code)
          AND \(shared)
        ORDER BY operation.began \(direction), operation.id \(direction) LIMIT \(limit))
      """
    }
    guard !parts.isEmpty else { return [] }
    return try rows(
      "\(parts.joined(separator: " UNION ALL ")) ORDER BY began \(direction), id \(direction) "
        + "LIMIT \(limit)", condition.bind)
  }

  private func facets(of query: OperationQuery) -> [(Service, OperationState)] {
    let selection = query.selection
    let services = Service.allCases.filter {
      selection.services.isEmpty || selection.services.contains($0)
    }
    let states = OperationState.allCases.filter { state in
      (query.states.isEmpty || query.states.contains(state))
        && (selection.states.isEmpty || selection.states.contains(state))
        && (selection.outcomes.isEmpty
          || state.outcome.map { selection.outcomes.contains($0) } ?? false)
    }
    return services.flatMap { service in states.map { (service, $0) } }
  }

  /// Of a stretch of time so many events are looked at: in a storm the nearest.
  private static let (eventsBefore, eventsAfter) = (100, 300)

  /// Operations of the same source and origin with events in a stretch of time, and some that began
  /// last before it; with those of their events that are in it.
  mutating func neighbours(
    of operation: StoredOperation, from: Timestamp, to: Timestamp
  ) throws -> [OperationScene.Neighbour] {
    let began = operation.operation.began
    let near =
      try events(near: operation, from: from, to: began, .descending, OperationReader.eventsBefore)
      .reversed()
      + events(near: operation, from: began, to: to, .ascending, OperationReader.eventsAfter)
    // An event of the very beginning is in both.
    var events: [Int64: [StoredEvent]] = [:]
    for event in near {
      guard let id = event.operationId, id != operation.id, events[id]?.last?.id != event.id
      else { continue }
      events[id, default: []].append(event)
    }
    let before = try begunBefore(operation, from)
    let last = operation.service == .pushMessaging ? try lastHandled(before: operation) : []
    let ids = Set(events.keys).union(before).union(last)
    guard !ids.isEmpty else { return [] }
    // Bound, not written: each text of a statement is kept.
    let list = "[\(ids.map(String.init).joined(separator: ","))]"
    return try rows(
      """
      SELECT \(OperationReader.columns) FROM \(OperationReader.tables)
      WHERE operation.id IN (SELECT value FROM json_each(?1)) ORDER BY operation.id
      """, { $0.bind(list, at: 1) }
    ).map { OperationScene.Neighbour(operation: $0, events: events[$0.id] ?? []) }
  }

  private func events(
    near operation: StoredOperation, from: Timestamp, to: Timestamp, _ order: EventQuery.Order,
    _ limit: Int
  ) throws -> [StoredEvent] {
    var condition = Condition()
    let range = [from.micros, to.micros].map { condition.placeholder($0) }
    let place = [operation.source.id.description, operation.origin].map {
      condition.placeholder($0)
    }
    condition.add(
      """
      event.timestamp BETWEEN \(range[0]) AND \(range[1]) AND event.registration IN (
        SELECT registration.id FROM registration
        WHERE source = (SELECT id FROM source WHERE uuid = \(place[0]))
          AND origin = (SELECT id FROM text WHERE value = \(place[1])))
      """)
    return try EventReader.events(
      db, where: condition, order: EventReader.timeOrder(order), limit: limit)
  }

  /// Of the same service, those of the last that began before and reached into the stretch.
  private func begunBefore(_ operation: StoredOperation, _ from: Timestamp) throws -> [Int64] {
    let parts = OperationState.allCases.map { state in
      """
      SELECT id FROM (SELECT operation.id, operation.changed, operation.state,
          thread.registration
        FROM \(OperationReader.tables)
        WHERE operation.service = ?1 AND operation.state = \(state.code) AND operation.began < ?2
        ORDER BY operation.began DESC LIMIT 100)
      WHERE registration IN (\(OperationReader.registrations)) AND id <> ?5
        AND (changed >= ?2 OR \(state.isOpen))
      """
    }
    return try db.rows("\(parts.joined(separator: " UNION ALL ")) LIMIT 50") {
      $0.bind(operation.service.code, at: 1)
      $0.bind(from.micros, at: 2)
      $0.bind(operation.source.id.description, at: 3)
      $0.bind(operation.origin, at: 4)
      $0.bind(operation.id, at: 5)
    } _: {
      $0.int(0)
    }
  }

  /// The last one before it that had come to its handler's end.
  private func lastHandled(before operation: StoredOperation) throws -> [Int64] {
    let parts = [OperationState.succeeded, .failed].map { state in
      """
      SELECT * FROM (SELECT operation.id, operation.began FROM \(OperationReader.tables)
        WHERE operation.service = ?1 AND operation.state = \(state.code) AND operation.began < ?2
          AND operation.attempts > 0
          AND thread.registration IN (\(OperationReader.registrations))
        ORDER BY operation.began DESC LIMIT 1)
      """
    }
    return try db.rows("\(parts.joined(separator: " UNION ALL ")) ORDER BY began DESC LIMIT 1") {
      $0.bind(operation.service.code, at: 1)
      $0.bind(operation.operation.began.micros, at: 2)
      $0.bind(operation.source.id.description, at: 3)
      $0.bind(operation.origin, at: 4)
    } _: {
      $0.int(0)
    }
  }

  private static let registrations = """
    SELECT registration.id FROM registration
    WHERE source = (SELECT id FROM source WHERE uuid = ?3)
      AND origin = (SELECT id FROM text WHERE value = ?4)
    """

  // MARK: Rows

  private mutating func rows(
    _ sql: String, _ bind: (RawStatement) -> Void
  ) throws -> [StoredOperation] {
    let read = try db.rows(sql, bind) { row in
      (
        operation: try Operation(row), instance: row.text(12), registration: row.int(13),
        thread: row.int(14)
      )
    }
    return try read.compactMap { row in
      // A payment's thread is that of no registration; its events name the handler's.
      let registration =
        row.operation.service == .paymentHandler
        ? try newestRegistration(ofThread: row.thread) ?? row.registration : row.registration
      guard let place = try place(registration) else { return nil }
      return StoredOperation(
        operation: row.operation, source: place.source, origin: place.origin,
        storageKey: place.storageKey, serviceWorkerRegistrationId: place.number,
        scope: place.scope, instanceId: row.instance)
    }
  }

  private func newestRegistration(ofThread thread: Int64) throws -> Int64? {
    try db.row(
      "SELECT registration FROM event WHERE thread = ?1 ORDER BY timestamp DESC LIMIT 1",
      { $0.bind(thread, at: 1) }
    ) { $0.int(0) }
  }

  private mutating func place(_ registration: Int64) throws -> Place? {
    if let known = places[registration] { return known }
    let found = try db.row(
      """
      SELECT source.uuid, source.name, origin.value, storage_key.value, registration.number,
        registration.scope
      FROM registration JOIN source ON source.id = registration.source
      LEFT JOIN text AS origin ON origin.id = registration.origin
      LEFT JOIN text AS storage_key ON storage_key.id = registration.storage_key
      WHERE registration.id = ?1
      """
    ) {
      $0.bind(registration, at: 1)
    } _: { row in
      SourceID(row.text(0)).map {
        Place(
          source: SourceName(id: $0, name: row.text(1)),
          origin: row.optionalText(2) ?? EventReader.lost, storageKey: row.optionalText(3),
          number: row.text(4), scope: row.optionalText(5))
      }
    }
    guard let place = found ?? nil else { return nil }
    places[registration] = place
    return place
  }
}

extension Condition {
  /// Over `operation` joined with its `thread`. Services, outcomes and states are the facets' part.
  init(operationsOf selection: EventSelection) {
    self.init()
    if !selection.sources.isEmpty {
      let list = selection.sources.map { placeholder($0.description) }.joined(separator: ", ")
      add(
        """
        thread.registration IN (SELECT id FROM registration
          WHERE source IN (SELECT id FROM source WHERE uuid IN (\(list))))
        """)
    }
    if !selection.origins.isEmpty || !selection.hosts.isEmpty || !selection.scopes.isEmpty {
      add(registrationsOf: selection, in: "thread")
    }
    if !selection.instances.isEmpty {
      let list = selection.instances.map { placeholder($0) }.joined(separator: ", ")
      add("thread.instance IN (\(list))")
    }
    if let until = selection.until { add("operation.began <= \(placeholder(until.micros))") }
    if let since = selection.since { add("operation.changed >= \(placeholder(since.micros))") }
    let ofEvents = selection.ofOneEvent
    guard ofEvents != EventSelection() else { return }
    let outer = takeSQL()
    add(ofEvents)
    let matched = takeSQL()
    add(outer)
    add(
      """
      EXISTS (SELECT 1 FROM event WHERE event.thread = operation.thread
        AND event.timestamp BETWEEN operation.began AND operation.changed
        AND event.operation = operation.id AND \(matched))
      """)
  }
}

extension EventSelection {
  /// What an operation has by one of its events.
  fileprivate var ofOneEvent: EventSelection {
    var others = self
    others.services = []
    others.origins = []
    others.hosts = []
    others.scopes = []
    others.sources = []
    others.outcomes = []
    others.states = []
    others.instances = []
    others.since = nil
    others.until = nil
    return others
  }
}
