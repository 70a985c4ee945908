import CDP
import OffstageCapture
import OffstageCore
import OffstageInspect
import OffstageScenario
import OffstageStore

/// One run of a scenario's browser, recorded, from its start to its end.
final class ScenarioBrowser: Sendable {
  private struct State: Sendable {
    var connection: Connection?
    var process: BrowserProcess?
    /// Its end is asked for: said before it can come, and never taken back.
    var isLeaving = false
    var isKilled = false
    var hasEnded = false
    /// The scenario is over.
    var isLast = false
    var error: StageError?
    /// Why it ended though nobody had asked it to.
    var unexpectedEnd: StageError?
  }

  let session: RecordingSession
  private let plan: LaunchPlan
  private let permissions: [(name: String, setting: PermissionSetting)]
  private let origin: String
  private let state = Watched(State())

  /// Its push client alone may take 90 s.
  private static let startPatience = Duration.seconds(180)
  /// Longer than all that is done to a browser that does not end by itself.
  private static let endPatience = Duration.seconds(30)

  init(
    session: RecordingSession, plan: LaunchPlan,
    permissions: [(name: String, setting: PermissionSetting)], origin: String
  ) {
    self.session = session
    self.plan = plan
    self.permissions = permissions
    self.origin = origin
  }

  /// Returns when it has ended; whether it should have, says ``unexpectedEnd``.
  func run() async {
    var plan = plan
    plan.onStart = { process in
      let isKilled = self.state.update { state in
        state.process = process
        return state.isKilled
      }
      // It was to end before it was there.
      if isKilled { process.kill() }
    }
    plan.isReadAtEnd = { !self.state.value.isLast }
    let outcome = await result { [plan] in
      try await session.work { session in
        try await LaunchedBrowser(session: session, plan: plan).run { connection, _ in
          try await self.permit(on: connection)
          self.state.update { $0.connection = connection }
        }
      }
    }
    state.update { state in
      state.connection = nil
      state.hasEnded = true
      if case .failure(let error) = outcome { state.error = StageError(endOf: error) }
      if !state.isLeaving {
        state.unexpectedEnd =
          state.error ?? StageError(.broken, "The browser ended by itself.")
      }
    }
  }

  /// A profile holds those that are granted; the rest lasts as long as the browser.
  private func permit(on connection: Connection) async throws {
    for (name, setting) in permissions {
      guard setting != .granted || PermissionName(rawValue: name).needsProtocol else { continue }
      _ = try await connection.call(
        Browser.SetPermission(
          permission: Browser.PermissionDescriptor(name: name),
          setting: Browser.PermissionSetting(rawValue: setting.rawValue), origin: origin))
    }
  }

  // MARK: State

  /// As soon as all is recorded.
  func ready() async throws(StageError) -> Connection {
    await state.wait(atMost: Self.startPatience) { $0.connection != nil || $0.hasEnded }
    let state = state.value
    if let connection = state.connection { return connection }
    guard state.hasEnded || Task.isCancelled else {
      throw StageError(
        .broken, "The browser is not ready after \(Self.startPatience.components.seconds) s.",
        hint: session.waits.sentence)
    }
    throw state.error ?? .noBrowser
  }

  /// Now, or never.
  var connection: Connection? { state.value.connection }

  /// Why it ended though nobody had asked it to; nil of an end that was asked for.
  var unexpectedEnd: StageError? { state.value.unexpectedEnd }

  /// The one that the profile is recorded as.
  var source: SourceID? { session.notices.sources.first }

  func waitUntilEnded() async {
    let hasEnded = await state.wait(atMost: Self.endPatience) { $0.hasEnded }
    guard !hasEnded, !Task.isCancelled else { return }
    Talk.shared.say(
      "warning: the end of a scenario's browser takes long. \(session.waits.sentence ?? "")\n")
    await state.wait { $0.hasEnded }
  }

  /// In good order.
  func stop() async {
    state.update { $0.isLeaving = true }
    session.stop.stop()
    await waitUntilEnded()
  }

  /// As a crash would. What it has logged since its last word to us matters to a scenario that goes on.
  func kill(isLast: Bool = false) async {
    state.update { state in
      state.isLeaving = true
      state.isKilled = true
      state.isLast = isLast
    }
    state.value.process?.kill()
    await waitUntilEnded()
  }
}

extension StageError {
  static let noBrowser = StageError(.broken, "The browser does not run.")

  /// Why a browser ended that was to go on.
  init(endOf error: any Error) {
    switch error {
    case let error as CDPError:
      self.init(.broken, error.context.capitalizedSentence, hint: error.nextStep)
    case let error as StoreError: self.init(.broken, error.message, hint: error.hint)
    default: self.init(.broken, "The browser ended: \(error).")
    }
  }
}
