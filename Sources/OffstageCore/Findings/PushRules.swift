/// The payload could not be decrypted: the site never learns of the push.
enum PushUndecryptable: OperationRule {
  static let services: Set<Service> = [.pushMessaging]
  static let note = RuleNote(
    "push-undecryptable", .error, "A push could not be decrypted, so the site never got it.",
    reference: Reference.pushEncryption)

  static func verdict(on subject: OperationCase) -> Verdict? {
    let received: StoredEvent
    let reason: String
    if let event = subject.event("Push message received"),
      event.logged.value(of: "Success") == "No"
    {
      received = event
      reason = (event.logged.value(of: "Error Reason") ?? "no reason given").quoted
    } else if let event = subject.firefox("Push message acknowledged", .notDecrypted) {
      received = event
      reason = "Firefox's code \(FirefoxCode.notDecrypted.rawValue)"
    } else {
      return nil
    }
    return subject.verdict(
      "\(subject.subject) reached the browser and could not be decrypted (\(reason)). "
        + "The worker was not told of it.",
      mend: "The sender encrypted for other keys than this subscription's. Send with the p256dh "
        + "and auth values of the newest PushSubscription, and drop stored ones after "
        + "pushsubscriptionchange.",
      [received])
  }
}

/// A handler that throws before it waits for anything is logged as `Success`.
enum PushHandlerThrew: OperationRule {
  static let services: Set<Service> = [.pushMessaging]
  static let note = RuleNote(
    "push-handler-threw", .error,
    "A push handler threw, although the browser logs Success.",
    reference: Reference.pushEvent)

  static func verdict(on subject: OperationCase) -> Verdict? {
    guard let run = subject.lastRun, run.outcome == .ok,
      let (mistake, doubt) = subject.hiddenMistake(of: run)
    else { return nil }
    return Verdict(
      message: "\(subject.subject) is logged as “Success”, but its handler "
        + (mistake.isOfPromise ? "left a rejected promise behind" : "threw")
        + ": \(mistake.words).\(doubt)",
      mend: "Mend the handler at \(mistake.place ?? "that place"). Do all work inside a promise "
        + "that is given to event.waitUntil(), so that a failure is logged as one.",
      at: mistake.at, events: run.eventIds)
  }
}

enum PushRejected: OperationRule {
  static let services: Set<Service> = [.pushMessaging]
  static let note = RuleNote(
    "push-rejected", .error, "The promise that a push handler waited for was rejected.",
    reference: Reference.extendableEvent)

  static func verdict(on subject: OperationCase) -> Verdict? {
    guard let run = subject.lastRun, let to = run.to, run.status == "waitUntil Rejected"
    else { return nil }
    return Verdict(
      message: "The promise of \(subject.subject.lowercasedFirst) was rejected "
        + "\((to - run.from).short) after its dispatch.\(subject.mistakeSentence(of: run))",
      mend: "Catch the failure inside the promise given to event.waitUntil(), and show a "
        + "notification also when the network fails: a push is not delivered again.",
      at: to, events: run.eventIds)
  }
}

enum PushTimeout: OperationRule {
  static let services: Set<Service> = [.pushMessaging]
  static let note = RuleNote(
    "push-timeout", .error, "A push handler did not finish in the time that it is given.",
    reference: Reference.workerLifetime)

  static func verdict(on subject: OperationCase) -> Verdict? {
    guard let run = subject.lastRun, let to = run.to, run.status == "Timeout" else { return nil }
    return Verdict(
      message: "\(subject.subject) had not finished \((to - run.from).short) after its dispatch, "
        + "so the browser ended it and stopped the worker.",
      mend: "A promise given to event.waitUntil() never settled. Give each fetch() of the handler "
        + "an AbortSignal.timeout(), and show the notification before slow work.",
      at: to, events: run.eventIds)
  }
}

/// Without a notification the browser shows one of its own, or takes the subscription away.
enum PushSilent: OperationRule {
  static let services: Set<Service> = [.pushMessaging]
  static let note = RuleNote(
    "push-silent", .warning, "A push was handled without showing a notification.",
    reference: Reference.userVisibleOnly)

  /// A handler that has done anything takes longer.
  static let atOnce = Interval(micros: 2000)

  static func verdict(on subject: OperationCase) -> Verdict? {
    guard let run = subject.lastRun, let to = run.to, run.outcome == .ok,
      !subject.operation.marks.contains(.genericNotification),
      PushNotificationLate.notifications(of: subject, within: OperationLink.slack).isEmpty,
      PushNotificationLate.notification(of: subject) == nil,
      subject.hiddenMistake(of: run) == nil
    else { return nil }
    let duration = to - run.from
    let guess =
      duration < atOnce
      ? " It ended so fast that the worker has no handler for “push”, or one that did nothing."
      : ""
    return Verdict(
      message: "\(subject.subject) was handled in \(duration.short) and showed no notification."
        + guess,
      mend: "Show one with registration.showNotification() inside event.waitUntil(). Else the "
        + "browser shows “This site has been updated in the background” unless a page of the site "
        + "is open, and may end the subscription. A page's new Notification() does not count.",
      at: to, events: run.eventIds)
  }
}

/// A notification that comes after the handler has ended counts for nothing, and may never come.
enum PushNotificationLate: OperationRule {
  static let services: Set<Service> = [.pushMessaging]
  static let note = RuleNote(
    "push-notification-late", .warning,
    "A push handler showed its notification after the browser took it for done.",
    reference: Reference.extendableEvent)

  static func verdict(on subject: OperationCase) -> Verdict? {
    guard let run = subject.lastRun, let to = run.to, run.outcome == .ok,
      let late = notification(of: subject)
    else { return nil }
    let title = late.logged.value(of: "Title") ?? ""
    return Verdict(
      message: "\(subject.subject) ended \((to - run.from).short) after its dispatch, and its "
        + "notification \(title.quoted) came \((late.logged.timestamp - to).short) later. "
        + "The worker may be stopped before it gets so far.",
      mend: "Give the promise of all that the handler does to event.waitUntil(): an async handler "
        + "alone does not make the browser wait.",
      at: late.logged.timestamp, events: run.eventIds + [late.id])
  }

  /// The browser may log a notification a little after the handler that waited for it.
  private static let grace = Interval(micros: 50_000)
  private static let reach = Interval.seconds(5)

  /// The first one after the end, if none came before it.
  static func notification(of subject: OperationCase) -> StoredEvent? {
    guard let to = subject.lastRun?.to, let first = notifications(of: subject, within: reach).first,
      first.logged.timestamp > to + grace,
      subject.othersRunning(at: first.logged.timestamp) == 0
    else { return nil }
    return first
  }

  /// Those that its worker showed while the handler ran, and shortly after.
  static func notifications(
    of subject: OperationCase, within slack: Interval
  ) -> [StoredEvent] {
    guard let run = subject.lastRun, let to = run.to else { return [] }
    return subject.scene.neighbours.filter {
      $0.operation.service == .notifications
        && $0.operation.serviceWorkerRegistrationId
          == subject.scene.operation.serviceWorkerRegistrationId
    }.flatMap(\.events).filter {
      $0.logged.eventName == "Notification displayed" && $0.logged.timestamp >= run.from
        && $0.logged.timestamp <= to + slack
    }.sorted { $0.logged.timestamp < $1.logged.timestamp }
  }
}

enum PushGenericNotification: OperationRule {
  static let services: Set<Service> = [.pushMessaging]
  static let note = RuleNote(
    "push-generic-notification", .error,
    "The browser showed a notification of its own, because a push showed none.",
    reference: Reference.userVisibleOnly)

  static func verdict(on subject: OperationCase) -> Verdict? {
    guard let shown = subject.event("Generic notification shown") else { return nil }
    let events = subject.events("Push event completed") + [shown]
    return subject.verdict(
      "\(subject.subject) showed no notification, so the browser showed the person “This site has "
        + "been updated in the background”.",
      mend: "Show a notification with registration.showNotification() inside event.waitUntil() for "
        + "each push, also when there is nothing new or the network fails.",
      events)
  }
}

extension String {
  /// For the middle of a sentence: `the push “…”`.
  package var lowercasedFirst: String { prefix(1).lowercased() + dropFirst() }
}
