import CDP
import JSON
import OffstageCore

/// Opens the page itself: only in a browser that was launched for that.
extension OriginLook {
  private static let loading = Duration.seconds(15)

  func visit() async throws(CDPError) -> (OriginFacts.Visit, SessionID) {
    let targets = try await connection.call(Target.GetTargets()).targetInfos
    let page: Target.TargetID
    if let empty = targets.first(where: { $0.type == "page" && $0.url == "about:blank" }) {
      page = empty.targetId
    } else {
      page = try await connection.call(Target.CreateTarget(url: "about:blank")).targetId
    }
    let session = try await connection.call(
      Target.AttachToTarget(targetId: page, flatten: true)
    ).sessionId
    _ = try await connection.call(Page.Enable(), session: session)
    _ = try await connection.call(Runtime.Enable(), session: session)
    _ = try await connection.call(ServiceWorker.Enable(), session: session)
    let reply = try await connection.call(Page.Navigate(url: options.url), session: session)
    if let error = reply.errorText { return (.failed(error), session) }
    // A page that goes on to another one loses the question; one that never ends to load keeps it.
    let deadline = ContinuousClock.now + Self.loading
    while ContinuousClock.now < deadline {
      guard let raw = await loaded(session, before: deadline) else { continue }
      guard let place = try? Place(raw) else { break }
      return (.opened(url: place.url, status: place.status, complaints: []), session)
    }
    return (.opened(url: options.url, status: nil, complaints: []), session)
  }

  private func loaded(
    _ session: SessionID, before deadline: ContinuousClock.Instant
  ) async -> RawJSON? {
    let question = """
      new Promise(done => {
        const tell = () => done({
          url: location.href,
          status: performance.getEntriesByType('navigation')[0]?.responseStatus ?? 0,
        });
        document.readyState === 'complete' ? tell() : addEventListener('load', tell, { once: true });
      })
      """
    return try? await connection.value(of: question, in: session, within: deadline - .now)
  }

  /// A page waits for the answer to its question, and there is nobody to give one.
  func dismiss(_ message: InboundMessage) {
    guard options.isOurs, case .event(.pageJavascriptDialogOpening) = message.content else {
      return
    }
    connection.post(
      Page.HandleJavaScriptDialog(accept: false), session: message.session, ticket: 0)
  }

  private struct Place {
    var url = ""
    var status: Int?

    init(_ raw: RawJSON) throws(JSONError) {
      var reader = JSONReader(raw.bytes)
      try reader.readObject { key, reader throws(JSONError) in
        switch key {
        case "url": url = try reader.readString()
        case "status": status = try reader.readInt()
        default: try reader.skipValue()
        }
      }
      if status == 0 { status = nil }
    }
  }

  /// In the browser's words, such as `no-manifest`.
  func installProblems(_ page: SessionID) async -> [String]? {
    let reply = try? await connection.call(
      Page.GetInstallabilityErrors(), session: page, timeout: .seconds(5))
    return reply?.installabilityErrors.map(\.errorId)
  }
}
