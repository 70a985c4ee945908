import CDP
import JSON

/// An empty page of an origin, in a target that nobody sees: its one request is answered here, and
/// nothing of the site's is fetched or run. What an origin may do and has registered can be asked in
/// it, also where the site is down.
struct StandInPage: Sendable {
  let connection: Connection
  let target: Target.TargetID
  let session: SessionID
  let frame: Page.FrameId

  /// What the answers to paused requests are posted under; nobody waits for their replies.
  private static let ticket: UInt64 = 0

  static func open(
    _ url: String, in context: Browser.BrowserContextID?, on connection: Connection
  ) async throws(CDPError) -> StandInPage {
    let target = try await connection.call(
      Target.CreateTarget(
        url: "about:blank", browserContextId: context, background: true, hidden: true)
    ).targetId
    let session = try await connection.call(
      Target.AttachToTarget(targetId: target, flatten: true)
    ).sessionId
    _ = try await connection.call(Network.Enable(), session: session)
    _ = try await connection.call(Network.SetBypassServiceWorker(bypass: true), session: session)
    _ = try await connection.call(
      Fetch.Enable(patterns: [Fetch.RequestPattern(resourceType: .document)]), session: session)
    let reply = try await connection.call(Page.Navigate(url: url), session: session)
    if let error = reply.errorText {
      throw CDPError(.system, "no page of \(url) could be made to look from: \(error)")
    }
    return StandInPage(
      connection: connection, target: target, session: session, frame: reply.frameId)
  }

  func close() async {
    _ = try? await connection.call(Target.CloseTarget(targetId: target))
  }

  /// Answers the requests of stand-in pages; to be given everything that comes.
  static func answer(_ message: InboundMessage, on connection: Connection) {
    guard case .event(.fetchRequestPaused(let paused)) = message.content else { return }
    connection.post(
      Fetch.FulfillRequest(
        requestId: paused.requestId, responseCode: 200,
        responseHeaders: [
          Fetch.HeaderEntry(name: "Content-Type", value: "text/html"),
          Fetch.HeaderEntry(name: "Cache-Control", value: "no-store"),
        ],
        // <!doctype html>
        body: "PCFkb2N0eXBlIGh0bWw+"),
      session: message.session, ticket: ticket)
  }

  /// The value of an expression, a promise's once it is settled.
  func value(of expression: String) async throws(CDPError) -> RawJSON? {
    try await connection.value(of: expression, in: session)
  }
}

extension Connection {
  func value(
    of expression: String, in session: SessionID, within timeout: Duration = .seconds(30)
  ) async throws(CDPError) -> RawJSON? {
    let reply = try await call(
      Runtime.Evaluate(
        expression: expression, includeCommandLineAPI: true, returnByValue: true,
        awaitPromise: true),
      session: session, timeout: timeout)
    return reply.exceptionDetails == nil ? reply.result.value : nil
  }
}
