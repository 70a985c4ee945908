internal import GRDB
internal import JSON
internal import OffstageCore

/// Builds the statements that read events, and reads their rows.
///
/// Events are read alone, and the texts that many of them share are looked up once a page: a join
/// would look them up, and make the same strings, for each event anew.
struct EventReader {
  /// Columns in the order in which `read` takes them.
  private static let columns = """
    id, timestamp, place, digest, ordinal, received, capture, name, registration, instance,
    metadata, digits, scale, number, extra, trigger, source, written, operation,
    (SELECT state FROM operation WHERE operation.id = event.operation)
    """

  private struct Registration {
    var number: String
    var scope: String?
    var origin: String
    var storageKey: String?
  }

  private let db: Database
  private var texts: [Int64: String] = [:]
  private var registrations: [Int64: Registration] = [:]
  private var sources: [Int64: SourceName] = [:]

  /// Stands for a text that a damaged store has lost; `verify` tells of it.
  static let lost = "\u{FFFD}"

  static func events(
    _ db: Database, where condition: Condition, order: String, limit: Int, offset: Int = 0,
    by path: String = ""
  ) throws -> [StoredEvent] {
    var reader = EventReader(db: db)
    return try db.rows(
      statement(
        where: condition, order: order, limit: limit, offset: offset, by: path),
      condition.bind
    ) { try reader.read($0) }
  }

  /// `path` tells SQLite which index to take, or that none, where it can't know better.
  static func statement(
    where condition: Condition, order: String, limit: Int, offset: Int = 0,
    by path: String = ""
  ) -> String {
    """
    SELECT \(columns) FROM event \(path) WHERE \(condition.sql)
    ORDER BY \(order) LIMIT \(limit) OFFSET \(offset)
    """
  }

  /// The columns of the time index.
  static func timeOrder(_ order: EventQuery.Order) -> String {
    let direction = order == .ascending ? "ASC" : "DESC"
    return ["timestamp", "place", "digest", "source", "ordinal"]
      .map { "event.\($0) \(direction)" }.joined(separator: ", ")
  }

  private mutating func read(_ row: RawStatement) throws -> StoredEvent {
    let id = row.int(0)
    let place = EventPlace(rawValue: Int(row.int(2)))
    let registration = try registration(row.int(8))
    guard let service = Service(code: place.rawValue >> 8),
      let capture = CaptureKind(rawValue: Int(row.int(6))),
      let source = try source(row.int(16)), let number = row.number(11),
      let logged = LoggedEvent(
        timestampNumber: number, service: service, eventName: try text(row.int(7)),
        instanceId: row.text(9), origin: registration.origin,
        storageKey: registration.storageKey, serviceWorkerRegistrationId: registration.number,
        metadata: try metadata(row.bytes(10), of: id),
        extra: row.rawJSON(14), written: row.rawJSON(17))
    else {
      throw StoreError(.damaged, "Event \(id) of the store can't be read.")
    }
    let identity = EventIdentity(
      timestamp: Timestamp(micros: row.int(1)), place: place, digest: row.int(3),
      ordinal: Int32(truncatingIfNeeded: row.int(4)))
    return StoredEvent(
      id: id, identity: identity, logged: logged, received: Timestamp(micros: row.int(5)),
      capture: capture, source: source, scope: registration.scope,
      triggerId: row.optionalInt(15), operationId: row.optionalInt(18),
      operationState: row.optionalInt(19).flatMap { OperationState(code: Int($0)) })
  }

  private mutating func text(_ number: Int64) throws -> String {
    if let known = texts[number] { return known }
    let text = try db.row("SELECT value FROM text WHERE id = ?1") {
      $0.bind(number, at: 1)
    } _: {
      $0.text(0)
    }
    texts[number] = text ?? EventReader.lost
    return text ?? EventReader.lost
  }

  private mutating func registration(_ number: Int64) throws -> Registration {
    if let known = registrations[number] { return known }
    let found = try db.row(
      """
      SELECT number, scope, origin.value, storage_key.value FROM registration
      LEFT JOIN text AS origin ON origin.id = registration.origin
      LEFT JOIN text AS storage_key ON storage_key.id = registration.storage_key
      WHERE registration.id = ?1
      """
    ) {
      $0.bind(number, at: 1)
    } _: {
      Registration(
        number: $0.text(0), scope: $0.optionalText(1),
        origin: $0.optionalText(2) ?? EventReader.lost, storageKey: $0.optionalText(3))
    }
    let registration =
      found ?? Registration(number: EventReader.lost, origin: EventReader.lost)
    registrations[number] = registration
    return registration
  }

  private mutating func source(_ number: Int64) throws -> SourceName? {
    if let known = sources[number] { return known }
    let source = try db.row("SELECT uuid, name FROM source WHERE id = ?1") {
      $0.bind(number, at: 1)
    } _: { row in
      SourceID(row.text(0)).map { SourceName(id: $0, name: row.text(1)) }
    }
    sources[number] = source ?? nil
    return source ?? nil
  }

  private func metadata(
    _ bytes: [UInt8], of event: Int64
  ) throws -> [LoggedEvent.Metadata] {
    do {
      return try EventReader.metadata(bytes)
    } catch {
      throw StoreError(.damaged, "Event \(event) of the store can't be read: \(error).")
    }
  }

  static func metadata(_ bytes: [UInt8]) throws(JSONError) -> [LoggedEvent.Metadata] {
    var pairs: [LoggedEvent.Metadata] = []
    var reader = JSONReader(bytes)
    try reader.readObject { key, reader throws(JSONError) in
      pairs.append(.init(key: key.string, value: try reader.readString()))
    }
    return pairs
  }
}

extension RawStatement {
  fileprivate func rawJSON(_ column: Int32) -> RawJSON? {
    optionalText(column).map { RawJSON(unchecked: Array($0.utf8)) }
  }
}
