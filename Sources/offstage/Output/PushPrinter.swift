import JSON
import OffstageCore
import OffstageStore

/// Prints what is posted to the push service as it comes, and once more when it has ended.
struct PushPrinter: Sendable {
  private static let limit = 1000

  let store: SQLiteEventStore
  let terminal: Terminal
  let asJSON: Bool

  /// Until it is cancelled.
  func follow() async throws {
    var told: [String: PushMessage.Delivery] = [:]
    // What was there before is not told.
    for message in try await newest() { told[message.id] = message.delivery }
    for await _ in store.changes() {
      let messages = try await newest()
      let sites = PushSites(try await store.pushSubscriptions())
      for message in messages.reversed() where told[message.id] != message.delivery {
        if Self.isTold(message, after: told[message.id]) {
          try terminal.print(asJSON ? Self.json(message) : Self.line(message, sites, terminal))
        }
        told[message.id] = message.delivery
      }
      let kept = Set(messages.map(\.id))
      told = told.filter { kept.contains($0.key) }
    }
  }

  private func newest() async throws -> [PushMessage] {
    try await store.pushMessages(onlyRefused: false, limit: Self.limit)
  }

  /// That it was sent is told by its end, or by a later sending.
  private static func isTold(_ message: PushMessage, after: PushMessage.Delivery?) -> Bool {
    guard let after else { return true }
    return after.end != message.delivery.end || after.failure != message.delivery.failure
      || message.delivery.sends > max(1, after.sends)
  }

  private static func json(_ message: PushMessage) -> String {
    var writer = JSONWriter()
    message.write(to: &writer)
    return writer.string
  }

  static func line(
    _ message: PushMessage, _ sites: PushSites, _ terminal: Terminal
  ) -> String {
    let delivery = message.delivery
    let isBad =
      message.refusal != nil || delivery.end?.isLoss == true || delivery.failure != nil
      || delivery.answer.map { $0 != .delivered && delivery.sends == 1 } == true
    let parts = [
      message.received.clockWords, isBad ? "✕" : " ", "\(message.status)",
      sites.words(of: message).escapedForTerminal, message.words.escapedForTerminal,
    ]
    return terminal.styled(parts.joined(separator: "  "), isBad ? .red : nil)
  }
}

/// Whose subscriptions messages were posted to.
struct PushSites: Sendable {
  private let origins: [String: String]

  init(_ subscriptions: [PushSubscription]) {
    origins = Dictionary(
      subscriptions.map { ($0.token, $0.origin?.withoutTrailingSlash ?? "") },
      uniquingKeysWith: { _, last in last })
  }

  /// The site, and the end of the endpoint: what tells its subscriptions apart.
  func words(of message: PushMessage) -> String {
    let site = origins[message.subscription] ?? "to no subscription"
    return [site, "…" + message.subscription.suffix(6)].filter { !$0.isEmpty }.joined(
      separator: " ")
  }
}

extension PushMessage {
  /// 5 bytes, TTL 60, acknowledged after 8 ms
  fileprivate var words: String {
    if let refusal { return "refused: \(refusal.detail) (\(refusal.code))" }
    var words = [id, "\(body.count) bytes", "TTL \(ttl)"]
    if let injected { words.append("\(injected.words) as was asked for") }
    if let topic { words.append("topic \(topic)") }
    if urgency != .normal { words.append("urgency \(urgency.rawValue)") }
    if delivery.sends > 1 { words.append("sent \(delivery.sends) times") }
    switch (delivery.end, delivery.ended, delivery.firstSent) {
    case (let end?, let ended?, _):
      words.append("\(end.rawValue) after \((ended - received).short)")
    case (nil, _, _?): words.append("on its way")
    default: words.append("waits for its browser")
    }
    words += [delivery.answer, delivery.failure].compactMap { $0 }.map { code in
      "\(code.words.lowercasedFirst) (\(code.rawValue))"
    }
    return words.joined(separator: ", ")
  }
}

extension PushMessage.End {
  /// It will never come.
  var isLoss: Bool {
    switch self {
    case .acknowledged, .replaced, .cancelled: false
    case .expired, .unsubscribed, .dropped: true
    }
  }
}
