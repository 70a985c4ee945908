import ArgumentParser
import CDP
import Foundation
import OffstageCapture
import OffstageCore

struct OpenVerb: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "open",
    abstract: "Launch a browser on a URL and record all services.",
    discussion: """
      The browser runs in a profile of Offstage's own, which stays until you remove it (or goes at \
      the end with --ephemeral). Its page is opened when all six services are being recorded. \
      Ctrl-C ends both. Where somebody sits before a terminal and a screen, the UI is opened too, in \
      your own browser.

      EXAMPLES
        offstage open https://app.example
        offstage open http://localhost:3000 --grant notifications --fast-retries
        offstage open http://localhost:3000 --push
        offstage open http://localhost:3000 --push --browser firefox
        offstage open http://localhost:3000 --ephemeral --headless --jsonl > events.jsonl
      """)

  @Argument(help: "The page to open.")
  var url: String?

  @Option(help: "A profile by its name.")
  var profile = "default"

  @Flag(help: "A fresh profile that goes when the browser ends.")
  var ephemeral = false

  @Option(
    help: "chromium, chrome, edge, brave, firefox (with --push), or a path.",
    completion: .browsersAndFirefox)
  var browser: String?

  @Flag(help: "No window. By itself where there is no display.")
  var headless = false

  @Option(help: "Grant a permission for the profile, by its W3C name. Repeatable.")
  var grant: [String] = []

  @Flag(
    name: .customLong("fast-retries"),
    help: "Retry syncs after seconds, not minutes; the events then are not what users get.")
  var fastRetries = false

  @Option(
    help: ArgumentHelp(
      "Where notifications appear: offstage, to be clicked by it, or desktop.",
      discussion: "Default: offstage without a window, else desktop."))
  var notifications: NotificationPlace?

  @Flag(
    help: ArgumentHelp(
      "Pushes come from a push service on this machine, encrypted as real ones.",
      discussion: "The page may show notifications without being asked first."))
  var push = false

  @OptionGroup var pushService: PushServiceOptions

  @Option(
    name: .customLong("remote-debugging-port"),
    help: "Let other tools attach to the browser on this port; 0 for any.")
  var remoteDebuggingPort: Int?

  @Flag(
    name: .customLong("open-ui"), inversion: .prefixedNo,
    help: "Open the UI in your own browser, not in the recorded one, or do not.")
  var openUI: Bool?

  @OptionGroup var recording: RecordingOptions
  @OptionGroup var common: CommonOptions

  func validate() throws {
    try ProfileName.check(profile)
    if let remoteDebuggingPort, !(0...65535).contains(remoteDebuggingPort) {
      throw ValidationError("\(remoteDebuggingPort) is no port; ports are 0 to 65535.")
    }
    if notifications == .offstage, !NotificationPlace.canBeOurs {
      throw ValidationError("--notifications offstage is for Linux.")
    }
    if pushService.pushPort != nil, !push {
      throw ValidationError("--push-port needs --push.")
    }
    if !pushService.faults.isEmpty, !push { throw ValidationError("--fault needs --push.") }
    if openUI == true, recording.noUI {
      throw ValidationError("Give one of --open-ui and --no-ui.")
    }
  }

  func run() async throws {
    let permissions = try grant.map(Permission.named)
    let url = try url.map(PageURL.parse)
    let executable = try BrowserFinder(environment: common.environment).findAny(browser)
    try common.folder.create()
    guard !executable.isFirefox else { return try await openFirefox(executable, permissions, url) }
    var plan = LaunchPlan(
      executable: executable, userDataDir: "", sourceName: profile, isHeadless: isHeadless,
      permissions: permissions.filter { !$0.needsProtocol },
      protocolPermissions: permissions.filter(\.needsProtocol).map { ($0, origin: nil) },
      fastRetries: fastRetries,
      notifications: notifications ?? NotificationPlace(isHeadless: isHeadless),
      remoteDebuggingPort: remoteDebuggingPort, url: url)
    let ephemeralPath = common.folder.ephemeralPath
    for path in EphemeralProfile.sweep(parent: ephemeralPath) {
      common.terminal.detail("Removed \(path), left by a recorder that was killed.")
    }
    if ephemeral {
      let temporary = try EphemeralProfile(parent: ephemeralPath)
      plan.userDataDir = temporary.userDataDir
      plan.sourceName = "ephemeral"
      let outcome = await result { try await record(plan) }
      try temporary.remove()
      try outcome.get()
    } else {
      plan.userDataDir = "\(common.folder.profilesPath)/\(profile)"
      try FileManager.default.createDirectory(
        atPath: plan.userDataDir, withIntermediateDirectories: true,
        attributes: [.posixPermissions: 0o700])
      try await record(plan)
    }
  }

  /// A browser without a window is for programs, or for a machine without a screen.
  var opening: UIOpening {
    UIOpening(
      wish: openUI,
      isInteractive: common.terminal.isOutputTerminal && !isHeadless,
      environment: common.environment)
  }

  var isHeadless: Bool {
    headless || !Machine.hasDisplay(environment: common.environment)
  }

  private func record(_ plan: LaunchPlan) async throws {
    try plan.executable.checkReach(userDataDir: plan.userDataDir, home: common.home)
    let place = ProfilePlace.place(userDataDir: plan.userDataDir)
    try await RecordingSession.run(
      common, recording, verb: "open", mayRecord: { $0.place == place }
    ) { session in
      if plan.isHeadless, !headless { session.terminal.say("No display: the browser is headless.") }
      if plan.fastRetries { session.terminal.say(BrowserFlags.FastRetries().sentence) }
      try await withPush(plan, session) { plan in
        try await LaunchedBrowser(session: session, plan: plan).run { _, _ in
          session.show(opening)
        }
      }
    }
  }
}

extension OpenVerb {
  /// With the push service at hand, if it is wanted.
  private func withPush(
    _ plan: LaunchPlan, _ session: RecordingSession,
    _ body: @escaping @Sendable (LaunchPlan) async throws -> Void
  ) async throws {
    guard push else { return try await body(plan) }
    try await atPushService(session) { place in
      var plan = plan
      plan.push = place
      try await body(plan)
    }
  }

  /// With the push service at hand, and what it is to do wrong.
  func atPushService(
    _ session: RecordingSession, _ body: @escaping @Sendable (PushPlace) async throws -> Void
  ) async throws {
    try await PushHost(
      folder: session.folder, store: session.store, clock: session.clock, logger: session.logger,
      port: pushService.pushPort, onFailure: session.stop.stop
    ).run { place in
      let orders = PushOrders(
        store: session.store, folder: session.folder, clock: session.clock)
      try await orders.during(pushService.faults) { try await body(place) }
    }
  }
}

/// What a task came to, so that something can be done before it is known to the caller.
func result<Value>(_ body: () async throws -> Value) async -> Result<Value, any Error> {
  do {
    return .success(try await body())
  } catch {
    return .failure(error)
  }
}

enum Permission {
  static func named(_ name: String) throws -> PermissionName {
    let permission = PermissionName(rawValue: name)
    guard permission.isKnown else {
      throw UsageError(
        "There is no permission “\(name.escapedForTerminal)”.",
        hint: "Known are \(PermissionName.all.map(\.rawValue).joined(separator: ", ")).")
    }
    return permission
  }
}

enum ProfileName {
  static func check(_ name: String) throws {
    if name.isEmpty || name.hasPrefix(".") || name.contains("/") {
      throw ValidationError("“\(name.escapedForTerminal)” can't be a profile's name.")
    }
  }
}

enum PageURL {
  /// A URL as a person types it: `localhost:3000` is meant to be http, `app.example` https.
  static func parse(_ text: String) throws(UsageError) -> String {
    let mistake = UsageError(
      "“\(text.escapedForTerminal)” is no URL.", hint: "Write it as in https://app.example/path.")
    guard !text.isEmpty, !text.hasPrefix("-"), !text.contains(where: \.isWhitespace) else {
      throw mistake
    }
    if text.contains("://") || text.hasPrefix("about:") {
      guard let scheme = URL(string: text)?.scheme?.lowercased() else { throw mistake }
      guard ["http", "https", "about"].contains(scheme) else {
        throw UsageError(
          "“\(text.escapedForTerminal)” is no http or https URL.",
          hint: "Write it as in https://app.example/path.")
      }
      return text
    }
    let host = text.prefix { $0 != ":" && $0 != "/" }
    guard !host.isEmpty else { throw mistake }
    let isLocal =
      host == "localhost" || host.hasPrefix("127.") || host == "[" || text.hasPrefix("[")
    return (isLocal ? "http://" : "https://") + text
  }
}
