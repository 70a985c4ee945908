internal import OffstageCore

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

  /// A storm comes in slices, between which clients are answered and, if it has a rate, time
  /// passes. All else is done when this returns, if not yet written to the clients.
  package func perform(_ step: ScriptStep) async {
    if case .storm(let storm) = step {
      await perform(storm)
    } else {
      await tellFronts(enqueue(model.perform(step)))
    }
  }

  package func run(_ steps: [ScriptStep]) async {
    for step in steps { await perform(step) }
  }

  private func perform(_ storm: FakeStorm) async {
    let clock = ContinuousClock()
    let start = clock.now
    var sent = 0
    // Ten milliseconds' worth if there is a rate.
    for var slice in storm.slices(of: storm.rate.map { max(1, $0 / 100) } ?? 2048) {
      if storm.isStampedByWall { slice.stampMicros = SystemClock().now().micros }
      await tellFronts(enqueue(model.perform(.storm(slice), isContinuation: sent > 0)))
      sent += slice.count
      guard let rate = storm.rate else {
        await Task.yield()
        continue
      }
      do {
        try await clock.sleep(until: start + .seconds(Double(sent) / Double(rate)))
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
    await tellFronts(enqueue(outputs))
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
    await tellFronts(enqueue(model.disconnect(client) + model.settle()))
  }

  private func wakeIdleWaiters() {
    guard !idleWaiters.isEmpty, queues.values.allSatisfy(\.isIdle) else { return }
    let waiters = idleWaiters
    idleWaiters = []
    for waiter in waiters { waiter.resume() }
  }

  /// Not async: what the model says is queued before anyone else can ask it.
  private func enqueue(_ outputs: [FakeOutput]) -> [FakeOutput] {
    for output in outputs {
      if let client = output.client { queues[client]?.add(output) }
    }
    return outputs
  }

  private func tellFronts(_ outputs: [FakeOutput]) async {
    for output in outputs {
      switch output {
      case .exited: for front in fronts { await front.browserExited() }
      case .started: for front in fronts { await front.browserStarted() }
      case .message, .events, .unframed, .end: break
      }
    }
  }

  // MARK: Fronts

  func add(_ front: any FakeFront) {
    fronts.append(front)
  }

  /// Ends every connection and every front.
  package func stop() async {
    await tellFronts(enqueue(model.perform(.crashWithoutClose)))
    for front in fronts { await front.browserExited() }
    fronts = []
  }
}

/// A way in that has to know when the browser's process ends and starts.
protocol FakeFront: Sendable {
  func browserExited() async
  func browserStarted() async
}
