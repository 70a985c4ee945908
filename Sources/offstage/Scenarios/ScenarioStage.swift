import CDP
import Foundation
import OffstageCapture
import OffstageCore
import OffstageInspect
import OffstagePush
import OffstageScenario
import OffstageStore

/// The stage that a scenario plays on: a real browser over our own protocol, one run after another.
final class ScenarioStage: Stage {
  /// What all runs of the browser share.
  struct Setting: Sendable {
    var scenario: Scenario
    var executable: BrowserExecutable
    var isHeadless: Bool
    var userDataDir: String
    var folder: DataFolder
    var store: SQLiteEventStore
    var origin: String
    var push: ScenarioPush
    var network: SiteNetwork?
    var home: String
    var environment: [String: String]
    var isVerbose: Bool

    /// Without that of notifications nobody can subscribe to what the scenario sends.
    var permissions: [(name: String, setting: PermissionSetting)] {
      let given = scenario.permissions
      let isGiven = given.contains { $0.name == "notifications" }
      return given + (scenario.sendsPushes && !isGiven ? [("notifications", .granted)] : [])
    }
  }

  private struct State: Sendable {
    var browser: ScenarioBrowser?
    var page: ScenarioPages.Page?
  }

  let setting: Setting
  private let state = Watched(State())
  private let troubles = Watched<StageError?>(nil)
  private let starts = AsyncStream.makeStream(of: ScenarioBrowser.self)

  init(_ setting: Setting) {
    self.setting = setting
  }

  var store: any EventStore { setting.store }
  var origin: String { setting.origin }
  var applicationServerKey: String { setting.push.key.applicationServerKey }
  var desk: (any NotificationDesk)? {
    state.value.browser?.session.browsers.desks().first?.desk
  }

  // MARK: Runs of the browser

  /// Starts the browser, calls `body`, and returns when that and the browser have ended.
  func run<Result: Sendable>(
    _ body: @escaping @Sendable () async -> Result
  ) async throws(StageError) -> Result {
    let outcome = await withTaskGroup(of: Void.self) { group in
      group.addTask {
        for await browser in self.starts.stream {
          await browser.run()
          if let error = browser.unexpectedEnd { self.report(error) }
        }
      }
      let outcome: Swift.Result<Result, StageError>
      do throws(StageError) {
        try await start(isFirst: true)
        outcome = .success(await body())
      } catch {
        outcome = .failure(error)
      }
      // A fresh profile has nothing to save.
      await leave(killing: setting.scenario.profile == nil, isLast: true)
      starts.continuation.finish()
      return outcome
    }
    return try outcome.get()
  }

  private func start(isFirst: Bool = false) async throws(StageError) {
    let browser = ScenarioBrowser(
      session: await session(), plan: plan(isFirst: isFirst), permissions: setting.permissions,
      origin: setting.origin)
    state.update { state in
      state.browser = browser
      state.page = nil
    }
    starts.continuation.yield(browser)
    _ = try await browser.ready()
  }

  private func leave(killing: Bool = false, isLast: Bool = false) async {
    guard let browser = state.value.browser else { return }
    if killing {
      await browser.kill(isLast: isLast)
      EphemeralProfile.removeSocket(of: setting.userDataDir)
    } else {
      await browser.stop()
    }
    state.update { $0.page = nil }
  }

  /// Something that the scenario needs has ended.
  func report(_ error: StageError) { troubles.update { $0 = $0 ?? error } }

  func trouble() async -> StageError? {
    await troubles.wait { $0 != nil }
    return troubles.value
  }

  /// A recorder of its own for each run: the one before has ended with its browser.
  private func session() async -> RecordingSession {
    let terminal = Terminal(
      environment: setting.environment, isQuiet: true, isVerbose: setting.isVerbose,
      colors: false, isSilent: !setting.isVerbose)
    let notices = SessionNotices(terminal: terminal)
    let inspector = DiskInspector(clock: SystemClock())
    return RecordingSession(
      folder: setting.folder, terminal: terminal, store: setting.store,
      recorder: Recorder(
        store: setting.store, clock: SystemClock(), notify: { notices.note($0) }),
      stop: .apart, notices: notices, keep: .forever, home: setting.home,
      logger: Logs.make(verbose: setting.isVerbose), inspector: inspector,
      browsers: RecordedBrowsers(
        store: setting.store, clock: SystemClock(), inspector: inspector))
  }

  private func plan(isFirst: Bool) -> LaunchPlan {
    let scenario = setting.scenario
    var plan = LaunchPlan(
      executable: setting.executable, userDataDir: setting.userDataDir,
      sourceName: scenario.name, isHeadless: setting.isHeadless)
    plan.permissions = setting.permissions.filter { $0.setting == .granted }
      .map { PermissionName(rawValue: $0.name) }.filter { !$0.needsProtocol }
    plan.permissionOrigins = [setting.origin]
    plan.fastRetries = scenario.hasFastRetries
    plan.network = setting.network
    if NotificationPlace.canBeOurs { plan.notifications = .offstage }
    plan.push = setting.push.place
    plan.pushStart = setting.push.start(isFirst: isFirst)
    return plan
  }

  func restartBrowser() async throws(StageError) {
    await leave()
    // Who is cancelled has not waited for that end, and would leave the next one to nobody.
    guard !Task.isCancelled else { throw .noBrowser }
    try await start()
  }

  func closeBrowser() async throws(StageError) { await leave() }

  func killBrowser() async throws(StageError) { await leave(killing: true) }

  /// Nil while none runs.
  var connection: Connection? { state.value.browser?.connection }

  /// The one that the browser is recorded as.
  func source() throws(StageError) -> SourceID {
    guard let source = state.value.browser?.source else { throw .noBrowser }
    return source
  }

  // MARK: Pages

  private func pages() throws(StageError) -> ScenarioPages {
    guard let connection = state.value.browser?.connection else { throw .noBrowser }
    return ScenarioPages(connection: connection)
  }

  private func page() throws(StageError) -> ScenarioPages.Page {
    guard let page = state.value.page else {
      throw StageError(.unmet, "No page is open.", hint: "open: / opens one of the site.")
    }
    return page
  }

  func open(
    _ url: String, expecting status: Int?, within limit: Interval
  ) async throws(StageError) {
    let page = try await pages().open(url, expecting: status, within: limit)
    state.update { $0.page = page }
  }

  func findPage(_ url: String, within limit: Interval) async throws(StageError) {
    let page = try await pages().find(url, within: limit)
    state.update { $0.page = page }
  }

  func evaluate(
    _ script: String, hasGesture: Bool, within limit: Interval
  ) async throws(StageError) -> String {
    try await pages().evaluate(script, in: page(), hasGesture: hasGesture, within: limit)
  }

  func click(_ selector: String, within limit: Interval) async throws(StageError) {
    try await pages().click(selector, in: page(), within: limit)
  }

  func wait(for expression: String, within limit: Interval) async throws(StageError) {
    try await pages().wait(for: expression, in: page(), within: limit)
  }

  func closePages() async throws(StageError) {
    try await pages().closeAll()
    state.update { $0.page = nil }
  }

  func pictures() async -> [[UInt8]] {
    guard let pages = try? pages() else { return [] }
    return await pages.pictures()
  }
}
