/// What Firefox says at its push service, which is all that is known of a push there.
enum PushFailedInFirefox: OperationRule {
  static let services: Set<Service> = [.pushMessaging]
  static let note = RuleNote(
    "push-failed-in-firefox", .error, "Firefox reported that a push handler failed.",
    reference: Reference.extendableEvent)

  static func verdict(on subject: OperationCase) -> Verdict? {
    for code in [FirefoxCode.uncaughtException, .unhandledRejection, .internalError] {
      guard let failure = subject.firefox("Push event failed", code) else { continue }
      return subject.verdict(
        "\(subject.subject) was given to the worker, and its handler failed: \(words(code)) "
          + "(Firefox's code \(code.rawValue)). Firefox does not tell the mistake.",
        mend:
          "Look at the worker's console at about:debugging, This Firefox. Catch failures inside "
          + "the promise given to event.waitUntil(), and show a notification all the same.",
        subject.events("Push message acknowledged") + [failure])
    }
    return nil
  }

  private static func words(_ code: FirefoxCode) -> String {
    switch code {
    case .uncaughtException: "it threw"
    case .unhandledRejection: "the promise that it waited for was rejected"
    default: "Firefox could not run it"
    }
  }
}

enum PushNotGivenByFirefox: OperationRule {
  static let services: Set<Service> = [.pushMessaging]
  static let note = RuleNote(
    "push-not-given-by-firefox", .error,
    "Firefox took a push and did not give it to its worker.", reference: Reference.pushReceiving)

  static func verdict(on subject: OperationCase) -> Verdict? {
    // Of one that was sent again it may only mean that it had it.
    guard let event = subject.firefox("Push message acknowledged", .notDelivered),
      event.logged.outcome == .failed
    else { return nil }
    return subject.verdict(
      "\(subject.subject) reached Firefox, which did not give it to the worker (code "
        + "\(FirefoxCode.notDelivered.rawValue)). Its sender was not told.",
      mend: "The site may show no notifications any more, its history was cleared, or the "
        + "subscription is not known there. Check Notification.permission when the page opens, and "
        + "let it send the subscription of pushManager.getSubscription() then.",
      [event])
  }
}

extension OperationCase {
  /// The event by which Firefox said this.
  func firefox(_ name: String, _ code: FirefoxCode) -> StoredEvent? {
    events.first {
      $0.logged.eventName == name && $0.logged.value(of: "Code") == "\(code.rawValue)"
    }
  }
}
