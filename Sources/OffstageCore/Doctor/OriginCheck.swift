/// One thing that was looked at, and what it means.
package struct OriginCheck: Sendable, Hashable {
  package enum Verdict: String, CaseIterable, Sendable {
    case ok
    /// This keeps something from happening.
    case no
    /// This may.
    case warning
    /// It could not be looked at.
    case unknown
    /// Nothing to judge.
    case note
  }

  /// Stable: programs go by it. A service's begins with the service's short name.
  package var id: String
  package var service: Service?
  package var verdict: Verdict
  /// One sentence: what was seen.
  package var message: String
  /// What to do.
  package var mend: String?
  /// Where to read on.
  package var reference: String?

  init(
    _ id: String, _ verdict: Verdict, _ message: String, mend: String? = nil,
    reference: String? = nil
  ) {
    self.id = id
    self.verdict = verdict
    self.message = message
    self.mend = mend
    self.reference = reference
  }

  init(
    _ service: Service, _ what: String, _ verdict: Verdict, _ message: String, mend: String? = nil
  ) {
    self.init(
      "\(service.shortName).\(what)", verdict, message, mend: mend,
      reference: verdict == .ok || verdict == .note ? nil : service.specification)
    self.service = service
  }

  /// What is looked at, for a column: `handler` of `push.handler`.
  package var name: String {
    String(id[(id.lastIndex(of: ".").map(id.index(after:)) ?? id.startIndex)...])
  }
}

extension Service {
  var specification: String {
    switch self {
    case .backgroundFetch: "https://wicg.github.io/background-fetch/"
    case .backgroundSync: "https://wicg.github.io/background-sync/spec/"
    case .periodicBackgroundSync: "https://wicg.github.io/periodic-background-sync/"
    case .notifications: "https://notifications.spec.whatwg.org/"
    case .pushMessaging: "https://www.w3.org/TR/push-api/"
    case .paymentHandler: "https://www.w3.org/TR/payment-handler/"
    }
  }
}
