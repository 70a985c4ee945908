package import CDP

/// Runs the endpoint rewriter on a browser's connection.
package actor EndpointRewriting {
  private let connection: Connection
  private var rewriter: EndpointRewriter
  private var hasStarted = false
  private var isReady = false
  private var waiting: [CheckedContinuation<Void, Never>] = []

  package init(connection: Connection, _ rewriter: EndpointRewriter) {
    self.connection = connection
    self.rewriter = rewriter
  }

  /// Returns when every page and worker that there is has the script. The connection has to be running, and its
  /// messages to be given to ``receive(_:)``.
  package func start() async {
    if !hasStarted {
      hasStarted = true
      perform(rewriter.start())
    }
    guard !isReady else { return }
    await withCheckedContinuation { waiting.append($0) }
  }

  package func receive(_ messages: [InboundMessage]) {
    for message in messages { perform(rewriter.receive(message)) }
  }

  /// The connection has ended: nobody waits any longer.
  package func end() {
    isReady = true
    for continuation in waiting { continuation.resume() }
    waiting = []
  }

  private func perform(_ actions: [EndpointRewriter.Action]) {
    for action in actions {
      switch action {
      case .post(let command, let session, let ticket):
        connection.post(command, session: session, ticket: ticket)
      case .isReady: end()
      }
    }
  }
}

extension Connection {
  fileprivate func post(
    _ command: EndpointRewriter.Command, session: SessionID?, ticket: UInt64
  ) {
    func send(_ command: some Command) { post(command, session: session, ticket: ticket) }
    switch command {
    case .attachToNew(let types):
      send(
        Target.SetAutoAttach(
          autoAttach: true, waitForDebuggerOnStart: true, flatten: true,
          filter: types.map { Target.FilterEntry(type: $0) }))
    case .enablePage: send(Page.Enable())
    case .addScript(let source):
      send(Page.AddScriptToEvaluateOnNewDocument(source: source, runImmediately: true))
    case .enableRuntime: send(Runtime.Enable())
    case .enableInspector: send(Inspector.Enable())
    case .evaluate(let expression): send(Runtime.Evaluate(expression: expression))
    case .resume: send(Runtime.RunIfWaitingForDebugger())
    case .closeDialog(let accept): send(Page.HandleJavaScriptDialog(accept: accept))
    }
  }
}
