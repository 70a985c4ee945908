package import OffstageCore

/// Events that are much alike, and what may be asked of them: most of it is true of some.
package struct FilterScene: Sendable {
  private var random: SeededGenerator

  package init(seed: UInt64) {
    random = SeededGenerator(seed: seed)
  }

  package static let scopes = ["https://app.example/", "https://app.example/shop/", "http://b/"]
  package static let origins = [
    "https://app.example/", "https://app.example:8443", "http://app.example", "http://b",
    "http://b.app.example/", "app.example", "null", "",
  ]
  package static let tags = ["outbox", "out", "OUTBOX", "caf\u{E9}", "cafe\u{301}", "a\"b", ""]
  private static let keys = [
    "Payload", "Failure Reason", "Status", ":", ",", "\"", "a,\"Payload", "",
  ]
  private static let values = [
    "hello", "Hello", "50% of_it", "back\\slash", "two\nlines", "{\"Status\":\"ok\"}", ",", ":", "",
    "200", "Success", "\u{1F}", "\u{E9}",
  ]
  private static let words = [
    "sync", "SYNC", "o", "%", "_", "hello", "\\", "payload", "Failure R", "\u{E9}", "200", ":",
  ]

  // MARK: Events

  package mutating func event() -> LoggedEvent {
    let known = one(of: EventCatalogue.entries)
    let name = random.chance(in: 9) ? "sync COMPLETED" : known.name
    var metadata: [String: String] = [:]
    for _ in 0..<Int.random(in: 0...3, using: &random) { metadata[key()] = value() }
    return .sample(
      name, known.service, at: moment(), instance: one(of: Self.tags),
      origin: one(of: Self.origins), storageKey: nil,
      registration: String(Int.random(in: 0...1, using: &random)), metadata)
  }

  package mutating func scope() -> String? { random.chance(in: 3) ? nil : one(of: Self.scopes) }

  // MARK: Questions

  package mutating func selection(among sources: [SourceID], depth: Int = 3) -> EventSelection {
    var selection = EventSelection()
    for _ in 0..<Int.random(in: 0...3, using: &random) {
      narrow(&selection, among: sources)
    }
    if depth > 0, random.chance(in: 2) {
      selection.rest = (0...Int.random(in: 0...1, using: &random)).map { _ in
        expression(among: sources, depth: depth - 1)
      }
    }
    return selection
  }

  private mutating func expression(among sources: [SourceID], depth: Int) -> SelectionExpression {
    switch Int.random(in: 0...(depth > 0 ? 4 : 1), using: &random) {
    case 0, 1: return .selection(selection(among: sources, depth: depth))
    case 2: return .not(expression(among: sources, depth: depth - 1))
    case let kind:
      let parts = (0..<Int.random(in: 0...3, using: &random)).map { _ in
        expression(among: sources, depth: depth - 1)
      }
      return kind == 3 ? .any(parts) : .all(parts)
    }
  }

  private mutating func narrow(_ selection: inout EventSelection, among sources: [SourceID]) {
    switch Int.random(in: 0...14, using: &random) {
    case 0: selection.services.insert(one(of: Service.allCases))
    case 1: selection.origins.insert(one(of: Self.origins))
    case 2:
      selection.hosts.insert(one(of: ["app.example", "app.example:8443", "b", "example", ""]))
    case 3: selection.sources.insert(one(of: sources + [SourceID()]))
    case 4: selection.captures.insert(one(of: CaptureKind.allCases))
    case 5: selection.outcomes.insert(one(of: Outcome.allCases))
    case 6: selection.instances.insert(one(of: Self.tags))
    case 7: selection.names.insert(one(of: ["Sync completed", "registered SYNC", "Sync"]))
    case 8: selection.scopes.insert(one(of: Self.scopes + ["/", "/shop/", "/shop", "shop/"]))
    case 9: selection.isTrigger = random.chance(in: 2)
    case 10: selection.pairs.append(.init(key: key(), value: value()))
    case 11: selection.since = moment()
    case 12: selection.until = moment()
    case 13: selection.states.insert(one(of: OperationState.allCases))
    default: selection.words.append(one(of: Self.words))
    }
  }

  // MARK: Filters

  /// Of sources called `default` and `old`.
  package mutating func filter(depth: Int = 3) -> EventFilter {
    switch Int.random(in: 0...(depth > 0 ? 5 : 1), using: &random) {
    case 0, 1: return .term(term())
    case 2: return .not(filter(depth: depth - 1))
    case let kind:
      let parts = (0...Int.random(in: 1...3, using: &random)).map { _ in filter(depth: depth - 1) }
      return kind == 3 ? .either(parts) : .every(parts)
    }
  }

  package mutating func term() -> FilterTerm {
    switch Int.random(in: 0...14, using: &random) {
    case 0...1: return .word(one(of: Self.words + Self.hardWords))
    case 2...3: return .metadata(key: key(), value: value())
    default:
      let (name, values) = one(of: Self.named)
      guard let key = FilterKey.named(name) else { preconditionFailure("no key \(name)") }
      return .named(key, one(of: values))
    }
  }

  /// Words that look like something else.
  package static let hardWords = [
    "or", "and", "NOT", "-x", "-", "a:b", "https://app.example", "0:179%6d1a", "(", ")", "\"",
    "a b",
    "\\", "\u{2028}", "origin://x", ":", "\u{E9}", "e\u{301}", "", "\u{FEFF}", "a\"b", "x://",
  ]

  private static let named: [(String, [String])] = [
    ("service", Service.allCases.map(\.shortName)), ("service", Service.allCases.map(\.rawValue)),
    ("origin", ["app.example", "APP.example", "https://app.example/", "b", "null", "localhost:1"]),
    ("event", ["Sync completed", "registered SYNC", "Sync", "\"", "sync COMPLETED"]),
    ("tag", tags), ("source", ["default", "old"]),
    ("scope", scopes + ["/", "/shop/", "//", "(x)"]),
    ("capture", CaptureKind.allCases.map(\.name)), ("outcome", Outcome.allCases.map(\.rawValue)),
    ("status", OperationState.allCases.map(\.rawValue)),
    ("is", ["trigger", "open"]), ("since", ["2h", "2026-11-22T14:00:05Z", "2026-11-22 14:00:07Z"]),
    ("until", ["1us", "2026-11-22T14:00:05.000001Z", "2026-11-23"]),
  ]

  private mutating func key() -> String { one(of: Self.keys) }
  private mutating func value() -> String { one(of: Self.values) }

  private mutating func moment() -> Timestamp {
    ManualClock.start + .seconds(Int64.random(in: 0...600, using: &random))
  }

  private mutating func one<Value>(of values: [Value]) -> Value {
    values[Int.random(in: values.indices, using: &random)]
  }
}
