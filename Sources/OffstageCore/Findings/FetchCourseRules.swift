/// What the browser does not log of a background fetch's course: it is read from the times.
enum FetchStalled: OperationRule {
  static let services: Set<Service> = [.backgroundFetch]
  static let note = RuleNote(
    "fetch-stalled", .warning,
    "A request of a background fetch has no answer for long: the browser retries it in silence.",
    reference: Reference.fetch)

  /// A download that works was seen to take 25 s longer than it needs.
  private static let patience = Interval.seconds(30)

  static func verdict(on subject: OperationCase) -> Verdict? {
    guard subject.state == .running, !WorkerUnregisteredMidway.holds(of: subject) else {
      return nil
    }
    let open = subject.story.requests.filter { request in
      guard let from = request.from, request.to == nil else { return false }
      return subject.watched(since: from) >= patience
    }
    guard let first = open.first, let from = first.from else { return nil }
    let more = open.count > 1 ? ", and \(open.count - 1) more," : ""
    return subject.verdict(
      "\(first.url.quoted) of \(subject.subject.lowercasedFirst)\(more) has had no answer for "
        + "\(subject.watched(since: from).short). Either it is large or slow, or the server answers "
        + "5xx or cuts the connection: the browser then tries again and logs nothing.",
      mend:
        "Look into the server's log for that address. Other fetches of the site wait until this "
        + "one has ended.",
      subject.requestEvents(open))
  }
}

enum FetchRetriedSilently: OperationRule {
  static let services: Set<Service> = [.backgroundFetch]
  static let note = RuleNote(
    "fetch-retried-silently", .warning,
    "A request of a background fetch was retried in silence before the browser gave it up.",
    reference: Reference.fetch)

  private static let limit = Interval.seconds(5)

  static func verdict(on subject: OperationCase) -> Verdict? {
    for request in subject.story.requests {
      guard let from = request.from, let to = request.to, let status = request.status,
        status >= 500 || status == 0 && FetchEnd(subject, "FETCH_ERROR") == nil,
        to - from >= limit
      else { continue }
      let answer = status == 0 ? "no answer" : "status \(status)"
      return subject.verdict(
        "\(request.url.quoted) of \(subject.subject.lowercasedFirst) ended with \(answer) after "
          + "\((to - from).short): the browser had tried it again and again, and logged none of it.",
        mend: "Mend the server: a background fetch is not for addresses that answer 5xx. Meanwhile "
          + "every other fetch of the site waits.",
        subject.requestEvents([request]))
    }
    return nil
  }
}

enum FetchQueued: OperationRule {
  static let services: Set<Service> = [.backgroundFetch]
  static let note = RuleNote(
    "fetch-queued", .warning, "A background fetch waited long behind another one of the site.",
    reference: Reference.fetch)

  private static let limit = Interval.seconds(10)

  static func verdict(on subject: OperationCase) -> Verdict? {
    guard let registered = subject.event("Background Fetch registered"),
      registered.logged.value(of: "Start Paused") != "Yes"
    else { return nil }
    let began = registered.logged.timestamp
    let started = subject.event("Background Fetch started")
    let until = started?.logged.timestamp ?? subject.scene.watchedUntil
    guard until - began >= limit, subject.state.isOpen || started != nil,
      let other = blocker(of: subject, from: began, to: until)
    else { return nil }
    let since = other.operation.operation.began
    let how =
      started == nil
      ? "has been waiting for \((until - began).short)"
      : "waited \((until - began).short) before it started"
    let shown = [registered] + (started.map { [$0] } ?? [])
    return subject.verdict(
      "\(subject.subject) \(how): \(other.operation.instanceId.quoted), registered at "
        + "\(since.clockWords), came first, and the browser runs one fetch of a site at a time.",
      mend: "See why \(other.operation.instanceId.quoted) takes so long, abort it "
        + "(backgroundFetch.get(id), then abort()), or start the small ones first.",
      shown)
  }

  /// The fetch of the same origin that ran meanwhile.
  private static func blocker(
    of subject: OperationCase, from: Timestamp, to: Timestamp
  ) -> OperationScene.Neighbour? {
    subject.scene.neighbours.filter { other in
      let operation = other.operation.operation
      return other.operation.service == .backgroundFetch && operation.began <= from
        && other.operation.id != subject.scene.operation.id
        && (operation.state.isOpen || operation.changed > from)
        && other.operation.operation.state != .simulated
    }.max { $0.operation.operation.began < $1.operation.operation.began }
  }
}

enum FetchResumed: OperationRule {
  static let services: Set<Service> = [.backgroundFetch]
  static let note = RuleNote(
    "fetch-resumed", .info, "A background fetch went on after the browser was started again.",
    reference: Reference.fetch)

  static func verdict(on subject: OperationCase) -> Verdict? {
    guard let resumed = subject.lastEvent("Background Fetch resuming after browser restart")
    else { return nil }
    let done = resumed.logged.value(of: "Completed Requests") ?? "?"
    return subject.verdict(
      "\(subject.subject) went on after the browser was started again; \(done) of its requests had "
        + "been done before.",
      mend: "Nothing is lost. A request that was under way begins anew.", [resumed])
  }
}

enum FetchStartsPaused: OperationRule {
  static let services: Set<Service> = [.backgroundFetch]
  static let note = RuleNote(
    "fetch-starts-paused", .warning,
    "A background fetch starts paused: the person must let it begin.",
    reference: Reference.fetchStart)

  static func verdict(on subject: OperationCase) -> Verdict? {
    guard let registered = subject.event("Background Fetch registered"),
      registered.logged.value(of: "Start Paused") == "Yes", subject.operation.attempts == 0
    else { return nil }
    return subject.verdict(
      "\(subject.subject) starts paused: the site may not download without being asked, so the "
        + "person has to start it in the browser's display of downloads.",
      mend: "Call backgroundFetch.fetch() in the handler of a click, and say in the page that the "
        + "browser will ask.",
      [registered])
  }
}

enum FetchHandlerThrew: OperationRule {
  static let services: Set<Service> = [.backgroundFetch]
  static let note = RuleNote(
    "fetch-handler-threw", .error,
    "The worker threw when it was told of a background fetch's end.",
    reference: Reference.fetch + "#background-fetch-update-ui-event")

  static func verdict(on subject: OperationCase) -> Verdict? {
    guard let end = subject.lastEvent("Background Fetch completed") else { return nil }
    let from = end.logged.timestamp
    guard let mistake = subject.mistakes(from: from, to: from + .seconds(1)).first,
      subject.othersRunning(at: mistake.at) == 0
    else { return nil }
    let name = handler(of: end)
    return subject.verdict(
      "The worker threw \((mistake.at - from).short) after \(subject.subject.lowercasedFirst) "
        + "ended, when \(name) was called: \(mistake.words). What was loaded may not have been "
        + "kept.",
      mend:
        "Mend the handler at \(mistake.place ?? "that place"). What it does not put away inside "
        + "event.waitUntil() is thrown away with the fetch.",
      [end])
  }

  private static func handler(of end: StoredEvent) -> String {
    switch end.logged.value(of: "Event Type") {
    case "BackgroundFetchFailEvent": "backgroundfetchfail"
    case "BackgroundFetchAbortEvent": "backgroundfetchabort"
    default: "backgroundfetchsuccess"
    }
  }
}
