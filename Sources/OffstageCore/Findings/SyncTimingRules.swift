/// When a sync fires, and how often.
enum SyncReregisteredInALoop: OperationRule {
  static let services: Set<Service> = [.backgroundSync]
  static let note = RuleNote(
    "sync-reregistered-in-a-loop", .warning,
    "A sync handler registers its own tag again each time it runs.",
    reference: Reference.syncRegister)

  private static let limit = 3

  static func verdict(on subject: OperationCase) -> Verdict? {
    let again = subject.events("Sync event reregistered")
    guard again.count >= limit, let first = again.first, let last = again.last else { return nil }
    return subject.verdict(
      "\(subject.subject) was registered again \(again.count) times while its handler ran, within "
        + "\((last.logged.timestamp - first.logged.timestamp).short), and was dispatched again at "
        + "once each time.",
      mend: "Don't register a tag inside its own sync handler. Reject the promise given to "
        + "event.waitUntil() instead: the browser then tries again by itself, later.",
      again)
  }
}

enum SyncRegisteredInALoop: OperationRule {
  static let services: Set<Service> = [.backgroundSync]
  static let note = RuleNote(
    "sync-registered-in-a-loop", .warning,
    "A tag is registered again as soon as its sync has ended, many times.",
    reference: Reference.syncRegister)

  private static let limit = 10
  private static let span = Interval.seconds(5)

  /// Said once, of the last of them.
  static func verdict(on subject: OperationCase) -> Verdict? {
    guard let registered = subject.event("Registered sync") else { return nil }
    let moment = registered.logged.timestamp
    let others = subject.scene.neighbours.filter {
      $0.operation.service == .backgroundSync && $0.operation.instanceId == subject.instance
        && $0.operation.serviceWorkerRegistrationId
          == subject.scene.operation.serviceWorkerRegistrationId
    }
    let before = others.filter {
      $0.operation.operation.began < moment && moment - $0.operation.operation.began <= span
    }
    let isLast = !others.contains {
      $0.operation.operation.began > moment && $0.operation.operation.began - moment <= span
    }
    guard before.count + 1 >= limit, isLast,
      let first = before.map(\.operation.operation.began).min()
    else { return nil }
    let shown = before.compactMap(\.events.first) + [registered]
    return subject.verdict(
      "\(subject.subject) was registered \(before.count + 1) times in \((moment - first).short).",
      mend: "One registration is enough for all that waits: register once when something is put "
        + "into the queue, and let the handler empty the whole queue.",
      shown.sorted { $0.identity < $1.identity })
  }
}

enum SyncHeld: OperationRule {
  static let services: Set<Service> = [.backgroundSync]
  static let note = RuleNote(
    "sync-held", .info, "A sync was held back for more than 3 s before it was dispatched.",
    reference: Reference.sync)

  private static let limit = Interval.seconds(3)

  static func verdict(on subject: OperationCase) -> Verdict? {
    guard let registered = subject.event("Registered sync"),
      let dispatched = subject.event("Dispatched sync event"),
      dispatched.logged.timestamp - registered.logged.timestamp > limit
    else { return nil }
    let wait = dispatched.logged.timestamp - registered.logged.timestamp
    return subject.verdict(
      "\(subject.subject) was held back for \(wait.short) and then dispatched: the browser was "
        + "offline meanwhile, or took the worker for offline.",
      mend: "That is what syncs are for. If the network was there, see whether DevTools or a test "
        + "had set the worker offline.",
      [registered, dispatched])
  }
}

enum SyncWaiting: OperationRule {
  static let services: Set<Service> = [.backgroundSync]
  static let note = RuleNote(
    "sync-waiting", .warning, "A sync was registered and has not been dispatched yet.",
    reference: Reference.sync)

  static let patience = Interval.seconds(10)

  static func verdict(on subject: OperationCase) -> Verdict? {
    guard subject.state == .waiting, subject.operation.attempts == 0,
      let registered = subject.event("Registered sync"),
      subject.watched(since: registered.logged.timestamp) >= patience,
      SyncNeverFired.other(than: subject) == nil, !WorkerUnregisteredMidway.holds(of: subject)
    else { return nil }
    let wait = subject.watched(since: registered.logged.timestamp)
    return subject.verdict(
      "\(subject.subject) was registered at \(registered.logged.timestamp.clockWords), and has not "
        + "been dispatched in the \(wait.short) since: the browser holds it because it is offline.",
      mend: "Bring the machine online: it is dispatched at once. If it is online, DevTools, a test "
        + "or offstage trigger offline (offstage trigger online ends that) has set the worker offline. "
        + "Setting only the page offline does not hold a sync.",
      [registered])
  }
}

enum SyncNeverFired: OperationRule {
  static let services: Set<Service> = [.backgroundSync]
  static let note = RuleNote(
    "sync-never-fired", .error,
    "A tag was never dispatched, although another sync of the site was.",
    reference: Reference.sync)

  static func verdict(on subject: OperationCase) -> Verdict? {
    guard subject.state == .waiting || subject.state == .unfinished,
      subject.operation.attempts == 0, let registered = subject.event("Registered sync"),
      subject.watched(since: registered.logged.timestamp) >= SyncWaiting.patience,
      let other = other(than: subject), !WorkerUnregisteredMidway.holds(of: subject)
    else { return nil }
    let name = other.logged.instanceId.quoted
    let wait = other.logged.timestamp - registered.logged.timestamp
    return subject.verdict(
      "\(subject.subject) was registered at \(registered.logged.timestamp.clockWords) and never "
        + "dispatched, while \(name) of the same site was, \(wait.short) later. So the browser was "
        + "online.",
      mend: "The browser takes this worker for offline: one that is stopped while DevTools or a "
        + "test keeps it offline stays so until the browser ends. Start the browser again.",
      [registered, other])
  }

  /// A dispatch that shows that the browser was online long after the registration.
  static func other(than subject: OperationCase) -> StoredEvent? {
    guard let registered = subject.event("Registered sync") else { return nil }
    return subject.scene.neighbours.filter {
      $0.operation.service == .backgroundSync && $0.operation.operation.state != .simulated
    }.flatMap(\.events).first {
      $0.logged.eventName == "Dispatched sync event"
        && $0.logged.timestamp - registered.logged.timestamp >= .seconds(5)
    }
  }
}

enum SyncDispatchedOffline: OperationRule {
  static let services: Set<Service> = [.backgroundSync]
  static let note = RuleNote(
    "sync-dispatched-offline", .warning,
    "A sync was dispatched while its page believed itself offline.",
    reference: Reference.sync)

  static func verdict(on subject: OperationCase) -> Verdict? {
    guard let dispatched = subject.event("Dispatched sync event") else { return nil }
    let moment = dispatched.logged.timestamp
    let last = subject.scene.worker.last { entry in
      entry.context.kind == .network && entry.at <= moment
        && [WorkerContext.pageOffline, WorkerContext.pageOnline].contains(entry.context.text)
    }
    guard let last, last.context.text == WorkerContext.pageOffline else { return nil }
    return subject.verdict(
      "\(subject.subject) was dispatched \((moment - last.at).short) after its page was set offline: "
        + "the worker was online all the while, so this shows nothing of what happens without a "
        + "network.",
      mend:
        "Set the worker offline too, which also holds syncs back; or take the machine's network "
        + "away. DevTools' Offline box is of the page it stands on.",
      [dispatched])
  }
}

enum SyncGoneWithItsWorker: OperationRule {
  static let services: Set<Service> = [.backgroundSync]
  static let note = RuleNote(
    "sync-gone-with-its-worker", .error,
    "A sync was pending when its worker was unregistered, and is gone with it.",
    reference: Reference.unregister)

  static func verdict(on subject: OperationCase) -> Verdict? {
    guard [.waiting, .retrying, .unfinished].contains(subject.state),
      let last = subject.events.last,
      let gone = WorkerUnregisteredMidway.entry(for: subject)
    else { return nil }
    return Verdict(
      message:
        "\(subject.subject) was still to be \(subject.state == .retrying ? "tried again" : "dispatched") "
        + "when its worker was unregistered at \(gone.at.clockWords). It will not be dispatched "
        + "any more.",
      mend:
        "Send what waits before registration.unregister(), or let the page send it and register "
        + "the tag again with the next worker.",
      at: gone.at, events: [last.id])
  }
}

enum SyncNeverCompleted: OperationRule {
  static let services: Set<Service> = [.backgroundSync]
  static let note = RuleNote(
    "sync-never-completed", .warning,
    "A sync was dispatched, and never came to an end: its worker or its browser was stopped.",
    reference: Reference.workerLifetime)

  static func verdict(on subject: OperationCase) -> Verdict? {
    for (index, run) in subject.story.runs.enumerated() where run.to == nil {
      guard let end = HandlerEnd(subject, run), !end.isUnregistered else { continue }
      let again =
        index + 1 < subject.story.runs.count
        ? " It was dispatched again at \(subject.story.runs[index + 1].from.clockWords)." : ""
      return Verdict(
        message: "\(subject.subject) was dispatched at \(run.from.clockWords) and that has no end: "
          + "\(end.words).\(again)",
        mend:
          "The browser dispatches a sync again that it did not see end: what it sends must do no "
          + "harm when it is sent twice. " + end.mend,
        at: run.from, events: run.eventIds)
    }
    return nil
  }
}
