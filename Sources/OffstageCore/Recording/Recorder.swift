/// Takes what Capture reports, decides what it means and makes it durable.
///
/// Signals are given to the source's value machine as they come; what it wants written waits here
/// for the next transaction. The queue is bounded: a full one holds Capture back for a moment, and
/// if the store is stuck the browser is asked to keep the events until it is not
/// (`Docs/adr/0003`).
package actor Recorder {
  package struct Settings: Sendable {
    /// How long the first write of a batch waits for others.
    package var batchDelay = Interval(micros: 8000)
    package var batchLimit = 8192
    /// Bytes of text that may wait to be written.
    package var queueLimit = 6 << 20
    /// A write that takes longer counts as stuck once the queue is full.
    package var patience = Interval.seconds(3)

    package init() {}
  }

  /// One context's recording.
  package struct Handle: Sendable, Hashable {
    let number: Int
  }

  struct Recording {
    var machine: SourceRecorder
    var send: @Sendable (CaptureCommand) -> Void
    var held: HeldSignals?
    var hasCaughtUp = false
    var caughtUpFrom: Timestamp
  }

  let store: any EventStore
  let clock: any WallClock
  let settings: Settings
  let notify: @Sendable (RecorderNotice) -> Void

  var recordings: [Handle: Recording] = [:]
  private var handleCount = 0
  private var tokenCount: UInt64 = 0
  /// Which recording's observation a token is.
  var owners: [ObservationToken: Handle] = [:]
  var queue: WriteQueue
  var writeBegan: Timestamp?
  var isStuck = false
  var requestsTaken: Set<Int64> = []
  private var waiting: [CheckedContinuation<Void, Never>] = []
  private var work: CheckedContinuation<Void, Never>?
  private var flushing: [CheckedContinuation<Void, Never>] = []
  /// How many writes were ever queued, and how many of them are durable.
  private var queued = 0
  private var written = 0
  private var isFinishing = false
  /// Since when the oldest write has waited for its batch.
  private var waitingSince = Timestamp(micros: 0)
  /// Somebody waits for what is queued: a history is in, and nobody knows before it is durable.
  private var isUrgent = false
  /// Nothing will be written any more.
  private var isOver = false
  private var effects: [SourceRecorder.Effect] = []

  package init(
    store: any EventStore, clock: any WallClock, settings: Settings = Settings(),
    notify: @escaping @Sendable (RecorderNotice) -> Void
  ) {
    self.store = store
    self.clock = clock
    self.settings = settings
    queue = WriteQueue(limit: settings.batchLimit)
    self.notify = notify
  }

  // MARK: Capture's side

  /// Begins to record a context and asks its browser to replay what it has kept.
  package func attach(
    _ opened: OpenedSource, disk: [Service: DiskLease], transport: String,
    send: @escaping @Sendable (CaptureCommand) -> Void
  ) async throws -> Handle {
    // What an earlier recording of this source has yet to write is part of what is known of it.
    await flush()
    let facts = try await store.facts(of: opened.source.id)
    try await refuseStaleRequests(of: opened.source.id)
    handleCount += 1
    let handle = Handle(number: handleCount)
    recordings[handle] = Recording(
      machine: SourceRecorder(
        source: opened.source, facts: facts, disk: disk, transport: transport),
      send: send,
      held: opened.movedCandidates.isEmpty ? nil : HeldSignals(opened.movedCandidates),
      caughtUpFrom: clock.now())
    let now = clock.now()
    if isStuck { apply(recordings[handle]?.machine.shed(at: now) ?? [], to: handle) }
    apply(recordings[handle]?.machine.start() ?? [], to: handle)
    return handle
  }

  /// Takes signals in; waits while the queue is full. Once it returns they are in order, not yet
  /// durable.
  package func submit(_ signals: [CaptureSignal], to handle: Handle) async {
    while queue.bytes > settings.queueLimit, !isStuck, !isOver {
      await withCheckedContinuation { waiting.append($0) }
    }
    if let ready = await hold(signals, of: handle) {
      take(ready, to: handle)
    }
  }

  func take(_ signals: [CaptureSignal], to handle: Handle) {
    guard var recording = recordings.removeValue(forKey: handle) else { return }
    effects.removeAll(keepingCapacity: true)
    for signal in signals {
      recording.machine.receive(signal, into: &effects)
    }
    if !recording.hasCaughtUp, recording.machine.hasAllHistories { isUrgent = true }
    noteProgress(of: signals, in: &recording)
    noteCaughtUp(in: &recording)
    recordings[handle] = recording
    apply(effects, to: handle)
  }

  func begin(_ service: Service, _ handle: Handle, at now: Timestamp) {
    tokenCount += 1
    let token = ObservationToken(rawValue: tokenCount)
    owners[token] = handle
    let effects = recordings[handle]?.machine.began(service, token, at: now) ?? []
    apply(effects, to: handle)
  }

  /// Returns when all that was submitted before is durable.
  package func flush() async {
    let goal = queued
    while written < goal, !isOver, !isStuck {
      await withCheckedContinuation { flushing.append($0) }
    }
  }

  /// The context is gone and all of its signals were taken in.
  package func detach(_ handle: Handle) {
    recordings[handle] = nil
    owners = owners.filter { $0.value != handle }
  }

  package func source(of handle: Handle) -> Source? { recordings[handle]?.machine.source }

  /// Whose histories are in and durable.
  package var sourcesCaughtUp: [SourceID] {
    recordings.values.filter { $0.held == nil && $0.hasCaughtUp }.map(\.machine.source.id)
  }

  /// What the recording is or may turn out to be of; just one once that is settled.
  package func sources(of handle: Handle) -> Set<SourceID> {
    guard let recording = recordings[handle] else { return [] }
    return Set(recording.held?.candidates ?? []).union([recording.machine.source.id])
  }

  func enqueue(_ write: StoreWrite, of source: SourceID) {
    if queue.isEmpty { waitingSince = clock.now() }
    queue.append(write, of: source)
    queued += 1
  }

  func apply(_ effects: [SourceRecorder.Effect], to handle: Handle) {
    guard let recording = recordings[handle] else { return }
    let source = recording.machine.source
    for effect in effects {
      switch effect {
      case .write(let write):
        enqueue(write, of: source.id)
        noteGap(write, in: source)
      case .command(let command):
        // Before it is sent, so that all that answers it finds the observation begun.
        if case .startObserving(let service) = command {
          begin(service, handle, at: clock.now())
        }
        recording.send(command)
      }
    }
    wake()
  }

  // MARK: The store's side

  /// Writes what waits, until `finish` is called and all is durable. Throws when the store can't be
  /// written for good.
  package func run() async throws {
    defer {
      isOver = true
      resumeWaiting()
      resumeFlushing()
    }
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await self.orAbandon { try await self.tickUntilFinished() } }
      group.addTask { try await self.orAbandon { try await self.obeyUntilFinished() } }
      group.addTask { try await self.writeUntilFinished() }
      defer { group.cancelAll() }
      while try await group.next() != nil, !isOver {}
    }
  }

  /// An error that ends a round ends the writing too.
  private func orAbandon(_ round: () async throws -> Void) async throws {
    do {
      try await round()
      if Task.isCancelled { finish() }
    } catch is CancellationError {
      // The recorder has finished, or whoever ran it has.
      finish()
    } catch {
      isOver = true
      wake()
      throw error
    }
  }

  /// `run` returns once all that was submitted is durable.
  package func finish() {
    isFinishing = true
    wake()
  }

  private func wake() {
    work?.resume()
    work = nil
  }

  private func writeUntilFinished() async throws {
    while true {
      while queue.isEmpty, !isFinishing, !isOver {
        await withCheckedContinuation { work = $0 }
      }
      guard !queue.isEmpty, !isOver else {
        // What a round still has to say comes too late: nobody would write it.
        isOver = true
        return
      }
      await collect()
      let batch = queue.take()
      isUrgent = false
      let result = try await write(batch)
      queue.wrote(batch)
      written += batch.count
      resumeWaiting()
      judge(result)
      resumeFlushing()
    }
  }

  /// Waits until the oldest write has waited long enough for others to go with it.
  private func collect() async {
    guard queue.count < settings.batchLimit, !isFinishing, !isUrgent else { return }
    // Not for longer than that, also when the clock was turned back meanwhile.
    let left = min(waitingSince + settings.batchDelay - clock.now(), settings.batchDelay)
    if left.micros > 0 { try? await clock.sleep(for: left) }
  }

  private func resumeFlushing() {
    for waiter in flushing { waiter.resume() }
    flushing.removeAll()
  }

  private func resumeWaiting() {
    guard queue.bytes <= settings.queueLimit / 2 || isStuck || isOver else { return }
    for waiter in waiting { waiter.resume() }
    waiting.removeAll()
  }

  /// Tries until it is durable: the batch is all that there is of these events.
  private func write(_ batch: WriteQueue.Batch) async throws -> WriteResult {
    writeBegan = clock.now()
    while true {
      do {
        let result = try await store.write(batch.writes, receivedUntil: clock.now())
        writeBegan = nil
        if isStuck { unstick() }
        return result
      } catch let error as StoreError where error.isPassing && !isFinishing {
        if !isStuck {
          stick(error)
          resumeWaiting()
        }
        try? await clock.sleep(for: .seconds(1))
      }
    }
  }

  func stick(_ error: StoreError) {
    isStuck = true
    notify(.stuck(error))
    forEachRecording { $0.shed(at: self.clock.now()) }
    resumeFlushing()
    resumeWaiting()
  }

  private func unstick() {
    isStuck = false
    notify(.unstuck)
    forEachRecording { $0.resume() }
  }
}
