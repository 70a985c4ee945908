internal import GRDB
internal import JSON
internal import OffstageCore

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

  /// The condition as the part of another one that is built on it; it asks for nothing then.
  mutating func takeSQL() -> String {
    defer { terms = [] }
    return sql
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
    add(selection)
  }

  mutating func add(_ selection: EventSelection) {
    add(placesOf: selection, in: "event")
    if !selection.sources.isEmpty {
      add("event.source IN (SELECT id FROM source WHERE uuid IN (\(sources(of: selection))))")
    }
    add(registrationsOf: selection, in: "event")
    if !selection.outcomes.isEmpty {
      let list = selection.outcomes.map { placeholder($0.code) }
      add("event.outcome IN (\(list.joined(separator: ", ")))")
    }
    if !selection.states.isEmpty { add(statesOf: selection) }
    if !selection.instances.isEmpty {
      let list = selection.instances.map { placeholder($0) }
      add("event.instance IN (\(list.joined(separator: ", ")))")
    }
    if !selection.captures.isEmpty {
      let list = selection.captures.map { placeholder(Int64($0.rawValue)) }
      add("event.capture IN (\(list.joined(separator: ", ")))")
    }
    if let since = selection.since { add("event.timestamp >= \(placeholder(since.micros))") }
    if let until = selection.until { add("event.timestamp <= \(placeholder(until.micros))") }
    for word in selection.words { add(word: word) }
    add(filterOf: selection)
  }

  /// Over `minute_count`: the minutes that may hold events of the selection, as far as counts tell.
  init(minutesOf selection: EventSelection) {
    self.init()
    add(placesOf: selection, in: "minute_count")
    if !selection.sources.isEmpty {
      add(
        """
        registration IN (SELECT id FROM registration
          WHERE source IN (SELECT id FROM source WHERE uuid IN (\(sources(of: selection)))))
        """)
    }
    add(registrationsOf: selection, in: "minute_count")
    if !selection.outcomes.isEmpty {
      let list = selection.outcomes.map { placeholder($0.code) }
      add("outcome IN (\(list.joined(separator: ", ")))")
    }
    add(rangeOfMinutesOf: selection)
  }

  mutating func add(rangeOfMinutesOf selection: EventSelection) {
    if let since = selection.since {
      add("minute >= \(placeholder(MinuteCount.minute(of: since)))")
    }
    if let until = selection.until {
      add("minute <= \(placeholder(MinuteCount.minute(of: until)))")
    }
  }

  private mutating func add(placesOf selection: EventSelection, in table: String) {
    guard !selection.services.isEmpty else { return }
    let ranges = selection.services.sorted { $0.code < $1.code }.map { service in
      let places = EventPlace.range(of: service)
      return "\(table).place BETWEEN \(places.lowerBound) AND \(places.upperBound)"
    }
    add("(\(ranges.joined(separator: " OR ")))")
  }

  private mutating func sources(of selection: EventSelection) -> String {
    selection.sources.map { placeholder($0.description) }.joined(separator: ", ")
  }

  mutating func add(originsOf selection: EventSelection, in table: String) {
    let list = selection.originSpellings.map { placeholder($0) }.joined(separator: ", ")
    add(
      """
      \(table).registration IN (SELECT id FROM registration
        WHERE origin IN (SELECT id FROM text WHERE value IN (\(list))))
      """)
  }

  private mutating func add(word: String) {
    var json = JSONWriter()
    json.value(word)
    let (text, escaped) = (
      placeholder(word), placeholder(String(json.string.dropFirst().dropLast()))
    )
    add(
      """
      (has_text(event.instance, \(text)) OR has_member(event.metadata, \(text), \(escaped))
        OR event.name IN (SELECT id FROM text WHERE has_text(value, \(text))))
      """)
  }

  mutating func add(within minutes: ClosedRange<Int64>) {
    let start = MinuteCount.start(of: minutes.lowerBound)
    let end = MinuteCount.start(of: minutes.upperBound) + MinuteCount.width
    add("event.timestamp >= \(placeholder(start.micros))")
    add("event.timestamp < \(placeholder(end.micros))")
  }

  /// Beyond a place in the time order.
  mutating func add(beyond cursor: EventCursor, _ order: EventQuery.Order) {
    add(cursor, order == .ascending ? ">" : "<")
  }

  /// Up to a place and at it.
  mutating func add(upTo cursor: EventCursor, _ order: EventQuery.Order) {
    add(cursor, order == .ascending ? "<=" : ">=")
  }

  private mutating func add(_ cursor: EventCursor, _ sign: String) {
    let identity = cursor.identity
    let values = [
      identity.timestamp.micros, Int64(identity.place.rawValue), identity.digest,
      cursor.sourceNumber, Int64(identity.ordinal),
    ].map { placeholder($0) }.joined(separator: ", ")
    add(
      "(event.timestamp, event.place, event.digest, event.source, event.ordinal)"
        + " \(sign) (\(values))")
  }
}
