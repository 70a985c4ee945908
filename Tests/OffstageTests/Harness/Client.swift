import CDP
import Foundation
import JSON
import Logging
import OffstageTesting

/// A second client of a browser, which causes events and reads the browser's own log.
final class Client: Sendable {
  let connection: Connection
  private let inbox = Awaited<[InboundMessage]>([])

  private init(_ connection: Connection) {
    self.connection = connection
  }

  static func with<Result>(
    port: Int, _ body: (Client) async throws -> Result
  ) async throws -> Result {
    let endpoint = try await Endpoint.discover(port: port, timeout: .seconds(30))
    let transport = try await WebSocketTransport.connect(to: endpoint)
    let connection = Connection(
      transport: transport, logger: Logger(label: "client") { _ in SwiftLogNoOpLogHandler() })
    let client = Client(connection)
    let reading = Task {
      try? await connection.run { messages in client.inbox.update { $0 += messages } }
    }
    do {
      let result = try await body(client)
      await connection.close()
      await reading.value
      return result
    } catch {
      await connection.close()
      await reading.value
      throw error
    }
  }

  /// Waits for something that the browser says by itself.
  func message(
    _ what: String, within limit: Duration = .seconds(30),
    where condition: @escaping @Sendable (InboundMessage) -> Bool
  ) async throws {
    try await inbox.wait(for: what, within: limit) { $0.contains(where: condition) }
  }

  func messages<Result>(_ select: (InboundMessage) -> Result?) -> [Result] {
    inbox.value.compactMap(select)
  }

  /// So that only what comes from now on is waited for.
  func forget() { inbox.update { $0 = [] } }

  // MARK: Pages

  /// Opens a page of the site and returns when its worker is active.
  func openWorker(
    _ site: LoopbackSite, context: Browser.BrowserContextID? = nil
  ) async throws -> Worker {
    try await openWorker(site, context: context) { page in
      try await evaluate(Self.activeWorker, in: page)
    }
  }

  /// - Parameter register: returns when the site has an active worker.
  func openWorker(
    _ site: LoopbackSite, context: Browser.BrowserContextID? = nil,
    registeredBy register: (_ page: SessionID) async throws -> Void
  ) async throws -> Worker {
    let target = try await connection.call(
      Target.CreateTarget(url: site.origin + "/", browserContextId: context)
    ).targetId
    let page = try await attach(target)
    try await register(page)
    _ = try await connection.call(ServiceWorker.Enable(), session: page)
    let scope = site.origin + "/"
    let registration = Awaited<String?>(nil)
    try await message("the worker's registration") { message in
      guard message.session == page,
        case .event(.serviceWorkerWorkerRegistrationUpdated(let update)) = message.content,
        let found = update.registrations.first(where: { $0.scopeURL == scope && !$0.isDeleted })
      else { return false }
      registration.update { $0 = found.registrationId.rawValue }
      return true
    }
    return Worker(
      client: self, page: page, target: target, origin: site.origin,
      registration: registration.value ?? "")
  }

  func attach(_ target: Target.TargetID) async throws -> SessionID {
    try await connection.call(Target.AttachToTarget(targetId: target, flatten: true)).sessionId
  }

  /// The value of an expression as text.
  func text(of expression: String, in page: SessionID) async throws -> String {
    let reply = try await connection.call(
      Runtime.Evaluate(expression: "String(\(expression))", returnByValue: true), session: page)
    guard let value = reply.result.value else { throw Unexpected("\(expression) has no value") }
    var reader = JSONReader(value.bytes)
    return try reader.readString()
  }

  /// A page that is still on its way from about:blank loses the promise: it is asked again.
  @discardableResult
  func evaluate(_ expression: String, in page: SessionID) async throws -> String {
    var last = ""
    for _ in 0..<50 {
      do {
        let reply = try await connection.call(
          Runtime.Evaluate(
            expression: expression, returnByValue: true, userGesture: true, awaitPromise: true),
          session: page)
        guard let exception = reply.exceptionDetails else { return "\(reply.result)" }
        last = exception.exception?.description ?? exception.text
      } catch {
        last = "\(error)"
      }
      try await Task.sleep(for: .milliseconds(50))
    }
    throw Unexpected("\(expression) failed: \(last)")
  }

  static let activeWorker = """
    (async () => {
      if (location.href === 'about:blank') throw new Error('not there yet');
      await navigator.serviceWorker.register('/sw.js');
      const registration = await navigator.serviceWorker.ready;
      while (registration.active.state !== 'activated') {
        await new Promise(done => setTimeout(done, 10));
      }
    })()
    """

  // MARK: The browser's own log

  /// What the browser replays to a client that only observes, by service.
  func replay(context: Browser.BrowserContextID? = nil) async throws -> [String] {
    let target = try await connection.call(
      Target.CreateTarget(
        url: "about:blank", browserContextId: context, background: true, hidden: true)
    ).targetId
    let session = try await attach(target)
    for (index, service) in BackgroundService.ServiceName.recorded.enumerated() {
      connection.post(
        BackgroundService.StartObserving(service: service), session: session,
        ticket: UInt64(index))
    }
    // The reply is the end of a service's history.
    try await inbox.wait(for: "the browser's replay", within: .seconds(60)) { messages in
      messages.filter { $0.session == session && $0.isReply }.count == 6
    }
    let log = messages { message -> String? in
      guard message.session == session,
        case .event(.backgroundServiceEventReceived(let received)) = message.content
      else { return nil }
      return received.backgroundServiceEvent.key
    }
    _ = try await connection.call(Target.CloseTarget(targetId: target))
    return log
  }

  /// A session that sees every change of recording states.
  func observe() async throws -> SessionID {
    let target = try await connection.call(
      Target.CreateTarget(url: "about:blank", background: true, hidden: true)
    ).targetId
    let session = try await attach(target)
    for service in BackgroundService.ServiceName.recorded {
      _ = try await connection.call(
        BackgroundService.StartObserving(service: service), session: session)
    }
    return session
  }

  /// Returns when that session has been shown so many events since `forget()`.
  func events(_ count: Int, in session: SessionID) async throws {
    try await inbox.wait(for: "\(count) events") { messages in
      messages.filter { $0.session == session && $0.isEvent }.count >= count
    }
  }

  func recordingState(
    of service: BackgroundService.ServiceName, becomes isRecording: Bool, in session: SessionID
  ) async throws {
    try await message("recording of \(service.rawValue) \(isRecording)") { message in
      guard message.session == session,
        case .event(.backgroundServiceRecordingStateChanged(let change)) = message.content
      else { return false }
      return change.service == service && change.isRecording == isRecording
    }
  }
}

extension InboundMessage {
  fileprivate var isReply: Bool {
    if case .reply = content { return true }
    return false
  }

  fileprivate var isEvent: Bool {
    if case .event(.backgroundServiceEventReceived) = content { return true }
    return false
  }
}

extension BackgroundService.BackgroundServiceEvent {
  var key: String {
    Recorded.key(
      timestamp.micros, service.rawValue, eventName, instanceId,
      serviceWorkerRegistrationId.rawValue, eventMetadata.map { ($0.key, $0.value) })
  }
}

/// A service worker that waits for pushes.
struct Worker: Sendable {
  let client: Client
  let page: SessionID
  let target: Target.TargetID
  let origin: String
  let registration: String

  /// Each gives two events: dispatched and completed. Returns when all were taken by the browser,
  /// which is before their events are logged.
  func push(_ count: Int, from first: Int = 0) async throws {
    let command = { @Sendable (number: Int) in
      ServiceWorker.DeliverPushMessage(
        origin: origin, registrationId: ServiceWorker.RegistrationID(rawValue: registration),
        data: "push \(number)")
    }
    try await withThrowingTaskGroup(of: Void.self) { group in
      for number in first..<first + count {
        if number - first >= 50 { try await group.next() }
        group.addTask {
          _ = try await client.connection.call(command(number), session: page)
        }
      }
      try await group.waitForAll()
    }
  }

  /// One push with a payload of its own.
  func deliver(_ data: String) async throws {
    _ = try await client.connection.call(
      ServiceWorker.DeliverPushMessage(
        origin: origin, registrationId: ServiceWorker.RegistrationID(rawValue: registration),
        data: data), session: page)
  }

  /// A storm that only the end of the browser ends.
  func pushForever(from first: Int) async throws {
    var next = first
    while true {
      try await push(500, from: next)
      next += 500
    }
  }

  /// Registers a sync, which fires at once.
  func sync(_ tag: String) async throws {
    try await client.evaluate(
      "navigator.serviceWorker.ready.then(r => r.sync.register('\(tag)'))", in: page)
  }

  func unregister() async throws {
    try await client.evaluate(
      "navigator.serviceWorker.ready.then(r => r.unregister())", in: page)
    // A worker lives on as long as its pages.
    _ = try await client.connection.call(Target.CloseTarget(targetId: target))
  }
}
