package import CDP
package import OffstageCore

/// Records one connected browser: runs the capture machine on its connection and gives what comes
/// of it to the recorder.
package actor BrowserCapture {
  package struct Options: Sendable {
    /// Where the default context's profile lies, if it is known beforehand.
    package var place: SourcePlace?
    /// For a profile that is new to the store.
    package var name: String
    /// Contexts beside the default one.
    package var recordsOthers: Bool
    /// Names one run of the browser, for contexts that live only as long.
    package var browserRun: String
    package var keep: KeepSetting?
    package var home: String
    package var pushes: any PushPosting

    package init(
      place: SourcePlace?, name: String, recordsOthers: Bool, browserRun: String,
      keep: KeepSetting?, home: String, pushes: any PushPosting = NoPushPosting()
    ) {
      self.place = place
      self.name = name
      self.recordsOthers = recordsOthers
      self.browserRun = browserRun
      self.keep = keep
      self.home = home
      self.pushes = pushes
    }
  }

  package enum Notice: Sendable {
    case connected(browser: String)
    case recording(Source, isNew: Bool)
    /// It could not be found out where the profile lies.
    case placeUnknown(Source)
    case ignoredContext(String)
    case unreadable(String)
    /// A context can't be recorded; the others are.
    case failed(reason: String)
    /// The store can't take a context in for now; it is tried again until it can.
    case waiting(StoreError)
  }

  struct Open {
    var handle: Recorder.Handle
    /// Hold the source as long as it is recorded, and those that it may turn out to be until that
    /// is settled.
    var locks: [SourceLock]
  }

  let connection: Connection
  let recorder: Recorder
  let store: any EventStore
  let clock: any WallClock
  let locks: SourceLocks
  let options: Options
  let notify: @Sendable (Notice) -> Void
  /// Is given all that comes, for what else is done on the connection.
  private let listen: @Sendable ([InboundMessage]) async -> Void

  var machine: CaptureStateMachine
  var driving = DriverStateMachine()
  /// Who waits for what comes of a trigger, and what came of one before somebody waited.
  var answering: [Int64: CheckedContinuation<TriggerAnswer, Never>] = [:]
  var answered: [Int64: TriggerAnswer] = [:]
  var open: [CaptureStateMachine.ContextNumber: Open] = [:]
  var browser: String?
  var place: SourcePlace?
  /// What the default context is recorded as, if it is one of a series.
  var series: SourcePlace?
  var hasBegunLog = false
  private var failure: (any Error)?
  private var actions: [CaptureStateMachine.Action] = []
  let posts = AsyncStream.makeStream(of: TriggeredPush.self)
  /// Contexts that the store could not take in.
  private let unopened = AsyncStream.makeStream(of: CaptureStateMachine.ContextNumber.self)
  /// Of those, the ids of which that was said.
  private var waiting: Set<String> = []

  private static let moment = Interval.seconds(1)

  package init(
    connection: Connection, recorder: Recorder, store: any EventStore, clock: any WallClock,
    locks: SourceLocks, options: Options,
    listen: @escaping @Sendable ([InboundMessage]) async -> Void = { _ in },
    notify: @escaping @Sendable (Notice) -> Void
  ) {
    self.connection = connection
    self.recorder = recorder
    self.store = store
    self.clock = clock
    self.locks = locks
    self.options = options
    self.notify = notify
    self.listen = listen
    machine = CaptureStateMachine(recordsOthers: options.recordsOthers)
  }

  /// Records until the connection ends: returns if we closed it, throws if it broke or the source
  /// can't be recorded.
  package func run() async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await self.receiveUntilTheEnd() }
      group.addTask { try await self.begin() }
      group.addTask { try await self.openAgainUntilTheEnd() }
      group.addTask { await self.postUntilTheEnd() }
      do {
        while try await group.next() != nil {}
      } catch {
        await connection.close()
        throw failure ?? error
      }
    }
    if let failure { throw failure }
  }

  private func receiveUntilTheEnd() async throws {
    defer {
      unopened.continuation.finish()
      posts.continuation.finish()
    }
    do throws(CDPError) {
      try await connection.run { messages in await self.take(messages) }
      await end(.left)
    } catch {
      await end(.connectionLost)
      throw error
    }
  }

  /// What must be known of the browser before its first context is opened.
  private func begin() async throws {
    // Together: a browser that starts takes its time for each answer.
    async let asked = connection.call(Browser.GetVersion())
    async let told = placeByCommandLine()
    async let contexts = connection.call(Target.GetBrowserContexts())
    let version = try await asked
    browser = version.product
    place = await told
    if case .series = options.place {
      series = options.place
    } else {
      place = place ?? options.place
    }
    let known = try? await contexts
    notify(.connected(browser: version.product))
    await perform(machine.start(defaultContextId: known?.defaultBrowserContextId?.rawValue))
  }

  private func placeByCommandLine() async -> SourcePlace? {
    guard let info = try? await connection.call(SystemInfo.GetInfo()) else { return nil }
    return ProfilePlace.parse(commandLine: info.commandLine, home: options.home)
  }

  // MARK: Messages

  private func take(_ messages: [InboundMessage]) async {
    let now = clock.now()
    actions.removeAll(keepingCapacity: true)
    for message in messages {
      let first = actions.count
      machine.receive(message, at: now, into: &actions)
      for index in first..<actions.count { claim(&actions[index], at: now) }
      driving.receive(message, in: message.session.flatMap(machine.context(of:)), at: now)
    }
    // New pages and workers wait for what is listened for; the store may take its time.
    await listen(messages)
    await perform(actions)
    await drive()
  }

  private func perform(_ actions: [CaptureStateMachine.Action]) async {
    // Signals of one context in a row are handed over together.
    var signals: [CaptureSignal] = []
    var context: CaptureStateMachine.ContextNumber?
    for action in actions {
      if case .signal(let number, let signal) = action {
        if number != context { await hand(&signals, to: context) }
        context = number
        signals.append(signal)
        continue
      }
      await hand(&signals, to: context)
      await perform(action)
    }
    await hand(&signals, to: context)
  }

  private func hand(
    _ signals: inout [CaptureSignal], to number: CaptureStateMachine.ContextNumber?
  ) async {
    guard !signals.isEmpty else { return }
    defer { signals.removeAll(keepingCapacity: true) }
    guard let number, let handle = open[number]?.handle else { return }
    await recorder.submit(signals, to: handle)
    if let locks = open[number]?.locks, locks.count > 1 {
      let meant = await recorder.sources(of: handle)
      open[number]?.locks = locks.filter { meant.contains($0.source) }
    }
    if case .ended = signals.last {
      await recorder.detach(handle)
      open[number] = nil
      driving.contextEnded(number)
      await drive()
    }
  }

  private func perform(_ action: CaptureStateMachine.Action) async {
    switch action {
    case .post(let command, let session, let ticket):
      post(command, session: session, ticket: ticket)
    case .open(let number):
      do {
        try await openSource(of: number)
        waiting.remove(id(of: number))
      } catch {
        await couldNotOpen(number, error)
      }
    case .signal:
      break
    case .ignored(let contextId):
      notify(.ignoredContext(contextId))
    case .unreadable(let text):
      notify(.unreadable(text))
    case .failed(let number, let error):
      notify(.failed(reason: error.context))
      guard machine.contexts[number]?.isDefault == true else { return }
      failure = error
      await connection.close()
    }
  }

  private func end(_ end: ContextEnd) async {
    await perform(machine.end(end, at: clock.now()))
  }

  // MARK: Sources

  /// The default context is what the recording is for; without another one it goes on.
  private func couldNotOpen(
    _ number: CaptureStateMachine.ContextNumber, _ error: any Error
  ) async {
    if let error = error as? StoreError, error.isPassing {
      if waiting.insert(id(of: number)).inserted { notify(.waiting(error)) }
      unopened.continuation.yield(number)
    } else if let error = error as? StoreError, machine.contexts[number]?.isDefault == false {
      notify(.failed(reason: error.message))
    } else {
      failure = error
      await connection.close()
    }
  }

  private func id(of number: CaptureStateMachine.ContextNumber) -> String {
    machine.contexts[number]?.id ?? ""
  }

  private func openAgainUntilTheEnd() async throws {
    for await number in unopened.stream {
      try await clock.sleep(for: Self.moment)
      await perform(machine.letGo(of: number))
    }
  }

  // MARK: Commands

  private func post(
    _ command: CaptureStateMachine.Outgoing, session: SessionID?, ticket: Ticket
  ) {
    let ticketNumber = ticket.rawValue
    switch command {
    case .discoverTargets:
      connection.post(
        Target.SetDiscoverTargets(discover: true, filter: [Target.FilterEntry()]),
        ticket: ticketNumber)
    case .createHiddenTarget(let contextId):
      connection.post(
        Target.CreateTarget(
          url: "about:blank",
          browserContextId: contextId.map(Browser.BrowserContextID.init(rawValue:)),
          background: true, hidden: true),
        ticket: ticketNumber)
    case .closeTarget(let target):
      connection.post(Target.CloseTarget(targetId: target), ticket: ticketNumber)
    case .detach(let session):
      connection.post(Target.DetachFromTarget(sessionId: session), ticket: ticketNumber)
    case .attach(let target):
      connection.post(
        Target.AttachToTarget(targetId: target, flatten: true), ticket: ticketNumber)
    case .enableServiceWorker:
      connection.post(ServiceWorker.Enable(), session: session, ticket: ticketNumber)
    case .capture(let command):
      connection.post(command, session: session, ticket: ticket)
    }
  }
}
