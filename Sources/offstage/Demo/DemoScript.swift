import CDP
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
    "periodicSync", "backgroundFetch", "notification", "payment", "sync", "syncRejected",
    "backgroundFetchFailing",
  ]

  /// A download begins some seconds after the browser, and a rejected sync is tried three times.
  private static let patience = Duration.seconds(75)

  func run() async throws {
    let page = try await connection.call(
      Target.AttachToTarget(targetId: target, flatten: true)
    ).sessionId
    try await evaluate("demo.ready()", in: page)
    for action in Self.actions {
      do {
        try await evaluate("demo.\(action)()", in: page)
      } catch let error as CDPError where error.code != .closed {
        session.terminal.warn("demo: \(action) did not work: \(error.context)")
      }
    }
    try await waitForEnds {
      try await deliverPush(in: page)
      for await _ in session.store.changes() {
        if try await missing().isEmpty { return }
      }
    }
  }

  private func evaluate(_ expression: String, in page: SessionID) async throws {
    // The page's script may still be loading.
    let waiting = """
      (async () => {
        while (typeof demo !== "object") await new Promise((done) => setTimeout(done, 20));
        await \(expression);
      })()
      """
    let reply = try await connection.call(
      Runtime.Evaluate(
        expression: waiting, returnByValue: true, userGesture: true, awaitPromise: true),
      session: page)
    if let exception = reply.exceptionDetails {
      throw CDPError(.remote(code: 0), exception.exception?.description ?? exception.text)
    }
  }

  /// The registration is told to whoever enables the domain.
  private func deliverPush(in page: SessionID) async throws {
    let registration = try await registrationId()
    _ = try await connection.call(ServiceWorker.Enable(), session: page)
    _ = try await connection.call(
      ServiceWorker.DeliverPushMessage(
        origin: origin, registrationId: ServiceWorker.RegistrationID(rawValue: registration),
        data: "The kettle boils."),
      session: page)
  }

  private func registrationId() async throws -> String {
    let scope = origin + "/"
    for await _ in session.store.changes() {
      let page = try await session.store.events(
        EventQuery(
          EventSelection(origins: [origin], sources: session.notices.sources), limit: 100))
      if let event = page.events.first(where: { $0.scope == scope }) {
        return event.logged.serviceWorkerRegistrationId
      }
      if Task.isCancelled { break }
    }
    throw CancellationError()
  }

  // MARK: Ends

  /// The last event of each story, and how often it comes.
  private static let ends: [(Service, String, Int)] = [
    (.backgroundFetch, "Background Fetch completed", 2),
    (.backgroundSync, "Sync completed", 2),
    (.periodicBackgroundSync, "periodicsync event completed", 1),
    (.notifications, "Notification displayed", 2),
    (.pushMessaging, "Push event completed", 1),
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
