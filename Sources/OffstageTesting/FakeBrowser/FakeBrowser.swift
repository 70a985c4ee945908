/// A fake browser that clients talk to: the owner of a `FakeBrowserModel`.
///
/// ```swift
/// let browser = FakeBrowser()
/// let server = try await browser.listen()      // ws://127.0.0.1:…/devtools/browser/…
/// await browser.run([.setRecordingByOther(.pushMessaging, true)])
/// await browser.perform(.log(.push(id: "0:1", payload: "hello")))
/// await browser.stop()
/// ```
package actor FakeBrowser {
  package private(set) var model: FakeBrowserModel
  private var queues: [ClientID: FakeQueue] = [:]
  private var fronts: [any FakeFront] = []
  private var idleWaiters: [CheckedContinuation<Void, Never>] = []
  private var messageWaiters: [CheckedContinuation<Void, Never>] = []

  package init(_ model: FakeBrowserModel = FakeBrowserModel()) {
    self.model = model
  }

  // MARK: Script

  /// A storm with a rate takes its time; everything else is done when this returns, if not yet
  /// written to the clients.
  package func perform(_ step: ScriptStep) async {
    if case .storm(let storm) = step, let rate = storm.rate {
      await pace(storm, rate: rate)
    } else {
      await deliver(model.perform(step))
    }
  }

  package func run(_ steps: [ScriptStep]) async {
    for step in steps { await perform(step) }
  }

  /// Ten milliseconds' worth at a time; clients are answered in between.
  private func pace(_ storm: FakeStorm, rate: Int) async {
    let clock = ContinuousClock()
    let start = clock.now
    var sent = 0
    for slice in storm.slices(of: max(1, rate / 100)) {
      await deliver(model.perform(.storm(slice)))
      sent += slice.count
      let due = start + .seconds(Double(sent) / Double(rate))
      do {
        try await clock.sleep(until: due)
      } catch {
        return
      }
    }
  }

  /// Returns when everything so far was written to every client that still reads.
  package func flushed() async {
    guard !queues.values.allSatisfy(\.isIdle) else { return }
    await withCheckedContinuation { idleWaiters.append($0) }
  }

  /// Returns when the model satisfies this; asked after each message of a client.
  package func wait(until condition: @Sendable (FakeBrowserModel) -> Bool) async {
    while !condition(model) {
      await withCheckedContinuation { messageWaiters.append($0) }
    }
  }

  // MARK: Clients

  /// A client in this process, without a socket.
  package func connect(toTarget targetID: String? = nil) -> FakeLink {
    FakeLink(client: open(toTarget: targetID), browser: self)
  }

  func open(toTarget targetID: String?) -> ClientID {
    let client = model.connect(toTarget: targetID)
    queues[client] = FakeQueue()
    return client
  }

  /// What a client sent in one go: all of it is seen before the browser does what takes longer.
  func receive(_ messages: [[UInt8]], from client: ClientID) async {
    var outputs: [FakeOutput] = []
    for message in messages { outputs += model.receive(message, from: client) }
    outputs += model.settle()
    await deliver(outputs)
    let waiters = messageWaiters
    messageWaiters = []
    for waiter in waiters { waiter.resume() }
  }

  /// What is to be written next, in order; empty once the client is gone.
  func next(for client: ClientID) async -> [FakeOutput] {
    defer { wakeIdleWaiters() }
    return await withCheckedContinuation { continuation in
      guard queues[client] != nil else { return continuation.resume(returning: []) }
      queues[client]?.take(continuation)
      wakeIdleWaiters()
    }
  }

  /// The connection is gone, whoever ended it.
  func disconnected(_ client: ClientID) async {
    queues[client]?.end()
    queues[client] = nil
    wakeIdleWaiters()
    await deliver(model.disconnect(client) + model.settle())
  }

  private func wakeIdleWaiters() {
    guard !idleWaiters.isEmpty, queues.values.allSatisfy(\.isIdle) else { return }
    let waiters = idleWaiters
    idleWaiters = []
    for waiter in waiters { waiter.resume() }
  }

  private func deliver(_ outputs: [FakeOutput]) async {
    for output in outputs {
      if let client = output.client { queues[client]?.add(output) }
    }
    for output in outputs {
      switch output {
      case .exited: for front in fronts { await front.browserExited() }
      case .started: for front in fronts { await front.browserStarted() }
      case .message, .events, .end: break
      }
    }
  }

  // MARK: Fronts

  func add(_ front: any FakeFront) {
    fronts.append(front)
  }

  /// Ends every connection and every front.
  package func stop() async {
    await deliver(model.perform(.crashWithoutClose))
    for front in fronts { await front.browserExited() }
    fronts = []
  }
}

/// A way in that has to know when the browser's process ends and starts.
protocol FakeFront: Sendable {
  func browserExited() async
  func browserStarted() async
}
