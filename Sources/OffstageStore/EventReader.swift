internal import GRDB
internal import JSON
internal import OffstageCore

/// Builds the statements that read events, and reads their rows.
struct EventReader {
  /// Columns in the order in which `read` takes them.
  private static let columns = """
    event.id, event.timestamp, event.place, event.digest, event.ordinal, event.received,
    event.capture, name.value, origin.value, storage_key.value, registration.number,
    registration.scope, event.instance, event.metadata, event.number, event.number_text,
    event.extra, event.trigger, source.uuid, source.name, event.source
    """

  /// CROSS keeps SQLite's planner from walking a small table and sorting the events afterwards: the
  /// events come in their index's order, and the names of each are looked up.
  private static let joins = """
    FROM event
    CROSS JOIN text AS name ON name.id = event.name
    CROSS JOIN registration ON registration.id = event.registration
    CROSS JOIN text AS origin ON origin.id = registration.origin
    LEFT JOIN text AS storage_key ON storage_key.id = registration.storage_key
    CROSS JOIN source ON source.id = event.source
    """

  struct Row {
    var event: StoredEvent
    var cursor: EventCursor
  }

  static func rows(
    _ db: Database, where condition: Condition, order: String, limit: Int
  ) throws -> [Row] {
    try db.rows(statement(where: condition, order: order, limit: limit), condition.bind, read)
  }

  static func statement(where condition: Condition, order: String, limit: Int) -> String {
    "SELECT \(columns) \(joins) WHERE \(condition.sql) ORDER BY \(order) LIMIT \(limit)"
  }

  /// The columns of the time index.
  static func timeOrder(_ order: EventQuery.Order) -> String {
    let direction = order == .ascending ? "ASC" : "DESC"
    return ["timestamp", "place", "digest", "source", "ordinal"]
      .map { "event.\($0) \(direction)" }.joined(separator: ", ")
  }

  private static func read(_ row: RawStatement) throws -> Row {
    let place = EventPlace(rawValue: Int(row.int(2)))
    guard let service = Service(code: place.rawValue >> 8),
      let capture = CaptureKind(rawValue: Int(row.int(6))),
      let source = SourceID(row.text(18)),
      var logged = LoggedEvent(
        timestampNumber: row.double(14), timestampText: row.optionalText(15), service: service,
        eventName: row.text(7), instanceId: row.text(12), origin: row.text(8),
        storageKey: row.optionalText(9), serviceWorkerRegistrationId: row.text(10),
        metadata: try metadata(row.bytes(13), of: row.int(0)),
        extra: row.optionalText(16).map { RawJSON(unchecked: Array($0.utf8)) })
    else {
      throw StoreError(.damaged, "Event \(row.int(0)) of the store can't be read.")
    }
    logged.timestamp = Timestamp(micros: row.int(1))
    let identity = EventIdentity(
      timestamp: logged.timestamp, place: place, digest: row.int(3),
      ordinal: Int32(truncatingIfNeeded: row.int(4)))
    return Row(
      event: StoredEvent(
        id: row.int(0), identity: identity, logged: logged,
        received: Timestamp(micros: row.int(5)), capture: capture,
        source: SourceName(id: source, name: row.text(19)), scope: row.optionalText(11),
        triggerId: row.optionalInt(17)),
      cursor: EventCursor(identity: identity, sourceNumber: row.int(20)))
  }

  private static func metadata(
    _ bytes: [UInt8], of event: Int64
  ) throws -> [LoggedEvent.Metadata] {
    var pairs: [LoggedEvent.Metadata] = []
    var reader = JSONReader(bytes)
    do {
      try reader.readObject { key, reader throws(JSONError) in
        pairs.append(.init(key: key.string, value: try reader.readString()))
      }
    } catch {
      throw StoreError(.damaged, "Event \(event) of the store can't be read: \(error).")
    }
    return pairs
  }
}

/// A condition with the values that it is bound to. Values never become part of the SQL.
struct Condition {
  private(set) var terms: [String] = []
  private var values: [Value] = []

  private enum Value {
    case int(Int64)
    case text(String)
  }

  var sql: String { terms.isEmpty ? "1" : terms.joined(separator: " AND ") }

  mutating func add(_ term: String) {
    terms.append(term)
  }

  /// The placeholder of a new value.
  mutating func placeholder(_ value: Int64) -> String {
    values.append(.int(value))
    return "?\(values.count)"
  }

  mutating func placeholder(_ value: String) -> String {
    values.append(.text(value))
    return "?\(values.count)"
  }

  func bind(_ statement: RawStatement) {
    for (index, value) in values.enumerated() {
      switch value {
      case .int(let value): statement.bind(value, at: Int32(index + 1))
      case .text(let value): statement.bind(value, at: Int32(index + 1))
      }
    }
  }
}

extension Condition {
  /// Over `event`, joined or not.
  init(_ selection: EventSelection) {
    self.init()
    if !selection.services.isEmpty {
      let ranges = selection.services.sorted { $0.code < $1.code }.map { service in
        let places = EventPlace.range(of: service)
        return "event.place BETWEEN \(places.lowerBound) AND \(places.upperBound)"
      }
      add("(\(ranges.joined(separator: " OR ")))")
    }
    if !selection.sources.isEmpty {
      let list = selection.sources.map { placeholder($0.description) }.joined(separator: ", ")
      add("event.source IN (SELECT id FROM source WHERE uuid IN (\(list)))")
    }
    if !selection.origins.isEmpty {
      let list = selection.originSpellings.map { placeholder($0) }.joined(separator: ", ")
      add(
        """
        event.registration IN (SELECT id FROM registration
          WHERE origin IN (SELECT id FROM text WHERE value IN (\(list))))
        """)
    }
    if !selection.captures.isEmpty {
      let list = selection.captures.map { placeholder(Int64($0.rawValue)) }
      add("event.capture IN (\(list.joined(separator: ", ")))")
    }
    if let since = selection.since { add("event.timestamp >= \(placeholder(since.micros))") }
    if let until = selection.until { add("event.timestamp <= \(placeholder(until.micros))") }
  }

  /// Beyond a place in the time order.
  mutating func add(beyond cursor: EventCursor, _ order: EventQuery.Order) {
    let identity = cursor.identity
    let values = [
      identity.timestamp.micros, Int64(identity.place.rawValue), identity.digest,
      cursor.sourceNumber, Int64(identity.ordinal),
    ].map { placeholder($0) }.joined(separator: ", ")
    let sign = order == .ascending ? ">" : "<"
    add(
      "(event.timestamp, event.place, event.digest, event.source, event.ordinal)"
        + " \(sign) (\(values))")
  }
}
