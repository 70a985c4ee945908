/// The browser grants less than the site asks for, by how much a person uses it.
enum PeriodicStretched: OperationRule {
  static let services: Set<Service> = [.periodicBackgroundSync]
  static let note = RuleNote(
    "periodic-stretched", .info,
    "A periodic sync comes more rarely than was asked for: the browser goes by how much the site is "
      + "used.",
    reference: Reference.periodicInterval)

  static func verdict(on subject: OperationCase) -> Verdict? {
    guard let registered = subject.lastEvent("Registered periodicsync"),
      let asked = registered.logged.value(of: "minInterval").flatMap({ Int64($0) }), asked > 0,
      let told = subject.events.last(where: {
        $0.logged.eventName == "Got next event delay"
          && $0.logged.timestamp <= registered.logged.timestamp
      }), let given = told.logged.value(of: "Next Attempt Delay (ms)").flatMap({ Int64($0) }),
      given >= asked.addingReportingOverflow(asked / 2).partialValue
    else { return nil }
    // The browser's own delays are a millisecond short.
    let words = { (millis: Int64) in Interval.seconds((min(millis, 1 << 50) + 500) / 1000).short }
    return subject.verdict(
      "\(subject.subject) asked to come every \(words(asked)); the browser lets it come in "
        + "\(words(given)) at the earliest.",
      mend:
        "The browser stretches the interval where a site is used little. Plan for a day or more, "
        + "and bring things up to date also when the page opens.",
      [told, registered])
  }
}

enum PeriodicFailed: OperationRule {
  static let services: Set<Service> = [.periodicBackgroundSync]
  static let note = RuleNote(
    "periodic-failed", .warning, "A periodic sync failed.",
    reference: Reference.periodicSync)

  static func verdict(on subject: OperationCase) -> Verdict? {
    let failed = subject.story.runs.filter { $0.outcome == .failed && $0.status != "timeout" }
    guard let run = failed.last, let to = run.to, let first = failed.first else { return nil }
    let next = run.next.map { " It is due again at \($0.clockWords)." } ?? ""
    return Verdict(
      message: "\(subject.subject) failed \(failed.count) of "
        + "\(subject.story.runs.count.of("time", "times")): "
        + "\((run.status ?? "failed").quoted).\(subject.mistakeSentence(of: first))\(next)",
      mend: "Catch the failure inside the promise given to event.waitUntil(), and keep the old "
        + "content: the browser tries a failed one again sooner, which costs battery.",
      at: to, events: failed.flatMap(\.eventIds))
  }
}

enum PeriodicTimeout: OperationRule {
  static let services: Set<Service> = [.periodicBackgroundSync]
  static let note = RuleNote(
    "periodic-timeout", .warning,
    "A periodic sync handler did not finish in the time that it is given.",
    reference: Reference.workerLifetime)

  static func verdict(on subject: OperationCase) -> Verdict? {
    let late = subject.story.runs.filter { $0.status == "timeout" }
    guard let run = late.last, let to = run.to else { return nil }
    return Verdict(
      message:
        "\(subject.subject) had not finished \((to - run.from).short) after its dispatch, so "
        + "the browser ended it (\(late.count.of("time", "times"))).",
      mend: "A promise given to event.waitUntil() never settled. Give each fetch() of the handler "
        + "an AbortSignal.timeout().",
      at: to, events: late.flatMap(\.eventIds))
  }
}

enum PeriodicHandlerThrew: OperationRule {
  static let services: Set<Service> = [.periodicBackgroundSync]
  static let note = RuleNote(
    "periodic-handler-threw", .error,
    "A periodic sync handler threw, although the browser logs it as completed.",
    reference: Reference.periodicSync)

  static func verdict(on subject: OperationCase) -> Verdict? {
    for run in subject.story.runs where run.outcome == .ok {
      guard let (mistake, doubt) = subject.hiddenMistake(of: run) else { continue }
      return Verdict(
        message: "\(subject.subject) is logged as completed, but its handler "
          + (mistake.isOfPromise ? "left a rejected promise behind" : "threw")
          + ": \(mistake.words).\(doubt)",
        mend: "Mend the handler at \(mistake.place ?? "that place"), and do all work inside a "
          + "promise given to event.waitUntil().",
        at: mistake.at, events: run.eventIds)
    }
    return nil
  }
}

enum PeriodicNeverFired: OperationRule {
  static let services: Set<Service> = [.periodicBackgroundSync]
  static let note = RuleNote(
    "periodic-never-fired", .info, "A periodic sync was unregistered before it had fired once.",
    reference: Reference.periodicSync)

  static func verdict(on subject: OperationCase) -> Verdict? {
    guard subject.state == .unregistered, subject.operation.attempts == 0,
      let registered = subject.event("Registered periodicsync"),
      let end = subject.lastEvent("Unregistered periodicsync")
    else { return nil }
    let wait = end.logged.timestamp - registered.logged.timestamp
    return subject.verdict(
      "\(subject.subject) was unregistered \(wait.short) after it was registered, and had not "
        + "fired.",
      mend: "If the site did not unregister it, the permission was taken away or the app was "
        + "uninstalled: the browser then unregisters it by itself.",
      [registered, end])
  }
}

enum PeriodicOverdue: OperationRule {
  static let services: Set<Service> = [.periodicBackgroundSync]
  static let note = RuleNote(
    "periodic-overdue", .warning, "A periodic sync was due, and did not fire.",
    reference: Reference.periodicSync)

  private static let patience = Interval.minutes(10)

  static func verdict(on subject: OperationCase) -> Verdict? {
    guard subject.state == .waiting || subject.state == .retrying,
      let due = subject.operation.next, subject.watched(since: due) > patience,
      let last = subject.events.last, !WorkerUnregisteredMidway.holds(of: subject)
    else { return nil }
    return subject.verdict(
      "\(subject.subject) was due at \(due.clockWords) and has not fired in the "
        + "\(subject.watched(since: due).short) since, though the browser ran.",
      mend: "The browser waits for a network of the kind that it last saw the site on, and on "
        + "mobile for power. Bring things up to date also when the page opens.",
      [last])
  }
}
