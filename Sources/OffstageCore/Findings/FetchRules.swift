/// The reasons for which the browser ends a background fetch.
///
/// Source: `BackgroundFetchFailureReason` of Chromium, as its log spells it.
enum FetchBadStatus: OperationRule {
  static let services: Set<Service> = [.backgroundFetch]
  static let note = RuleNote(
    "fetch-bad-status", .error,
    "A background fetch failed because a request was answered with an error.",
    reference: Reference.fetchFailure)

  static func verdict(on subject: OperationCase) -> Verdict? {
    guard let end = FetchEnd(subject, "BAD_STATUS") else { return nil }
    let bad = subject.story.requests.filter { $0.outcome == .failed }
    let answers = bad.prefix(3).map { request in
      let status =
        request.status.map { $0 == 0 ? "no answer" : "status \($0)" } ?? "no status"
      return "\(request.url.quoted) (\(status))"
    }
    let good = subject.story.requests.filter { $0.outcome == .ok }.count
    return subject.verdict(
      "\(subject.subject) failed: " + answers.joined(separator: ", ")
        + (bad.count > 3 ? " and \(bad.count - 3) more" : "")
        + ". \(good.of("request", "requests")) of \(subject.operation.total) came through.",
      mend: "Mend the address or the server. In backgroundfetchfail the records that came through "
        + "can still be read with event.registration.matchAll(); fetch only the rest again.",
      subject.requestEvents(bad) + [end.event])
  }
}

enum FetchFailed: OperationRule {
  static let services: Set<Service> = [.backgroundFetch]
  static let note = RuleNote(
    "fetch-failed", .error,
    "A background fetch failed because a request got no answer that the site may read.",
    reference: Reference.fetchFailure)

  static func verdict(on subject: OperationCase) -> Verdict? {
    guard let end = FetchEnd(subject, "FETCH_ERROR") else { return nil }
    let bad = subject.story.requests.filter { $0.outcome != .ok }
    let urls = bad.prefix(3).map(\.url.quoted).joined(separator: ", ")
    return subject.verdict(
      "\(subject.subject) failed with \(end.reason)"
        + (urls.isEmpty ? "." : ": \(urls) got no answer that the site may read."),
      mend:
        "A redirect to another origin, a missing Access-Control-Allow-Origin, or mixed content. "
        + "Try the address with fetch() in the page: its console says which.",
      subject.requestEvents(bad) + [end.event])
  }
}

enum FetchTotalExceeded: OperationRule {
  static let services: Set<Service> = [.backgroundFetch]
  static let note = RuleNote(
    "fetch-total-exceeded", .error,
    "A background fetch got more bytes than its downloadTotal had promised.",
    reference: Reference.fetchTotal)

  static func verdict(on subject: OperationCase) -> Verdict? {
    guard let end = FetchEnd(subject, "DOWNLOAD_TOTAL_EXCEEDED") else { return nil }
    let urls = subject.story.requests.suffix(3).map(\.url.quoted).joined(separator: ", ")
    return subject.verdict(
      "\(subject.subject) got more bytes than its downloadTotal, so the browser ended it"
        + (urls.isEmpty ? "." : ", while it loaded \(urls)."),
      mend:
        "Give the sum of the answers' sizes as downloadTotal, or leave it out (0): then there is "
        + "no limit, and no progress either.",
      subject.requestEvents(subject.story.requests.suffix(3)) + [end.event])
  }
}

enum FetchQuotaExceeded: OperationRule {
  static let services: Set<Service> = [.backgroundFetch]
  static let note = RuleNote(
    "fetch-quota-exceeded", .error,
    "A background fetch failed because the site's storage was full.",
    reference: Reference.fetchFailure)

  static func verdict(on subject: OperationCase) -> Verdict? {
    guard let end = FetchEnd(subject, "QUOTA_EXCEEDED") else { return nil }
    let loaded = subject.story.requests.compactMap(\.responseSize).reduce(0, +)
    return subject.verdict(
      "\(subject.subject) failed because the site's storage was full; "
        + "\(loaded.bytesWords) had been loaded.",
      mend: "Ask navigator.storage.estimate() before, remove old caches, or ask for "
        + "navigator.storage.persist().",
      [end.event])
  }
}

enum FetchAborted: OperationRule {
  static let services: Set<Service> = [.backgroundFetch]
  static let note = RuleNote(
    "fetch-aborted", .info, "The site itself aborted a background fetch.",
    reference: Reference.fetch + "#background-fetch-registration-abort")

  static func verdict(on subject: OperationCase) -> Verdict? {
    guard let end = FetchEnd(subject, "CANCELLED_BY_DEVELOPER") else { return nil }
    let done = subject.story.requests.filter { $0.outcome == .ok }.count
    return subject.verdict(
      "\(subject.subject) was aborted by the site after "
        + "\((end.event.logged.timestamp - subject.operation.began).short), with \(done) of "
        + "\(subject.operation.total.of("request", "requests")) done.",
      mend: "If the site did not mean to, look for registration.abort() in its code.",
      [end.event])
  }
}

enum FetchCancelled: OperationRule {
  static let services: Set<Service> = [.backgroundFetch]
  static let note = RuleNote(
    "fetch-cancelled", .info, "A person cancelled a background fetch in the browser.",
    reference: Reference.fetchFailure)

  static func verdict(on subject: OperationCase) -> Verdict? {
    guard let end = FetchEnd(subject, "CANCELLED_FROM_UI") else { return nil }
    return subject.verdict(
      "\(subject.subject) was cancelled in the browser's own display of downloads, after "
        + "\((end.event.logged.timestamp - subject.operation.began).short).",
      mend: "Handle backgroundfetchabort, and offer to start again.", [end.event])
  }
}

enum FetchNoWorker: OperationRule {
  static let services: Set<Service> = [.backgroundFetch]
  static let note = RuleNote(
    "fetch-no-worker", .error, "A background fetch ended because its worker was not there.",
    reference: Reference.fetchFailure)

  static func verdict(on subject: OperationCase) -> Verdict? {
    guard let end = FetchEnd(subject, "SERVICE_WORKER_UNAVAILABLE") else { return nil }
    return subject.verdict(
      "\(subject.subject) ended because its service worker was not there (\(end.reason)).",
      mend: "Don't unregister a worker before its fetches have ended "
        + "(registration.backgroundFetch.getIds()).",
      [end.event])
  }
}

/// The end of a background fetch, for one reason.
struct FetchEnd {
  var reason: String
  var event: StoredEvent

  init?(_ subject: OperationCase, _ reason: String) {
    guard let end = subject.lastEvent("Background Fetch completed"),
      end.logged.value(of: "Failure Reason") == reason
    else { return nil }
    self.reason = reason
    event = end
  }
}

extension OperationCase {
  func requestEvents(_ requests: some Sequence<OperationStory.Request>) -> [StoredEvent] {
    let ids = Set(requests.flatMap(\.eventIds))
    return events.filter { ids.contains($0.id) }
  }
}
