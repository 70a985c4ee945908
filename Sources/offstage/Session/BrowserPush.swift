import CDP
import JSON
import OffstageCapture
import OffstageCore

/// What a browser of ours needs beside its switches to get pushes from our service.
struct BrowserPush: Sendable {
  /// When its pages and workers are made to see endpoints of ours.
  enum Start: Sendable {
    /// Before the first page is opened; then its push client is warmed up too.
    case beforeFirstPage
    /// Once a page or a worker subscribes.
    case atFirstSubscription(SubscriptionGate)
  }

  private let connection: Connection
  private let place: PushPlace
  private let start: Start
  private let rewriting: EndpointRewriting
  private let look: SubscriptionLook
  private let terminal: Terminal

  /// Its push client starts when its own start is complete, which the browser may put off for a
  /// minute.
  private static let patience = Duration.seconds(90)
  private static let pagePatience = Duration.seconds(10)

  /// The page's script may not have run yet.
  private static let wait = """
    new Promise((done) => {
      const look = () => globalThis.ready ? done(globalThis.ready) : setTimeout(look, 10);
      look();
    })
    """

  init(connection: Connection, place: PushPlace, plan: LaunchPlan, terminal: Terminal) {
    self.connection = connection
    self.place = place
    self.terminal = terminal
    start = plan.pushStart
    look = SubscriptionLook(connection: connection)
    rewriting = EndpointRewriting(
      connection: connection,
      EndpointRewriter(
        origin: place.origin,
        // Another tool may be there to answer them.
        closesDialogs: plan.isHeadless && plan.remoteDebuggingPort == nil))
  }

  func receive(_ messages: [InboundMessage]) async {
    await rewriting.receive(messages)
    look.receive(messages)
  }

  func end() async { await rewriting.end() }

  /// What a first subscription waits for is done while `body` runs.
  func run(_ body: @escaping @Sendable () async throws -> Void) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      if case .atFirstSubscription(let gate) = start, gate.isClosed {
        group.addTask {
          await gate.waitUntilAsked()
          guard !Task.isCancelled else { return }
          await rewrite()
          gate.open()
        }
      }
      defer { group.cancelAll() }
      try await body()
    }
  }

  /// Before the first page of the person's is opened.
  ///
  /// - Returns: the token of a subscription that the browser had for a moment, if it had one.
  func prepare() async throws -> String? {
    switch start {
    case .beforeFirstPage:
      await rewrite()
      try Task.checkCancellation()
      return try await warmUp()
    case .atFirstSubscription(let gate):
      // A run of this browser before has subscribed.
      guard !gate.isClosed else { return nil }
      await rewrite()
      gate.open()
      return nil
    }
  }

  private func rewrite() async {
    await withTaskGroup(of: Void.self) { group in
      group.addTask { await rewriting.start() }
      group.addTask {
        // Whether a page does not answer or the person wants to stop: it waits no longer.
        try? await Task.sleep(for: Self.pagePatience)
        await rewriting.end()
      }
      await group.next()
      group.cancelAll()
    }
  }

  // MARK: Warming up

  private func warmUp() async throws -> String? {
    terminal.progress("waiting for the browser's push client …")
    var token: String?
    do {
      token = try await subscribeOnce()
    } catch let error as CDPError where error.code != .closed && error.code != .cancelled {
      terminal.say(
        "warning: the browser's push client is not ready (\(error.context)); the first subscription "
          + "may take a minute.")
    }
    terminal.say("Push service: \(place.origin)")
    return token
  }

  /// Opens a page of the service's own that subscribes and takes it back.
  private func subscribeOnce() async throws -> String? {
    let target = try await connection.call(
      Target.CreateTarget(url: "about:blank", background: true, hidden: true)
    ).targetId
    let outcome = await result { try await waitUntilWarm(target) }
    _ = try? await connection.call(Target.CloseTarget(targetId: target))
    return try outcome.get()
  }

  private func waitUntilWarm(_ target: Target.TargetID) async throws -> String? {
    let session = try await connection.call(
      Target.AttachToTarget(targetId: target, flatten: true)
    ).sessionId
    let navigation = try await connection.call(
      Page.Navigate(url: "\(place.origin)/warm-up"), session: session)
    if let failure = navigation.errorText { throw CDPError(.unreachable, failure) }
    let reply = try await connection.call(
      Runtime.Evaluate(expression: Self.wait, returnByValue: true, awaitPromise: true),
      session: session, timeout: Self.patience)
    if let failure = reply.exceptionDetails {
      throw CDPError(.unreachable, failure.exception?.description ?? failure.text)
    }
    guard let value = reply.result.value else { return nil }
    var reader = JSONReader(value.bytes)
    return (try? reader.readString())?.split(separator: "/").last.map(String.init)
  }
}
