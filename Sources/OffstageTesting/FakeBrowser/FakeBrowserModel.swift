import JSON

/// A browser that speaks CDP from a script, without a socket: bytes in, bytes out.
///
/// It does what Chromium 156 was seen to do: Docs/browser-facts.md, which comments cite by section.
/// "Seen" means the committed transcripts of a real browser.
///
/// ```swift
/// var browser = FakeBrowserModel()
/// let client = browser.connect()
/// let request = #"{"id":1,"method":"Browser.getVersion"}"#
/// var outputs = browser.receive(Array(request.utf8), from: client)
/// outputs += browser.settle()
/// ```
///
/// `receive` gives what the browser answers at once; `settle` what it does in a later turn, such
/// as the replay of a log that it must first read (which is why pipelined commands are answered
/// between the states and the replays of `startObserving`).
package struct FakeBrowserModel: Sendable {
  package struct Options: Sendable {
    package var seed: UInt64 = 1
    /// When the script's clock starts, in Unix time.
    package var startMicros: Int64 = 1_795_356_000_000_000
    package var userDataDir = "/tmp/fake-browser"
    package var product = "Chrome/156.0.8078.79"
    /// Where the pages are that the script's events come from.
    package var origin = "https://app.example"
    /// Off where millions of events are only to be measured: `history` stays empty then.
    package var keepsHistory = true

    package init() {}
  }

  package let options: Options
  package internal(set) var clock: Int64
  package internal(set) var isRunning = true
  /// As in `/devtools/browser/<runID>`; new at every start.
  package internal(set) var runID: String
  package internal(set) var contexts: [FakeContext]
  /// Everything that was ever logged, in the order it was logged: the truth to compare with.
  package internal(set) var history: [FakeHistoryEntry] = []
  var targets: [FakeTarget] = []
  var sessions: [FakeSession] = []
  var rules: [String: FakeReplyRule] = [:]
  var random: SeededGenerator
  var outputs: [FakeOutput] = []
  private var lastClient = 0
  private var stepsDone = 0
  private var later: [Later] = []

  private struct Later: Sendable {
    var due: Int
    var work: @Sendable (inout FakeBrowserModel) -> Void
  }

  package init(_ options: Options = Options()) {
    self.options = options
    clock = options.startMicros
    random = SeededGenerator(seed: options.seed)
    runID = random.uuid()
    contexts = [FakeContext(key: .main, id: random.hexID())]
    openFirstTargets()
  }

  // MARK: Connections

  /// `targetID` for a connection to one page, as by `/devtools/page/<id>`.
  package mutating func connect(toTarget targetID: String? = nil) -> ClientID {
    lastClient += 1
    let client = ClientID(lastClient)
    let target: FakeTarget
    if let targetID, let page = targets.first(where: { $0.id == targetID }) {
      target = page
    } else {
      target = FakeTarget(id: random.uuid(), kind: .browser, url: "", owner: client)
      targets.append(target)
    }
    sessions.append(FakeSession(key: .init(client: client), targetID: target.id))
    return client
  }

  /// The client is gone.
  package mutating func disconnect(_ client: ClientID) -> [FakeOutput] {
    forget(client)
    return drain()
  }

  package var clients: [ClientID] {
    sessions.filter { $0.key.id == nil }.map(\.key.client)
  }

  /// True for a path that a WebSocket may be opened on.
  package func target(ofPath path: String) -> String?? {
    if path == "/devtools/browser/\(runID)" { return .some(nil) }
    let prefix = "/devtools/page/"
    guard path.hasPrefix(prefix) else { return nil }
    let id = String(path.dropFirst(prefix.count))
    return targets.contains { $0.id == id } ? .some(id) : nil
  }

  // MARK: Messages

  package mutating func receive(_ bytes: [UInt8], from client: ClientID) -> [FakeOutput] {
    guard isRunning, clients.contains(client) else { return [] }
    let request: FakeRequest
    do throws(FakeRequest.Refusal) {
      request = try FakeRequest(parsing: bytes)
    } catch {
      emit(error.error.reply(id: error.id, sessionID: nil), to: client)
      return drain()
    }
    let key = FakeSession.Key(client: client, id: request.sessionID)
    guard let index = sessions.firstIndex(where: { $0.key == key }) else {
      // Seen: the reply to an unknown session carries no sessionId.
      emit(FakeProtocolError.noSession.reply(id: request.id, sessionID: nil), to: client)
      return drain()
    }
    do throws(FakeProtocolError) {
      if case .error(let code, let message) = rules[request.method] {
        throw FakeProtocolError(code, message)
      }
      if let result = try answer(request, session: index) {
        reply(to: request, in: key) { $0.value(raw: result) }
      }
    } catch {
      emit(error.reply(id: request.id, sessionID: request.sessionID), to: client)
    }
    return drain()
  }

  /// What the browser does once it is idle.
  package mutating func settle() -> [FakeOutput] {
    while let index = later.firstIndex(where: { $0.due <= stepsDone }) {
      later.remove(at: index).work(&self)
    }
    return drain()
  }

  // MARK: For the domains

  mutating func drain() -> [FakeOutput] {
    defer { outputs = [] }
    return outputs
  }

  mutating func afterwards(
    steps: Int = 0, _ work: @escaping @Sendable (inout FakeBrowserModel) -> Void
  ) {
    later.append(Later(due: stepsDone + steps, work: work))
  }

  mutating func countStep() {
    stepsDone += 1
  }

  mutating func forgetPending() {
    later = []
  }

  mutating func emit(_ bytes: [UInt8], to client: ClientID) {
    outputs.append(.message(bytes, to: client))
  }

  mutating func emit(
    _ method: String, to key: FakeSession.Key, _ params: (inout JSONWriter) -> Void
  ) {
    var writer = JSONWriter()
    writer.object { writer in
      writer.member("method", method)
      writer.key("params")
      params(&writer)
      if let id = key.id { writer.member("sessionId", id) }
    }
    emit(writer.bytes, to: key.client)
  }

  /// Answers, unless the script wants it later or never. `before` is what must come right before
  /// the reply, however late that is.
  mutating func reply(
    to request: FakeRequest, in key: FakeSession.Key, isDeferred: Bool = false,
    before: @escaping @Sendable (inout FakeBrowserModel) -> Void = { _ in },
    _ result: @escaping @Sendable (inout JSONWriter) -> Void
  ) {
    let id = request.id
    let work: @Sendable (inout FakeBrowserModel) -> Void = { model in
      before(&model)
      var writer = JSONWriter()
      writer.object { writer in
        writer.member("id", id)
        writer.key("result")
        result(&writer)
        if let session = key.id { writer.member("sessionId", session) }
      }
      if model.clients.contains(key.client) { model.emit(writer.bytes, to: key.client) }
    }
    switch rules[request.method] {
    case .never: return
    case .delay(let steps): afterwards(steps: steps, work)
    case .error, nil: if isDeferred { afterwards(work) } else { work(&self) }
    }
  }
}

/// What a script makes of a method's replies.
package enum FakeReplyRule: Sendable, Hashable {
  /// The reply, and with `startObserving` the replay, comes this many steps later.
  case delay(steps: Int)
  case never
  /// The command is not carried out.
  case error(code: Int, message: String)
}
