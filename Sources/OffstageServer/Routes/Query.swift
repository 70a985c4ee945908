internal import Foundation
internal import OffstageCore

enum QueryParameter: String, Sendable, CaseIterable {
  case service, origin, source, outcome, instance, since, until, text, filter, at, limit, order,
    cursor, wait,
    sort, offset, size, count, width, format, redact, name, state, id, refused
}

/// The query part of a request, read as `application/x-www-form-urlencoded` (URL Standard §5.1).
struct Query: Sendable {
  private var values: [QueryParameter: [String]] = [:]

  /// `known` are the parameters of the route; any other is a mistake.
  init(parsing text: String, taking known: [QueryParameter]) throws(Problem) {
    for pair in text.split(separator: "&") {
      let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let name = try Query.decode(parts[0], of: String(parts[0]))
      guard let parameter = QueryParameter(rawValue: name), known.contains(parameter) else {
        throw .badParameter(
          name, "There is no parameter “\(name.escapedForTerminal)” here.",
          hint: known.isEmpty
            ? "This route takes none."
            : "Parameters are \(known.map(\.rawValue).joined(separator: ", ")).")
      }
      values[parameter, default: []].append(
        try Query.decode(parts.count > 1 ? parts[1] : "", of: name))
    }
  }

  private static func decode(_ text: Substring, of name: String) throws(Problem) -> String {
    guard let decoded = text.replacing("+", with: " ").removingPercentEncoding else {
      throw .badParameter(
        name, "The parameter “\(name.escapedForTerminal)” is not percent-encoded UTF-8.", hint: nil)
    }
    return decoded
  }

  /// Every value that came; some parameters may be given more than once.
  func all(_ parameter: QueryParameter) -> [String] { values[parameter] ?? [] }

  /// The value of a parameter that may be given once.
  func one(_ parameter: QueryParameter) throws(Problem) -> String? {
    let values = all(parameter)
    guard values.count <= 1 else {
      throw .badParameter(
        parameter.rawValue, "“\(parameter.rawValue)” is given \(values.count) times.",
        hint: "Give it once.")
    }
    return values.first
  }

  func expect(_ parameter: QueryParameter) throws(Problem) {
    guard all(parameter).isEmpty else { return }
    throw .badParameter(
      parameter.rawValue, "The parameter “\(parameter.rawValue)” is missing.",
      hint: parameter.description.summary)
  }

  // MARK: What the values mean

  func services() throws(Problem) -> Set<Service> {
    var services: Set<Service> = []
    for list in all(.service) {
      for text in list.split(separator: ",", omittingEmptySubsequences: false) {
        let service = try read(.service) { () throws(UsageError) in
          try Service(parsing: String(text))
        }
        services.insert(service)
      }
    }
    return services
  }

  func states() throws(Problem) -> Set<OperationState> {
    var states: Set<OperationState> = []
    for list in all(.state) {
      for text in list.split(separator: ",", omittingEmptySubsequences: false) {
        let state = try read(.state) { () throws(UsageError) in
          try OperationState(parsing: String(text))
        }
        states.insert(state)
      }
    }
    return states
  }

  /// Of operations; no more than a screen shows.
  func ids() throws(Problem) -> [Int64] {
    let texts = all(.id).flatMap { $0.split(separator: ",", omittingEmptySubsequences: false) }
    guard texts.count <= Self.mostIDs else {
      throw .badParameter(
        "id", "\(texts.count) ids are given.", hint: "Give \(Self.mostIDs) at most.")
    }
    var ids: [Int64] = []
    for text in texts {
      guard let id = Int64(text) else {
        throw mistake(.id, String(text), hint: "Take it from an operation or an event.")
      }
      ids.append(id)
    }
    return ids
  }

  static let mostIDs = 100

  func outcomes() throws(Problem) -> Set<Outcome> {
    var outcomes: Set<Outcome> = []
    for list in all(.outcome) {
      for text in list.split(separator: ",", omittingEmptySubsequences: false) {
        let outcome = try read(.outcome) { () throws(UsageError) in
          try Outcome(parsing: String(text))
        }
        outcomes.insert(outcome)
      }
    }
    return outcomes
  }

  /// What the filter selects, if there is one.
  func filter(_ context: FilterContext) throws(Problem) -> EventSelection {
    guard let text = try one(.filter) else { return EventSelection() }
    do throws(FilterMistake) {
      return try WrittenFilter(parsing: text, context).selection(context)
    } catch {
      throw Problem(error, parameter: QueryParameter.filter.rawValue)
    }
  }

  /// Where the cursor stands in a text, in characters.
  func place() throws(Problem) -> Int? { try number(.at, in: 0...Int.max) }

  func origins() -> Set<String> { Set(all(.origin).map(\.withoutTrailingSlash)) }

  func bound(_ parameter: QueryParameter, now: Timestamp) throws(Problem) -> Timestamp? {
    guard let text = try one(parameter) else { return nil }
    return try read(parameter) { () throws(UsageError) in
      try TimeBound(parsing: text, now: now).timestamp
    }
  }

  func limit() throws(Problem) -> Int { try number(.limit, in: 1...1000) ?? 100 }

  /// Whether only that is meant which was not taken.
  func refused() throws(Problem) -> Bool {
    switch try one(.refused) {
    case nil, "false": return false
    case "", "true": return true
    case let text?:
      throw .badParameter(
        QueryParameter.refused.rawValue, "“\(text.escapedForTerminal)” is neither true nor false.",
        hint: "Write refused=true.")
    }
  }

  /// How many events of a list are cut into pieces.
  func count() throws(Problem) -> Int? { try number(.count, in: 1...Int.max) }

  /// How many events a piece of a list has at most.
  func size() throws(Problem) -> Int { try number(.size, in: 1...1000) ?? 500 }

  /// Of a sorted list.
  func offset() throws(Problem) -> Int { try number(.offset, in: 0...EventSort.limit) ?? 0 }

  private func number(
    _ parameter: QueryParameter, in range: ClosedRange<Int>
  ) throws(Problem) -> Int? {
    guard let text = try one(parameter) else { return nil }
    guard let number = Int(text), range.contains(number) else {
      throw mistake(
        parameter, text,
        hint: "Write a whole number from \(range.lowerBound) to \(range.upperBound).")
    }
    return number
  }

  func sort() throws(Problem) -> EventSort? {
    guard let text = try one(.sort) else { return nil }
    guard let sort = EventSort(rawValue: text) else {
      let words = EventSort.allCases.map(\.rawValue).joined(separator: ", ")
      throw mistake(.sort, text, hint: "Lists are sorted by \(words), or by time without it.")
    }
    return sort
  }

  func order() throws(Problem) -> EventQuery.Order {
    guard let text = try one(.order) else { return .descending }
    guard let order = EventQuery.Order(rawValue: text) else {
      throw mistake(
        .order, text,
        hint: "Orders are \(EventQuery.Order.allCases.map(\.rawValue).joined(separator: ", ")).")
    }
    return order
  }

  func cursor() throws(Problem) -> EventCursor? {
    guard let text = try one(.cursor) else { return nil }
    guard let cursor = EventCursor(text: text) else {
      throw mistake(.cursor, text, hint: "Take it from the “next” of the page before.")
    }
    return cursor
  }

  func operationCursor() throws(Problem) -> OperationCursor? {
    guard let text = try one(.cursor) else { return nil }
    guard let cursor = OperationCursor(text: text) else {
      throw mistake(.cursor, text, hint: "Take it from the “next” of the page before.")
    }
    return cursor
  }

  func triggerCursor() throws(Problem) -> Int64? {
    guard let text = try one(.cursor) else { return nil }
    guard let cursor = Int64(text) else {
      throw mistake(.cursor, text, hint: "Take it from the “next” of the page before.")
    }
    return cursor
  }

  /// How long to wait for something to answer with.
  func wait() throws(Problem) -> Interval? {
    guard let text = try one(.wait) else { return nil }
    let wait = try read(.wait) { () throws(UsageError) in try Interval(parsing: text) }
    guard wait <= .seconds(60) else {
      throw mistake(.wait, text, hint: "Wait for 60s at most, and ask again.")
    }
    return wait
  }

  /// Of a histogram's buckets.
  func width() throws(Problem) -> Interval? {
    guard let text = try one(.width) else { return nil }
    let width = try read(.width) { () throws(UsageError) in try Interval(parsing: text) }
    guard width.micros > 0, width <= .days(3660) else {
      throw mistake(.width, text, hint: "Write a width such as 100ms, 1m, 6h or 1d.")
    }
    return width
  }

  private func mistake(_ parameter: QueryParameter, _ text: String, hint: String) -> Problem {
    .badParameter(
      parameter.rawValue,
      "“\(text.escapedForTerminal)” can't be taken as “\(parameter.rawValue)”.", hint: hint)
  }

  private func read<Value>(
    _ parameter: QueryParameter, _ body: () throws(UsageError) -> Value
  ) throws(Problem) -> Value {
    do throws(UsageError) {
      return try body()
    } catch {
      throw Problem(error, parameter: parameter.rawValue)
    }
  }
}
