import JSON

extension FakeBrowserModel {
  /// The result, or nil if the reply comes by itself.
  mutating func answer(
    _ request: FakeRequest, session: Int
  ) throws(FakeProtocolError) -> RawJSON? {
    let kind = target(sessions[session].targetID)?.kind ?? .browser
    let domain = request.method.prefix { $0 != "." }
    switch domain {
    case "Target":
      return try answerTarget(request, session: session)
    case "Browser":
      return try answerBrowser(request, session: session)
    case "SystemInfo" where kind == .browser && request.method == "SystemInfo.getInfo":
      return systemInfo()
    case "SystemInfo" where kind.hasBackgroundService:
      throw .init(-32000, "\(request.method) is only supported on the browser target")
    case "BackgroundService" where kind.hasBackgroundService:
      return try answerBackgroundService(request, session: session)
    case "ServiceWorker" where kind.hasBackgroundService:
      return try answerServiceWorker(request, session: session)
    case "Inspector", "Log", "Network", "Page", "Runtime", "Security", "Storage":
      // browser-facts §3, and seen: pages and workers have these, browser and tab targets do not.
      guard kind.hasBackgroundService || kind == .serviceWorker else { break }
      return .emptyObject
    default:
      break
    }
    throw .notFound(request.method)
  }

  private mutating func answerBrowser(
    _ request: FakeRequest, session: Int
  ) throws(FakeProtocolError) -> RawJSON? {
    switch request.method {
    case "Browser.getVersion":
      var writer = JSONWriter()
      writer.object { writer in
        writer.member("protocolVersion", "1.3")
        writer.member("product", options.product)
        writer.member("revision", "@a21ce95c24ce3964416f09ae1862f53f319eb4d0")
        writer.member("userAgent", userAgent)
        writer.member("jsVersion", "15.6.75.27")
      }
      return RawJSON(unchecked: writer.bytes)
    case "Browser.close":
      afterwards { $0.close() }
      return .emptyObject
    case "Browser.grantPermissions", "Browser.setPermission", "Browser.resetPermissions":
      return .emptyObject
    default:
      throw .notFound(request.method)
    }
  }

  package var userAgent: String {
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) "
      + "HeadlessChrome/156.0.0.0 Safari/537.36"
  }

  private func systemInfo() -> RawJSON {
    var writer = JSONWriter()
    writer.object { writer in
      writer.memberObject("gpu") { writer in
        writer.memberArray("devices") { _ in }
        writer.memberArray("driverBugWorkarounds") { _ in }
      }
      writer.member("modelName", "")
      writer.member("modelVersion", "")
      writer.member(
        "commandLine",
        "/usr/lib/chromium/chromium --headless=new --user-data-dir=\(options.userDataDir) "
          + "--remote-debugging-port=0 about:blank")
    }
    return RawJSON(unchecked: writer.bytes)
  }

  // MARK: Life

  /// Ends well. Seen: targets are destroyed before the connections end, without a close frame.
  mutating func close() {
    guard isRunning else { return }
    for target in targets where target.kind != .browser && target.kind != .serviceWorker {
      destroy(target.id)
    }
    exit()
  }

  /// Docs/browser-facts.md §1: a kill keeps the events and may lose a flip of a recording flag.
  mutating func crash() {
    guard isRunning else { return }
    for index in contexts.indices { contexts[index].lease.crash(at: clock) }
    exit()
  }

  private mutating func exit() {
    for client in clients { outputs.append(.end(.abrupt, of: client)) }
    sessions = []
    targets = []
    forgetPending()
    // Docs/browser-facts.md §3: nothing of an off-the-record context is on disk.
    for context in contexts where context.isOffTheRecord { markGone(in: context.key) { _ in true } }
    contexts.removeAll(where: \.isOffTheRecord)
    isRunning = false
    outputs.append(.exited)
  }

  mutating func start() {
    guard !isRunning else { return }
    isRunning = true
    runID = random.uuid()
    // Seen: the default context has another id at every start.
    contexts[0].id = random.hexID()
    contexts[0].lease.load(at: clock)
    for index in contexts[0].registrations.indices {
      contexts[0].registrations[index].isRunning = false
      contexts[0].registrations[index].isLoaded = false
    }
    openFirstTargets()
    outputs.append(.started)
  }

  mutating func openFirstTargets() {
    targets.append(
      FakeTarget(
        id: random.hexID(), kind: .browserUI, contextID: contexts[0].id,
        url: "chrome://omnibox-popup.top-chrome/", title: "Omnibox Popup"))
    openTarget(url: "about:blank", context: contexts[0].id, owner: nil)
  }

  // MARK: Look-ups

  func target(_ id: String) -> FakeTarget? { targets.first { $0.id == id } }

  func contextIndex(_ key: FakeContextKey) -> Int? {
    contexts.firstIndex { $0.key == key && $0.isListed }
  }

  /// The context that a session's target is of.
  func contextIndex(ofSession session: Int) -> Int? {
    guard let target = target(sessions[session].targetID) else { return nil }
    return contexts.firstIndex { $0.id == target.contextID }
  }

  func sessions(on targetID: String) -> [FakeSession] {
    sessions.filter { $0.targetID == targetID }
  }
}
