/// A stretch in which events may be missing is a finding: what is not shown may have happened.
struct GapRule: Sendable {
  let reason: Gap.Reason
  let note: RuleNote
  private let mend: String

  private init(
    _ reason: Gap.Reason, _ id: String, _ severity: Finding.Severity, _ about: String, mend: String
  ) {
    self.reason = reason
    note = RuleNote("gap-" + id, severity, about, reference: Reference.recording)
    self.mend = mend
  }

  static let all = [
    GapRule(
      .leaseExpired, "lease-expired", .warning,
      "The browser had stopped recording, three days after it was last asked.",
      mend:
        "It records again. Keep a recorder running, or start one at least every three days: each "
        + "start renews the lease."),
    GapRule(
      .turnedOff, "turned-off", .warning, "Another client turned recording off.",
      mend: "Turn it on again with offstage record on, and see who else is connected: DevTools' "
        + "panes have a record button."),
    GapRule(
      .switchedOff, "switched-off", .info, "Recording was turned off with Offstage.",
      mend: "To record again: offstage record on, or the button of the pages."),
    GapRule(
      .wiped, "wiped", .warning,
      "The browser's log was cleared, or its service worker removed, while nobody recorded.",
      mend: "What was recorded before is kept. Keep a recorder running while a worker is "
        + "unregistered or site data is cleared."),
    GapRule(
      .unreadable, "unreadable", .error, "The browser's log of a service can't be read.",
      mend: "One damaged record hides all of a service. Record with a fresh profile, or clear the "
        + "browser's log with offstage clear --browser-log."),
    GapRule(
      .connectionLost, "connection-lost", .warning,
      "The connection to the browser was lost, and what happened meanwhile can't be caught up.",
      mend: "See whether the browser still runs, and start the recorder again."),
    GapRule(
      .crash, "crash", .warning, "The browser died before it had saved that it records.",
      mend: "Let a browser run for some ten seconds before it is killed: it saves late."),
    GapRule(
      .clock, "clock", .warning, "The browser's clock went back.",
      mend: "Times around that moment may be out of order. Let the machine keep its time by NTP."),
    GapRule(
      .damaged, "damaged", .error, "The store was damaged, and what it held could not be read.",
      mend: "Run offstage verify, and look after the disk."),
  ]

  static func finding(of gap: Gap, events: [Int64] = []) -> Finding? {
    guard let rule = all.first(where: { $0.reason == gap.reason }) else { return nil }
    let length =
      gap.to.map { "from \(gap.from.clockWords) for \(($0 - gap.from).short)" }
      ?? "since \(gap.from.clockWords)"
    return Finding(
      rule: rule.note.id, severity: rule.note.severity,
      message: "Events of \(gap.service.title) may be missing \(length). \(gap.reason.sentence)",
      mend: rule.mend, reference: rule.note.reference, service: gap.service, source: gap.source,
      origin: nil, scope: nil, instanceId: "", operationId: nil, at: gap.from, events: events)
  }
}
