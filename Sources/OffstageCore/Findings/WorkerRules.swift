/// What happens to a worker while something of it is under way.
enum WorkerUnregisteredMidway: OperationRule {
  static let services: Set<Service> = [
    .pushMessaging, .backgroundFetch, .periodicBackgroundSync, .paymentHandler, .backgroundSync,
  ]
  static let note = RuleNote(
    "worker-unregistered-midway", .error,
    "A worker was unregistered while something of it was under way.",
    reference: Reference.unregister)

  static func verdict(on subject: OperationCase) -> Verdict? {
    guard subject.state == .running, let gone = entry(for: subject), let last = subject.events.last
    else { return nil }
    return Verdict(
      message: "The worker was unregistered \((gone.at - subject.operation.began).short) after "
        + "\(subject.subject.lowercasedFirst) began, so that has no end. The browser drops its log "
        + "of that worker too; what is shown here was recorded before.",
      mend: "Let what is under way end before registration.unregister(). \"Clear site data\" "
        + "unregisters as well.",
      at: gone.at, events: [subject.events[0].id] + (subject.events.count > 1 ? [last.id] : []))
  }

  static func holds(of subject: OperationCase) -> Bool { entry(for: subject) != nil }

  /// When its registration was removed, with nothing of it after that.
  static func entry(for subject: OperationCase) -> WorkerContextEntry? {
    guard let last = subject.events.last else { return nil }
    return subject.scene.worker.first {
      $0.context.text == WorkerContext.unregistered && $0.at >= last.logged.timestamp
    }
  }
}

enum WorkerUpdatedMidway: OperationRule {
  static let services: Set<Service> = [.pushMessaging, .backgroundSync, .periodicBackgroundSync]
  static let note = RuleNote(
    "worker-updated-midway", .info,
    "A new version of a worker was installed while a handler of the old one ran.",
    reference: Reference.workerUpdate)

  static func verdict(on subject: OperationCase) -> Verdict? {
    for run in subject.story.runs {
      guard let to = run.to,
        let update = subject.worker(since: run.from, { $0.text == "installing" }),
        update.at <= to,
        // The state of a worker that is new may be told late: then there is no other.
        subject.scene.worker.contains(where: {
          $0.context.kind == .version && !$0.context.versionId.isEmpty
            && $0.context.versionId != update.context.versionId
        })
      else { continue }
      return Verdict(
        message: "A new version of the worker was installed \((update.at - run.from).short) after "
          + "\(subject.subject.lowercasedFirst) was dispatched; the old version handled it to its "
          + "end, \((to - update.at).short) later.",
        mend: "Nothing is lost. If both versions share a database or caches, the new one must not "
          + "change them before it is activated.",
        at: update.at, events: run.eventIds)
    }
    return nil
  }
}

// MARK: Mistakes outside of operations

/// What the browser refuses it does not log. A worker that does not catch the refusal reports it.
enum FetchInWorker: WorkerRule {
  static let service: Service? = .backgroundFetch
  static let note = RuleNote(
    "fetch-in-worker", .error,
    "A worker wanted to start a background fetch, which only a page may.",
    reference: Reference.fetchStart)

  static func verdict(on mistake: WorkerMistake) -> Verdict? {
    guard mistake.text.contains("backgroundFetch.fetch() is not allowed in service worker") else {
      return nil
    }
    return mistake.verdict(
      "The browser refused a background fetch, and logged nothing of it: \(mistake.words).",
      mend: "Start it in a page, in the handler of a click. A worker can load small things with "
        + "fetch() inside event.waitUntil().")
  }
}

enum NotificationRefused: WorkerRule {
  static let service: Service? = .notifications
  static let note = RuleNote(
    "notification-refused", .error,
    "A worker wanted to show a notification, and the site may not.",
    reference: Reference.notificationPersistent)

  static func verdict(on mistake: WorkerMistake) -> Verdict? {
    guard mistake.text.contains("No notification permission has been granted") else { return nil }
    return mistake.verdict(
      "A notification was refused, and the browser logged nothing of it: \(mistake.words).",
      mend:
        "Ask with Notification.requestPermission() after a click in the page. For tests, grant it "
        + "with offstage open --grant notifications.")
  }
}

enum NotificationConstructor: WorkerRule {
  static let service: Service? = .notifications
  static let note = RuleNote(
    "notification-constructor", .error,
    "A worker used new Notification(), which is for pages only.",
    reference: Reference.notificationPersistent)

  static func verdict(on mistake: WorkerMistake) -> Verdict? {
    guard mistake.text.contains("Failed to construct 'Notification'") else { return nil }
    return mistake.verdict(
      "The worker used new Notification(), which throws there: \(mistake.words).",
      mend:
        "Use self.registration.showNotification() instead. Only those are logged, and stay when "
        + "the page is closed.")
  }
}

enum SyncRefused: WorkerRule {
  static let service: Service? = .backgroundSync
  static let note = RuleNote(
    "sync-refused", .error,
    "A worker was refused something for want of a permission, such as to register a sync.",
    reference: Reference.syncRegister)

  static func verdict(on mistake: WorkerMistake) -> Verdict? {
    guard mistake.text.hasPrefix("NotAllowedError: Permission denied") else { return nil }
    return mistake.verdict(
      "The worker was refused something, and the browser logged nothing of it: \(mistake.words). "
        + "sync.register() and periodicSync.register() say so without a permission.",
      mend:
        "Look at navigator.permissions.query() for background-sync and periodic-background-sync. "
        + "A periodic sync needs an installed app, or offstage open --grant "
        + "periodic-background-sync.")
  }
}

/// What no other rule knows, and no operation explains.
enum WorkerError: WorkerRule {
  static let service: Service? = nil
  static let note = RuleNote(
    "worker-error", .warning, "A worker made a mistake outside of all recorded events.",
    reference: Reference.workerLifetime)

  static func verdict(on mistake: WorkerMistake) -> Verdict? {
    mistake.verdict(
      "The worker made a mistake that nothing caught, and that belongs to no recorded event: "
        + "\(mistake.words).",
      mend:
        "Mend it at \(mistake.place ?? "that place"). If it comes when the script is loaded, no "
        + "handler of the worker runs at all.")
  }
}

extension WorkerMistake {
  fileprivate func verdict(_ message: String, mend: String) -> Verdict {
    Verdict(message: message, mend: mend, at: at, events: [])
  }
}
