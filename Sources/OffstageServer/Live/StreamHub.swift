internal import OffstageCore

/// Follows the store for all readers of the stream together, as long as there are any.
///
/// A reader has no queue: it takes what is newer than its own cursor whenever it can write again.
actor StreamHub {
  /// What a reader is given; empty when there was only a heartbeat.
  struct Delivery: Sendable {
    var bytes: [UInt8] = []
    /// The reader's cursor from now on.
    var cursor: Int64
    var stateCursor: Int
  }

  private let store: any EventStore
  private let clock: any WallClock

  private var ring: EventRing?
  private var readers: [Int: AsyncStream<Void>.Continuation] = [:]
  private var lastReader = 0
  /// Tells that a reader came: as long as there is none nothing is read.
  private nonisolated let arrivals: AsyncStream<Void>
  private let arrived: AsyncStream<Void>.Continuation
  /// Messages about gaps and recording, and how many there were before them.
  private var states: [[UInt8]] = []
  private var firstState = 0
  private var statuses: [ServiceStatus] = []
  private var gaps: Set<Gap> = []

  /// The pace of batches: a person sees no difference, a burst is one write.
  private static let pace = Interval(micros: 10_000)
  private static let statePace = Interval(micros: 150_000)
  private static let heartbeat = Interval.seconds(15)
  private static let stateLimit = 256
  /// A reader further behind than this is told what it has missed.
  private static let patience: Int64 = 5000

  init(store: any EventStore, clock: any WallClock) {
    self.store = store
    self.clock = clock
    (arrivals, arrived) = AsyncStream.makeStream(
      of: Void.self, bufferingPolicy: .bufferingNewest(1))
  }

  // MARK: Running

  /// Works until it is cancelled.
  nonisolated func run() async {
    await withTaskGroup(of: Void.self) { group in
      group.addTask { await self.repeating { try await self.followEvents() } }
      group.addTask { await self.repeating { try await self.followStates() } }
      group.addTask { await self.repeating { try await self.beat() } }
    }
  }

  /// A store that can't be read for a moment must not end the stream for good.
  private nonisolated func repeating(_ work: @Sendable () async throws -> Void) async {
    while !Task.isCancelled {
      do {
        try await work()
      } catch {
        // Cancelled, or tried again below.
      }
      try? await clock.sleep(for: .seconds(1))
    }
  }

  private nonisolated func followEvents() async throws {
    for await _ in arrivals where await isRead {
      let newest = try await store.newestId()
      await begin(after: newest)
      var follower = EventFollower(store: store, selection: EventSelection(), after: newest)
      try await follower.run { page in
        guard await publish(page) else { return false }
        try await clock.sleep(for: Self.pace)
        return true
      }
    }
  }

  private func begin(after id: Int64) {
    ring = EventRing(after: id)
    wake()
  }

  /// False when nobody reads any more; who comes later reads the store up to where we begin again.
  private func publish(_ events: [StoredEvent]) -> Bool {
    guard isRead else {
      ring = nil
      return false
    }
    ring?.append(
      events.map { event in
        EventRing.Entry(
          id: event.id, service: event.logged.service, source: event.source.id,
          origin: event.logged.origin.withoutTrailingSlash, bytes: ServerSentEvent.event(event))
      })
    wake()
    return true
  }

  private nonisolated func followStates() async throws {
    for await _ in store.changes() {
      if await isRead { try await readStates() }
      try await clock.sleep(for: Self.statePace)
    }
  }

  private var isRead: Bool { !readers.isEmpty }

  private func readStates() async throws {
    let statuses = try await ServiceStatus.all(store: store)
    let gaps = try await store.gaps(EventSelection())
    let changed = statuses.filter { !self.statuses.contains($0) }
    var news = changed.isEmpty ? [] : [ServerSentEvent.recording(changed)]
    news += gaps.filter { !self.gaps.contains($0) }.map(ServerSentEvent.gap)
    self.statuses = statuses
    self.gaps = Set(gaps)
    guard !news.isEmpty else { return }
    states += news
    let surplus = max(0, states.count - Self.stateLimit)
    states.removeFirst(surplus)
    firstState += surplus
    wake()
  }

  private nonisolated func beat() async throws {
    while !Task.isCancelled {
      try await clock.sleep(for: Self.heartbeat)
      await wake()
    }
  }

  private func wake() {
    for reader in readers.values { reader.yield() }
  }

  // MARK: Readers

  /// A reader and what tells it to look again.
  func join() -> (reader: Int, signals: AsyncStream<Void>) {
    let (signals, continuation) = AsyncStream.makeStream(
      of: Void.self, bufferingPolicy: .bufferingNewest(1))
    lastReader += 1
    readers[lastReader] = continuation
    arrived.yield()
    // The first look, before anything happens.
    continuation.yield()
    return (lastReader, signals)
  }

  func leave(_ reader: Int) {
    readers.removeValue(forKey: reader)?.finish()
  }

  /// Where a reader begins that names no place.
  func newest() async throws -> Int64 {
    if let ring { return ring.end }
    return try await store.newestId()
  }

  var stateCursor: Int { firstState + states.count }

  func delivery(
    after cursor: Int64, state: Int, _ selection: EventSelection
  ) async throws -> Delivery {
    var delivery = Delivery(cursor: cursor, stateCursor: stateCursor)
    for message in states.dropFirst(max(0, state - firstState)) { delivery.bytes += message }
    guard let start = ring?.start else { return delivery }
    if cursor < start {
      try await catchUp(&delivery, to: start, selection)
    }
    // The ring may have moved on while the store was read.
    guard let ring, delivery.cursor >= ring.start else { return delivery }
    for entry in ring.entries(after: delivery.cursor) {
      if selection.takes(entry) { delivery.bytes += entry.bytes }
      delivery.cursor = entry.id
    }
    if delivery.bytes.isEmpty, delivery.cursor > cursor {
      delivery.bytes = ServerSentEvent.cursor(delivery.cursor)
    }
    return delivery
  }

  private func catchUp(
    _ delivery: inout Delivery, to start: Int64, _ selection: EventSelection
  ) async throws {
    if start - delivery.cursor > Self.patience {
      let (from, to) = (delivery.cursor + 1, start - Self.patience)
      delivery.bytes += ServerSentEvent.skipped(from: from, to: to)
      delivery.cursor = to
    }
    let missed = try await store.events(
      after: delivery.cursor, selection, limit: Int(Self.patience))
    for event in missed where event.id <= start {
      delivery.bytes += ServerSentEvent.event(event)
    }
    delivery.cursor = start
  }
}
