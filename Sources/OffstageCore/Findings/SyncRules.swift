/// How the attempts of a sync ended.
enum SyncRetrying: OperationRule {
  static let services: Set<Service> = [.backgroundSync]
  static let note = RuleNote(
    "sync-retrying", .warning, "A sync failed, and the browser will try it again.",
    reference: Reference.sync)

  static func verdict(on subject: OperationCase) -> Verdict? {
    guard subject.state == .retrying, let run = subject.lastRun, let to = run.to,
      run.status != "timeout", !WorkerUnregisteredMidway.holds(of: subject)
    else { return nil }
    let count = subject.operation.failures
    let next = run.next.map {
      "; the browser tries again at \($0.clockWords), \(($0 - to).short) after it failed"
        + (run.isHastened ? " (fast retries; those of users wait 5 minutes and more)" : "")
    }
    return Verdict(
      message: "\(subject.subject) has failed \(count.of("time", "times"))"
        + "\(run.status.map { " (\($0.quoted))" } ?? "")\(next ?? "")."
        + subject.mistakeSentence(of: run),
      mend: "Mend what the handler waits for."
        + (run.isHastened
          ? ""
          : " To see it again without waiting, start the browser with offstage open --fast-retries."),
      at: to, events: run.eventIds)
  }
}

enum SyncGaveUp: OperationRule {
  static let services: Set<Service> = [.backgroundSync]
  static let note = RuleNote(
    "sync-gave-up", .error, "A sync failed at its last chance, and will not be tried again.",
    reference: Reference.syncEvent)

  static func verdict(on subject: OperationCase) -> Verdict? {
    guard subject.state == .failed, let run = subject.lastRun, let to = run.to,
      run.status != "timeout"
    else { return nil }
    let attempts = subject.operation.attempts
    let isHastened = subject.story.runs.contains { $0.isHastened }
    return Verdict(
      message: "The browser gave \(subject.subject.lowercasedFirst) up after "
        + "\(attempts.of("attempt", "attempts")) in \((to - subject.operation.began).short): "
        + "\((run.status ?? "failed").quoted)."
        + (isHastened ? " Fast retries were on; those of users wait 5 and 15 minutes." : "")
        + subject.mistakeSentence(of: run),
      mend: "What was to be sent is still where the page put it. When event.lastChance is true, "
        + "keep it and tell the person; register the tag again when the page opens next.",
      at: to, events: subject.story.runs.flatMap(\.eventIds))
  }
}

enum SyncTimeout: OperationRule {
  static let services: Set<Service> = [.backgroundSync]
  static let note = RuleNote(
    "sync-timeout", .error, "A sync handler did not finish in the time that it is given.",
    reference: Reference.workerLifetime)

  static func verdict(on subject: OperationCase) -> Verdict? {
    guard subject.state == .failed || subject.state == .retrying, let run = subject.lastRun,
      let to = run.to, run.status == "timeout"
    else { return nil }
    let after =
      run.next.map { "It will be tried again at \($0.clockWords)." } ?? "It is given up."
    return Verdict(
      message: "\(subject.subject) had not finished \((to - run.from).short) after its dispatch, "
        + "so the browser ended it. \(after)",
      mend: "A promise given to event.waitUntil() never settled. Give each fetch() of the handler "
        + "an AbortSignal.timeout(), and send large things with a background fetch.",
      at: to, events: run.eventIds)
  }
}

enum SyncRecovered: OperationRule {
  static let services: Set<Service> = [.backgroundSync]
  static let note = RuleNote(
    "sync-recovered", .info, "A sync failed at first and succeeded later.",
    reference: Reference.syncEvent)

  static func verdict(on subject: OperationCase) -> Verdict? {
    guard subject.state == .succeeded, let run = subject.lastRun, let to = run.to,
      let failed = subject.story.runs.first(where: { $0.outcome == .failed })
    else { return nil }
    return Verdict(
      message: "\(subject.subject) succeeded at attempt \(subject.operation.attempts), "
        + "\((to - subject.operation.began).short) after it was registered."
        + subject.mistakeSentence(of: failed),
      mend: "Nothing is lost. If it fails often, see what the handler says at its first attempt.",
      at: to, events: subject.story.runs.flatMap(\.eventIds))
  }
}

enum SyncWorkerFailed: OperationRule {
  static let services: Set<Service> = [.backgroundSync]
  static let note = RuleNote(
    "sync-worker-failed", .warning,
    "A sync failed because its worker was stopped, or could not be started.",
    reference: Reference.workerLifetime)

  static func verdict(on subject: OperationCase) -> Verdict? {
    guard
      let run = subject.story.runs.first(where: {
        $0.status == "failed" || $0.status == "aborted" || $0.status == "unknown error"
      }), let to = run.to
    else { return nil }
    let stopped = subject.worker(since: run.from) {
      $0.runningStatus == "stopping" || $0.runningStatus == "stopped"
    }
    let seen =
      stopped.map { $0.at <= to + .seconds(1) } == true
      ? "its worker was stopped" : "its worker ended, or could not be started"
    return Verdict(
      message: "An attempt of \(subject.subject.lowercasedFirst) failed "
        + "\((to - run.from).short) after its dispatch: \(seen).",
      mend: "The handler did not fail by itself. See whether DevTools or another client stops the "
        + "worker, and whether its script loads without a mistake.",
      at: to, events: run.eventIds)
  }
}

/// A handler that throws before it waits for anything is logged as succeeded.
enum SyncHandlerThrew: OperationRule {
  static let services: Set<Service> = [.backgroundSync]
  static let note = RuleNote(
    "sync-handler-threw", .error, "A sync handler threw, although the browser logs succeeded.",
    reference: Reference.syncEvent)

  static func verdict(on subject: OperationCase) -> Verdict? {
    guard subject.state == .succeeded, let run = subject.lastRun,
      let (mistake, doubt) = subject.hiddenMistake(of: run)
    else { return nil }
    return Verdict(
      message: "\(subject.subject) is logged as “succeeded”, but its handler "
        + (mistake.isOfPromise ? "left a rejected promise behind" : "threw")
        + ": \(mistake.words). It will not be tried again.\(doubt)",
      mend:
        "Mend the handler at \(mistake.place ?? "that place"), and do all work inside a promise "
        + "given to event.waitUntil(): only that is tried again.",
      at: mistake.at, events: run.eventIds)
  }
}

enum SyncEndedAtOnce: OperationRule {
  static let services: Set<Service> = [.backgroundSync]
  static let note = RuleNote(
    "sync-ended-at-once", .info,
    "A sync succeeded so fast that its handler can't have waited for anything.",
    reference: Reference.extendableEvent)

  static func verdict(on subject: OperationCase) -> Verdict? {
    guard subject.state == .succeeded, let run = subject.lastRun, let to = run.to,
      to - run.from < PushSilent.atOnce, subject.mistakes(of: run).isEmpty
    else { return nil }
    return Verdict(
      message:
        "\(subject.subject) ended \((to - run.from).short) after its dispatch. If the worker was "
        + "to send something then, it did not wait for that, or has no handler for this tag.",
      mend: "Give the promise of the work to event.waitUntil(). Without it the browser takes the "
        + "sync for done, and does not try it again when the work fails.",
      at: to, events: run.eventIds)
  }
}
