/// What ends a subscription, or keeps a push from its handler.
enum PushPermissionLost: OperationRule {
  static let services: Set<Service> = [.pushMessaging]
  static let note = RuleNote(
    "push-permission-lost", .error,
    "A push came although notifications are not allowed, and the browser ended the subscription.",
    reference: Reference.pushReceiving)

  static func verdict(on subject: OperationCase) -> Verdict? {
    guard let end = PushEnd(subject, "DELIVERY_PERMISSION_DENIED"),
      PushPermissionLostAtRestart.restart(before: subject) == nil
    else { return nil }
    return subject.verdict(
      "\(subject.subject) came, but the site may not show notifications, so the browser ended the "
        + "subscription (\(end.reason)). The worker was not told.",
      mend: "The person, a policy or a test took the permission away. Check "
        + "Notification.permission when the page opens, ask again after a click, and subscribe "
        + "anew; remove the old endpoint at the sender.",
      end.events)
  }
}

/// A permission that was given over CDP lasts as long as the browser.
enum PushPermissionLostAtRestart: OperationRule {
  static let services: Set<Service> = [.pushMessaging]
  static let note = RuleNote(
    "push-permission-lost-at-restart", .error,
    "Notifications were allowed before the browser was started again, and are not any more.",
    reference: Reference.pushReceiving)

  static func verdict(on subject: OperationCase) -> Verdict? {
    guard let end = PushEnd(subject, "DELIVERY_PERMISSION_DENIED"),
      let restart = restart(before: subject)
    else { return nil }
    return subject.verdict(
      "\(subject.subject) came, but the site may not show notifications, so the browser ended the "
        + "subscription. A push was still handled at \(restart.handled.clockWords); since then the "
        + "browser was started again.",
      mend: "A permission granted over CDP (Browser.grantPermissions, setPermission) ends with the "
        + "browser. Grant it in the profile, such as by offstage open --grant notifications.",
      end.events)
  }

  /// A push that was handled in an earlier run of the browser.
  static func restart(before subject: OperationCase) -> (handled: Timestamp, run: Timestamp)? {
    guard
      let run = subject.scene.runs.last(where: { $0.from <= subject.operation.began })
    else { return nil }
    let handled = subject.scene.neighbours.filter {
      $0.operation.service == .pushMessaging && $0.operation.operation.began < run.from
        && $0.operation.operation.attempts > 0
    }.map(\.operation.operation.began).max()
    return handled.map { ($0, run.from) }
  }
}

enum PushUnknownSubscription: OperationRule {
  static let services: Set<Service> = [.pushMessaging]
  static let note = RuleNote(
    "push-unknown-subscription", .error,
    "A push came for a subscription that the browser does not know any more.",
    reference: Reference.pushReceiving)

  static func verdict(on subject: OperationCase) -> Verdict? {
    guard let end = PushEnd(subject, "DELIVERY_UNKNOWN_APP_ID") else { return nil }
    return subject.verdict(
      "\(subject.subject) came for a subscription that the browser does not know "
        + "(\(end.reason)), and was dropped.",
      mend: "The sender holds an endpoint that is out of date. Remove it, and let the page send "
        + "the one of pushManager.getSubscription() whenever it opens.",
      end.events)
  }
}

enum PushNoWorker: OperationRule {
  static let services: Set<Service> = [.pushMessaging]
  static let note = RuleNote(
    "push-no-worker", .error,
    "A push came when its service worker was gone, and the browser ended the subscription.",
    reference: Reference.pushReceiving)

  static func verdict(on subject: OperationCase) -> Verdict? {
    guard let end = PushEnd(subject, "DELIVERY_NO_SERVICE_WORKER") else { return nil }
    return subject.verdict(
      "\(subject.subject) came, but its service worker is not there any more (\(end.reason)), so "
        + "the browser ended the subscription.",
      mend: "The registration was removed while the subscription lived on. Call "
        + "subscription.unsubscribe() before registration.unregister(), and tell the sender.",
      end.events)
  }
}

enum PushRevokedByBrowser: OperationRule {
  static let services: Set<Service> = [.pushMessaging]
  static let note = RuleNote(
    "push-revoked-by-browser", .error,
    "The browser itself took the permission for notifications away.",
    reference: "https://blog.chromium.org/2020/05/protecting-chrome-users-from-abusive.html")

  static func verdict(on subject: OperationCase) -> Verdict? {
    for (reason, words) in [
      ("PERMISSION_REVOKED_ABUSIVE", "abusive"), ("PERMISSION_REVOKED_DISRUPTIVE", "disruptive"),
    ] {
      guard let end = PushEnd(subject, reason) else { continue }
      return subject.verdict(
        "The browser took the permission for notifications away from the site because it takes "
          + "them for \(words) (\(end.reason)). \(subject.subject) was dropped.",
        mend: "Look at the site's report on notifications in Google Search Console, mend what it "
          + "names, and ask for a review. People who are asked less often are annoyed less often.",
        end.events)
    }
    return nil
  }
}

/// The end of a subscription, for one reason.
private struct PushEnd {
  var reason: String
  var events: [StoredEvent]

  init?(_ subject: OperationCase, _ reason: String) {
    guard let end = subject.event("Unsubscribed due to error"),
      end.logged.value(of: "Reason") == reason
    else { return nil }
    self.reason = reason
    events = subject.events("Push message received") + [end]
  }
}

enum PushNotDispatched: OperationRule {
  static let services: Set<Service> = [.pushMessaging]
  static let note = RuleNote(
    "push-not-dispatched", .warning, "A push was received, and its handler never called.",
    reference: Reference.pushReceiving)

  /// Pushes to one worker wait for one another, and each may take 90 s.
  private static let patience = Interval.seconds(120)

  static func verdict(on subject: OperationCase) -> Verdict? {
    guard subject.state == .waiting, let received = subject.event("Push message received"),
      subject.watched(since: received.logged.timestamp) > patience
    else { return nil }
    let mistake = subject.mistakes(from: received.logged.timestamp, to: nil).first
    return subject.verdict(
      "\(subject.subject) reached the browser at \(received.logged.timestamp.clockWords), and "
        + "within \(subject.watched(since: received.logged.timestamp).short) the worker's handler "
        + "was not called." + (mistake.map { " The worker reported \($0.words)." } ?? ""),
      mend: "The worker could not be started. Open chrome://serviceworker-internals, start it by "
        + "hand, and mend the mistake that its script makes when it is loaded.",
      [received])
  }
}

enum PushNeverCompleted: OperationRule {
  static let services: Set<Service> = [.pushMessaging]
  static let note = RuleNote(
    "push-never-completed", .warning,
    "A push handler was called, and never came to an end: its worker or its browser was stopped.",
    reference: Reference.workerLifetime)

  static func verdict(on subject: OperationCase) -> Verdict? {
    guard subject.state == .running || subject.state == .unfinished, let run = subject.lastRun,
      run.to == nil, let end = HandlerEnd(subject, run), !end.isUnregistered
    else { return nil }
    return Verdict(
      message: "\(subject.subject) was dispatched at \(run.from.clockWords) and has no end: "
        + "\(end.words). What it meant to show may not have been shown.",
      mend: end.mend, at: run.from, events: run.eventIds)
  }
}
