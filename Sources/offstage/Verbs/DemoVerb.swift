import ArgumentParser
import CDP
import JSON
import OffstageCore
import OffstageStore

struct DemoVerb: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "demo",
    abstract: "Record a real browser on a sample site that uses every service.",
    discussion: """
      The browser is headless and its profile goes with it. Syncs are retried after seconds instead \
      of minutes, so that all of it takes some ten seconds. What it did is kept under the source \
      “demo”.
      """)

  @Flag(help: "End when the demo is through.")
  var exit = false

  @Flag(help: "Print events as JSON, one a line.")
  var json = false

  @Option(help: "chromium, chrome, edge, brave, or a path.", completion: .browsers)
  var browser: String?

  @Option(name: .customLong("ui-port"), help: "The port of the UI and the API; 0 for any.")
  var uiPort: Int?

  @OptionGroup var common: CommonOptions

  func run() async throws {
    let executable = try BrowserFinder(environment: common.environment).find(browser)
    try common.folder.create()
    _ = EphemeralProfile.sweep(parent: common.folder.ephemeralPath)
    let profile = try EphemeralProfile(parent: common.folder.ephemeralPath)
    let userDataDir = profile.userDataDir
    let outcome = await result { try await record(executable, userDataDir) }
    try profile.remove()
    try outcome.get()
  }

  private func record(_ executable: BrowserExecutable, _ userDataDir: String) async throws {
    let recording = try RecordingOptions.parse(
      (json ? ["--jsonl"] : []) + (uiPort.map { ["--ui-port", "\($0)"] } ?? []))
    let isRecorded = Watched(false)
    try await RecordingSession.run(common, recording, verb: "demo") { session in
      let site = Watched<String?>(nil)
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await DemoSite().run { origin in site.update { $0 = origin } } }
        group.addTask {
          await site.wait { $0 != nil }
          guard let origin = site.value else { return }
          session.terminal.say("The sample site is at \(origin); fast retries are on.")
          try await run(session, executable, userDataDir, origin, isRecorded)
        }
        try await group.next()
        group.cancelAll()
      }
    }
    guard isRecorded.value else { throw VerdictNo() }
  }

  private func run(
    _ session: RecordingSession, _ executable: BrowserExecutable, _ userDataDir: String,
    _ origin: String, _ isRecorded: Watched<Bool>
  ) async throws {
    var plan = LaunchPlan(
      executable: executable, userDataDir: userDataDir, sourceName: "demo", isHeadless: true)
    plan.series = "demo"
    plan.permissions = [.notifications, PermissionName(rawValue: "background-fetch")]
    plan.permissionOrigins = [origin]
    plan.fastRetries = true
    plan.notifications = NotificationPlace(isHeadless: plan.isHeadless)
    plan.url = origin + "/"
    plan.protocolPermissions = [(.periodicBackgroundSync, origin)]
    try await PushHost(
      folder: session.folder, store: session.store, clock: session.clock, logger: session.logger,
      onFailure: session.stop.stop
    ).run { [plan] place in
      var plan = plan
      plan.push = place
      // The page's own subscription is what its push client is started by; nothing else waits for it.
      plan.pushStart = .atFirstSubscription(SubscriptionGate(.open))
      try await play(plan, session, origin, isRecorded)
    }
  }

  private func play(
    _ plan: LaunchPlan, _ session: RecordingSession, _ origin: String,
    _ isRecorded: Watched<Bool>
  ) async throws {
    try await LaunchedBrowser(session: session, plan: plan).run { connection, page in
      guard let page else { return }
      try await DemoScript(
        connection: connection, target: page, origin: origin, session: session
      ).run()
      let summary = try await DemoSummary(session: session, origin: origin)
      isRecorded.update { [isWhole = summary.isWhole] in $0 = isWhole }
      if !json { try await summary.print(to: session.terminal) }
      if exit {
        session.stop.stop()
      } else {
        session.terminal.say("The demo is through. Ctrl-C ends it; the record stays.")
      }
    }
  }
}

/// What the demo came to.
struct DemoSummary {
  private let counts: [(Service, Int)]
  private let failed: [StoredEvent]
  private let findings: [Finding]

  init(session: RecordingSession, origin: String) async throws {
    let events = try await session.store.events(
      EventQuery(
        EventSelection(origins: [origin], sources: session.notices.sources),
        order: .ascending, limit: 1000)
    ).events
    counts = Service.allCases.map { service in
      (service, events.filter { $0.logged.service == service }.count)
    }
    failed = events.filter { $0.logged.outcome == .failed }
    let began = events.first?.logged.timestamp
    findings = try await FindingSearch(
      EventSelection(origins: [origin], sources: session.notices.sources, since: began)
    ).run(store: session.store).findings
  }

  /// Every service was recorded.
  var isWhole: Bool { counts.allSatisfy { $0.1 > 0 } }

  func print(to terminal: Terminal) async throws {
    var text = "\n"
    for (service, count) in counts {
      let mark = count > 0 ? "●" : "✕"
      let name = service.title + String(repeating: " ", count: 26 - service.title.count)
      text += "\(mark) \(name) \(count) events\n"
    }
    var bytes = Array(text.utf8)
    if !failed.isEmpty {
      bytes += Array("\nWhat failed, as planted:\n".utf8)
      bytes += EventLines(terminal: terminal).lines(failed)
    }
    if !findings.isEmpty {
      let lines = FindingLines(terminal: terminal).lines(findings).joined(separator: "\n")
      bytes += Array("\nWhat offstage explain says of it:\n\n\(lines)\n".utf8)
    }
    try await terminal.send(bytes)
  }
}
