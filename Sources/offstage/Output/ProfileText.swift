import OffstageCore

/// What a profile holds, for people: first what is yet to happen, which the log never says.
struct ProfileText {
  private let report: ProfileReport
  private let terminal: Terminal

  init(_ report: ProfileReport, terminal: Terminal) {
    self.report = report
    self.terminal = terminal
  }

  func print() throws {
    try terminal.print(
      terminal.styled(report.folder.name.escapedForTerminal, .bold) + "  "
        + report.folder.path.escapedForTerminal)
    try line("Browser", browser)
    try line("Log", log)
    for text in recording { try line("Recording", text) }
    try section("Waiting to be fired", syncs)
    try section("Background fetches", fetches)
    try section("Push subscriptions", subscriptions)
    try section("Service workers", workers)
    if report.registrations.isEmpty, report.faults.isEmpty {
      terminal.say("No site has a service worker in this profile, or its data was cleared.")
    }
  }

  private var browser: String {
    let version = report.browserVersion.map { ", version \($0)" } ?? ""
    guard let pid = report.holder else { return "none has it open" + version }
    return "process \(pid) has it open\(version)"
  }

  private func line(_ title: String, _ text: String) throws {
    let padding = String(repeating: " ", count: max(1, 11 - title.count))
    try terminal.print(terminal.styled(title, .dim) + padding + text.escapedForTerminal)
  }

  private func section(_ title: String, _ table: Table) throws {
    guard !table.rows.isEmpty else { return }
    try terminal.print("\n" + terminal.styled(title, .bold))
    try table.print(to: terminal)
  }

  // MARK: Log

  private var log: String {
    guard let first = report.events.first, let last = report.events.last else {
      return "no events"
    }
    let counts = Service.allCases.compactMap { service -> String? in
      let count = report.events.count { $0.service == service }
      return count > 0 ? "\(service.shortName) \(count)" : nil
    }
    let events = report.events.count == 1 ? "1 event" : "\(report.events.count) events"
    return "\(events), \(first.timestamp.minuteText) to \(last.timestamp.minuteText): "
      + counts.joined(separator: ", ")
  }

  /// Services that are recorded alike, together.
  private var recording: [String] {
    guard let leases = report.leases else { return ["until when is not known"] }
    var groups: [(text: String, services: [String])] = []
    for service in Service.allCases {
      let text = Self.text(leases[service] ?? .absent, now: report.read)
      if let index = groups.firstIndex(where: { $0.text == text }) {
        groups[index].services.append(service.shortName)
      } else {
        groups.append((text, [service.shortName]))
      }
    }
    return groups.map { group in
      let all = group.services.count == Service.allCases.count
      return "\(all ? "all six services" : group.services.joined(separator: ", ")): \(group.text)"
    }
  }

  private static func text(_ lease: DiskLease, now: Timestamp) -> String {
    switch lease {
    case .until(let end) where end > now: "until \(end.minuteText) (\((end - now).short) more)"
    case .until(let end): "expired at \(end.minuteText)"
    case .off: "off"
    case .absent: "never asked for"
    case .unknown: "not known"
    }
  }

  // MARK: Tables

  private var syncs: Table {
    var table = Table([
      Table.Column(title: "Service", minimum: 4, priority: 7),
      Table.Column(title: "Tag", minimum: 8, priority: 6),
      Table.Column(title: "Origin", minimum: 10, priority: 3),
      Table.Column(title: "When", minimum: 30, priority: 9),
    ])
    for sync in report.syncs {
      table.rows.append([
        Table.Cell(sync.service.shortName), Table.Cell(sync.tag),
        Table.Cell(sync.origin.withoutTrailingSlash, .dim),
        Table.Cell(
          sync.sentence(now: report.read, isOpen: report.holder != nil),
          sync.attempts > 0 && sync.minInterval == nil ? .yellow : nil),
      ])
    }
    return table
  }

  private var fetches: Table {
    var table = Table([
      Table.Column(title: "Id", minimum: 8, priority: 7),
      Table.Column(title: "Origin", minimum: 10, priority: 3),
      Table.Column(title: "Title", minimum: 8, priority: 4),
      Table.Column(title: "Request", minimum: 12, priority: 5),
      Table.Column(title: "State", minimum: 20, priority: 9),
    ])
    for fetch in report.fetches {
      table.rows.append([
        Table.Cell(fetch.id), Table.Cell(fetch.origin.withoutTrailingSlash, .dim),
        Table.Cell(fetch.title ?? ""), Table.Cell(""),
        Table.Cell(fetch.sentence, fetch.isActive ? .yellow : nil),
      ])
      for request in fetch.requests {
        table.rows.append([
          Table.Cell(""), Table.Cell(""), Table.Cell(""),
          Table.Cell("\(request.method ?? "") \(request.url ?? "")", .dim),
          Table.Cell(request.failureReason ?? request.state.rawValue, .dim),
        ])
      }
    }
    return table
  }

  private var subscriptions: Table {
    var table = Table([
      Table.Column(title: "Scope", minimum: 10, priority: 9),
      Table.Column(title: "Token, SHA-256", minimum: 12, priority: 5),
      Table.Column(title: "Server's key, SHA-256", minimum: 12, priority: 4),
    ])
    for subscription in report.subscriptions {
      table.rows.append([
        Table.Cell(subscription.scope ?? "registration \(subscription.registrationId)"),
        Table.Cell(subscription.tokenHash ?? "–", .dim),
        Table.Cell(subscription.senderHash ?? "–", .dim),
      ])
    }
    return table
  }

  private var workers: Table {
    var table = Table([
      Table.Column(title: "Id", alignsRight: true, priority: 6),
      Table.Column(title: "Scope", minimum: 10, priority: 9),
      Table.Column(title: "Script", minimum: 10, priority: 5),
      Table.Column(title: "State", priority: 7),
      Table.Column(title: "Fetch handler", priority: 3),
      Table.Column(title: "Bytes", alignsRight: true, priority: 2),
      Table.Column(title: "Update looked for", priority: 4),
    ])
    for worker in report.registrations {
      table.rows.append([
        Table.Cell(worker.id, .dim), Table.Cell(worker.scope), Table.Cell(worker.script, .dim),
        Table.Cell(worker.isActive ? "active" : "waiting", worker.isActive ? .green : .yellow),
        Table.Cell(worker.hasFetchHandler ? "yes" : "no"),
        Table.Cell(worker.bytes.map { "\($0)" } ?? "–"),
        Table.Cell(worker.lastUpdateCheck?.minuteText ?? "–"),
      ])
    }
    return table
  }
}
