import CDP
import Foundation
import Logging
import OffstageCapture
import OffstageCore
import OffstageStore

/// How a browser is to be started.
struct LaunchPlan: Sendable {
  var executable: BrowserExecutable
  var userDataDir: String
  var sourceName: String
  /// The profile is one of a series, and recorded as that.
  var series: String?
  var isHeadless: Bool
  var permissions: [PermissionName] = []
  var permissionOrigins: [String]?
  /// Those that a profile can't hold; they last as long as the browser.
  var protocolPermissions: [(PermissionName, origin: String?)] = []
  var fastRetries = false
  var notifications = NotificationPlace.desktop
  var remoteDebuggingPort: Int?
  var url: String?
  /// Where its pushes come from; nil leaves them to its maker.
  var push: PushPlace?
  var pushStart = BrowserPush.Start.beforeFirstPage
  /// That it runs in.
  var network: SiteNetwork?
  /// Is told of the browser's process.
  var onStart: (@Sendable (BrowserProcess) -> Void)?
  /// Is asked when the browser has ended: whether anybody will look at what only its profile's log
  /// holds.
  var isReadAtEnd: @Sendable () -> Bool = { true }

  /// Whose pages may be sent pushes without being asked first.
  var pushOrigins: [String] {
    url.flatMap { OriginFacts.origin(of: $0) }.map { [$0] } ?? []
  }

  var place: SourcePlace? {
    series.map(SourcePlace.series) ?? ProfilePlace.place(userDataDir: userDataDir)
  }
}

/// Starts a browser, records it from before its first page, and ends it again.
struct LaunchedBrowser: Sendable {
  let session: RecordingSession
  let plan: LaunchPlan

  /// How long a browser gets to end by itself.
  private static let graceSeconds = 5
  private static let grace = Duration.seconds(graceSeconds)

  /// Records until the browser ends or the person wants to stop. `whenRecording` runs once all six
  /// services have answered and the page was opened.
  func run(
    _ whenRecording: @escaping @Sendable (Connection, Target.TargetID?) async throws -> Void = {
      _, _ in
    }
  ) async throws {
    try await waitForProfile()
    let outcome = await result { try await runAtDesk(whenRecording) }
    if hasRecorded, plan.isReadAtEnd() {
      await FinalReading(session: session, userDataDir: plan.userDataDir, place: plan.place).run()
    }
    try outcome.get()
  }

  /// The desk is there before the browser, and ends after it.
  private func runAtDesk(
    _ whenRecording: @escaping @Sendable (Connection, Target.TargetID?) async throws -> Void
  ) async throws {
    guard plan.notifications == .offstage else { return try await runOnce(nil, whenRecording) }
    do {
      try await PrivateDesk.with(
        clock: session.clock,
        parents: NotificationPlace.folders(environment: Machine.environment),
        version: Version.current
      ) { desk in
        try await runOnce(desk, whenRecording)
      }
    } catch let fault as DeskFault {
      session.terminal.say("warning: notifications can't be clicked: \(fault).")
      try await runOnce(nil, whenRecording)
    }
  }

  private func runOnce(
    _ desk: PrivateDesk?,
    _ whenRecording: @escaping @Sendable (Connection, Target.TargetID?) async throws -> Void
  ) async throws {
    try await seed()
    var launch = launch
    if let desk {
      launch.environment.merge(desk.environment) { $1 }
      // While it starts its main thread may wait for an answer from the bus, which would not come if
      // we were killed; and it has nothing to save yet.
      launch.guardPatienceSeconds = 0
    }
    let process = try await BrowserProcess.launch(launch)
    session.terminal.detail("Started \(plan.executable.path), process \(process.pid).")
    plan.onStart?(process)
    let connection = Connection(transport: process.transport, logger: session.logger)
    do {
      try await record(process, connection, desk, whenRecording)
    } catch let error as CDPError {
      let hasEnded = error.code == .closed
      let explained = hasEnded ? await process.explain(error, patience: Self.grace) : error
      await process.end(grace: Self.grace)
      let wasClosed = hasEnded && process.exitStatus == .exited(0) && hasRecorded
      // A window that the person closed is a good end.
      guard wasClosed, explained.code != .profileInUse else { throw explained }
    } catch {
      await process.end(grace: Self.grace)
      throw error
    }
    await process.end(grace: Self.grace)
  }

  private var hasRecorded: Bool { !session.notices.sources.isEmpty }

  private func record(
    _ process: BrowserProcess, _ connection: Connection, _ desk: PrivateDesk?,
    _ whenRecording: @escaping @Sendable (Connection, Target.TargetID?) async throws -> Void
  ) async throws {
    let options = BrowserCapture.Options(
      place: plan.place, name: plan.sourceName,
      recordsOthers: true, browserRun: UUID().uuidString, keep: session.keep,
      home: session.home)
    let push = plan.push.map { place in
      BrowserPush(connection: connection, place: place, plan: plan, terminal: session.terminal)
    }
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask {
        let outcome = await result {
          let capture = { @Sendable in
            try await session.capture(connection, options, desk: desk, push: plan.push) {
              await push?.receive($0)
            }
          }
          if let push { try await push.run(capture) } else { try await capture() }
        }
        await push?.end()
        try outcome.get()
      }
      group.addTask {
        try await session.stop.race {
          await session.waits.during("the browser's log") {
            await session.notices.waitUntilCaughtUp()
          }
          process.hasPatience(seconds: Self.graceSeconds)
          try await grant(on: connection)
          let subscribed = try await session.waits.during("the browser's push client") {
            try await push?.prepare()
          }
          let sources = session.notices.sources
          if let subscribed, let source = sources.first, sources.count == 1 {
            try await session.store.noteBrowser(ofSubscription: subscribed, is: source)
          }
          let page = try await session.waits.during("the first page") {
            try await Page(connection: connection, plan: plan).open()
          }
          try await whenRecording(connection, page)
          await session.stop.wait()
        }
        // In good order: the browser saves what it means to keep.
        _ = try? await connection.call(Browser.Close(), timeout: Self.grace)
        await connection.close()
      }
      do {
        while try await group.next() != nil {}
      } catch {
        group.cancelAll()
        throw error
      }
    }
  }

  // MARK: Start

  private var launch: BrowserLaunch {
    var flags = BrowserFlags(userDataDir: plan.userDataDir, isHeadless: plan.isHeadless)
    flags.remoteDebuggingPort = plan.remoteDebuggingPort
    if plan.fastRetries { flags.fastRetries = .init() }
    if case .hostAddress(let origin) = plan.network?.way { flags.trustedOrigin = origin }
    flags.loopbackHost = plan.network?.mappedHost
    flags.push = plan.push.map { push in
      BrowserFlags.PushService(origin: push.origin, port: push.port, keyHash: push.keyHash)
    }
    if flags.disablesSandbox {
      session.terminal.say(
        "warning: running as root, so the browser runs without its sandbox; open only sites that "
          + "you trust.")
    }
    var launch = BrowserLaunch(executable: plan.executable, flags: flags)
    launch.network = plan.network?.namespace
    return launch
  }

  /// What the store knows of the profile, if it was recorded before.
  private func knownFacts() async throws -> [Service: ServiceFacts] {
    guard let place = plan.place,
      let source = try await session.store.sources().first(where: { $0.place == place })
    else { return [:] }
    let facts = try await session.store.facts(of: source.id)
    guard plan.series != nil else { return facts }
    // The lease was another profile's.
    return facts.mapValues { known in
      var facts = ServiceFacts()
      facts.wanted = known.wantedBy == .person ? known.wanted : nil
      return facts
    }
  }

  /// `Browser.setPermission` leaves alone what it does not name, unlike `Browser.grantPermissions`.
  private func grant(on connection: Connection) async throws {
    for (permission, origin) in plan.protocolPermissions {
      _ = try await connection.call(
        Browser.SetPermission(
          permission: Browser.PermissionDescriptor(name: permission.rawValue),
          setting: .granted, origin: origin))
    }
  }

  /// A browser of ours that was killed may take a moment to leave its profile.
  private func waitForProfile() async throws {
    if ProfileLock.holder(userDataDir: plan.userDataDir) != nil {
      try await checkNobodyRecords()
      session.terminal.progress("waiting for another browser to leave the profile …")
    }
    try await ProfileLock.waitUntilFree(userDataDir: plan.userDataDir, timeout: .seconds(10))
  }

  /// A browser that another Offstage records stays in its profile.
  private func checkNobodyRecords() async throws {
    guard let place = plan.place,
      let source = try await session.store.sources().first(where: { $0.place == place }),
      let process = SourceLocks(folder: session.folder).holder(of: source.id), process != getpid()
    else { return }
    throw StoreError.profileRecorded(plan.sourceName, by: process)
  }

  /// What is wanted is recorded from before the first page; granted permissions survive restarts.
  /// A lease that ended or was turned off is left as it is: it is what tells the recorder so.
  private func seed() async throws {
    let now = session.clock.now()
    let facts = try await knownFacts()
    let leases = try ProfileReader(userDataDir: plan.userDataDir).leases()
    var seed = ProfileSeed()
    for service in Service.allCases {
      let name = BackgroundService.ServiceName(rawValue: service.rawValue)
      let known = facts[service] ?? ServiceFacts()
      if known.wanted == false {
        seed.leases[name] = .off
      } else if known.lease.lastRenewal == nil || (leases[name]?.isRunning(at: now.micros) ?? true)
      {
        seed.leases[name] = .until(unixMicros: (now + .days(3)).micros)
      }
    }
    seed.permissions = plan.permissions
    seed.origins = plan.permissionOrigins
    if let push = plan.push { seed.add(.notifications, for: [push.origin] + plan.pushOrigins) }
    seed.allowsAutomaticDownloads = plan.fastRetries
    try seed.apply(userDataDir: plan.userDataDir, nowMicros: now.micros)
  }
}

/// The browser's first page: empty until everything is recorded.
private struct Page {
  let connection: Connection
  let plan: LaunchPlan

  /// Gives the page that shows the plan's URL.
  func open() async throws -> Target.TargetID? {
    guard let url = plan.url else { return nil }
    let targets = try await connection.call(Target.GetTargets()).targetInfos
    guard let page = targets.first(where: { $0.type == "page" && $0.url == "about:blank" }) else {
      return try await connection.call(Target.CreateTarget(url: url)).targetId
    }
    let session = try await connection.call(
      Target.AttachToTarget(targetId: page.targetId, flatten: true)
    ).sessionId
    let reply = try await connection.call(CDP.Page.Navigate(url: url), session: session)
    if let failure = reply.errorText {
      throw CDPError(
        .unreachable, "The page \(url) could not be opened: \(failure)",
        hint: "Is the site running?")
    }
    _ = try? await connection.call(Target.DetachFromTarget(sessionId: session))
    return page.targetId
  }
}
