import JSON

/// What the push service sees of a message on its way through Firefox, which has no log of its own.
package struct PushReport: Sendable, Hashable {
  package enum Kind: Sendable, Hashable {
    /// How often so far.
    case sent(attempt: Int)
    case acknowledged(FirefoxCode, attempt: Int)
    /// By Firefox of this name; one that it does not have is not believed.
    case failed(FirefoxCode, device: String)
  }

  package var message: String
  package var kind: Kind
  package var at: Timestamp

  package init(message: String, kind: Kind, at: Timestamp) {
    self.message = message
    self.kind = kind
    self.at = at
  }

  /// The event that it is.
  ///
  /// - Parameter origin: the site's; nil if Firefox has not told it.
  package func logged(origin: String?) -> LoggedEvent? {
    let name: String
    var metadata: [LoggedEvent.Metadata] = []
    func say(_ code: FirefoxCode) {
      metadata.append(.init(key: "Code", value: "\(code.rawValue)"))
      metadata.append(.init(key: "Meaning", value: code.words))
    }
    switch kind {
    case .sent(let attempt):
      name = "Push message sent"
      metadata.append(.init(key: "Attempt", value: "\(attempt)"))
    case .acknowledged(let code, let attempt):
      metadata.append(.init(key: "Attempt", value: "\(attempt)"))
      name = "Push message acknowledged"
      say(code)
    case .failed(let code, _):
      name = "Push event failed"
      say(code)
    }
    return LoggedEvent(
      timestampNumber: JSONNumber(millionths: at.micros), service: .pushMessaging, eventName: name,
      instanceId: message, origin: origin ?? Self.unknownOrigin, storageKey: nil,
      serviceWorkerRegistrationId: "-1", metadata: metadata)
  }

  /// Whether the worker got it, by what the event says; nil where that can't be known. Firefox says
  /// “not given to the worker” as well of a message that it was sent again after its word that it had
  /// it was lost.
  static func isDelivered(_ value: (String) -> String?) -> Bool? {
    switch value("Code") {
    case "\(FirefoxCode.delivered.rawValue)": true
    case "\(FirefoxCode.notDelivered.rawValue)" where value("Attempt") != "1": nil
    default: false
    }
  }

  /// How the web writes an origin that can't be told.
  private static let unknownOrigin = "null"
}
