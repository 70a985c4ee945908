import CDP
import JSON
import OffstageCore
import OffstageStore

/// Makes the sample site do what a user of it would, and waits for all of it to end.
struct DemoScript: Sendable {
  let connection: Connection
  /// The page that shows the site.
  let target: Target.TargetID
  let origin: String
  let session: RecordingSession

  /// The page's actions, in an order in which none waits for another.
  private static let actions = [
    "periodicSync", "backgroundFetch", "payment", "sync", "syncRejected",
    "backgroundFetchFailing",
  ]

  /// A download begins some seconds after the browser, a rejected sync is tried three times, and the
  /// periodic sync ends itself when it has come twice.
  private static let patience = Duration.seconds(75)

  func run() async throws {
    let page = try await connection.call(
      Target.AttachToTarget(targetId: target, flatten: true)
    ).sessionId
    try await evaluate("demo.ready()", in: page)
    for action in Self.actions { try await perform(action, in: page) }
    try await waitForEnds {
      try await DemoPushes(script: self, page: page).send()
      try await perform("notification", in: page)
      for await _ in session.store.changes() {
        if try await missing().isEmpty { return }
      }
    }
  }

  private func perform(_ action: String, in page: SessionID) async throws {
    do {
      try await evaluate("demo.\(action)()", in: page)
    } catch let error as CDPError where error.code != .closed {
      session.terminal.warn("demo: \(action) did not work: \(error.context)")
    }
  }

  @discardableResult
  func evaluate(_ expression: String, in page: SessionID) async throws -> RawJSON? {
    // The page's script may still be loading.
    let waiting = """
      (async () => {
        while (typeof demo !== "object") await new Promise((done) => setTimeout(done, 20));
        return await \(expression);
      })()
      """
    let reply = try await connection.call(
      Runtime.Evaluate(
        expression: waiting, returnByValue: true, userGesture: true, awaitPromise: true),
      session: page)
    if let exception = reply.exceptionDetails {
      throw CDPError(.remote(code: 0), exception.exception?.description ?? exception.text)
    }
    return reply.result.value
  }

  // MARK: Ends

  /// The last event of each story, and how often it comes.
  private static let ends: [(Service, String, Int)] = [
    (.backgroundFetch, "Background Fetch completed", 2),
    (.backgroundSync, "Sync completed", 2),
    (.periodicBackgroundSync, "Unregistered periodicsync", 1),
    (.notifications, "Notification displayed", 3),
    (.pushMessaging, "Push event completed", 2),
    (.pushMessaging, "Generic notification shown", 1),
    (.paymentHandler, "Payment response", 1),
  ]

  private func waitForEnds(_ body: @escaping @Sendable () async throws -> Void) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await body() }
      group.addTask {
        try await Task.sleep(for: Self.patience)
        let missing = try await missing().joined(separator: ", ")
        session.terminal.warn("demo: not everything ended in time; missing: \(missing)")
      }
      try await group.next()
      group.cancelAll()
    }
  }

  private func missing() async throws -> [String] {
    let events = try await session.store.events(
      EventQuery(
        EventSelection(origins: [origin], sources: session.notices.sources), limit: 1000)
    ).events.map(\.logged)
    return Self.ends.filter { service, name, count in
      events.filter { $0.service == service && $0.eventName == name }.count < count
    }.map(\.1)
  }
}
