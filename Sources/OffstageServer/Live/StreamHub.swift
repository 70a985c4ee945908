internal import NIOCore
internal import OffstageCore

/// Follows the store for all readers of the stream together, as long as there are any.
///
/// A reader has no queue: it takes what is newer than its own cursor whenever it can write again.
actor StreamHub {
  /// What a reader is given; empty when there was only a heartbeat.
  struct Delivery: Sendable {
    var bytes = ByteBuffer()
    /// The reader's cursor from now on.
    var cursor: Int64
    var stateCursor: Int
    /// There is more already.
    var isCut = false
  }

  private let store: any EventStore
  private let locks: SourceLocks
  private let clock: any WallClock

  /// A reader's place, and what it selects.
  private struct Place: Hashable {
    var cursor: Int64
    var state: Int
    var selection: EventSelection
  }

  private var ring: EventRing?
  /// What was given since anything last changed: most readers are at the same place, and get the
  /// very same bytes.
  private var given: [Place: Delivery] = [:]
  private var readers: [Int: AsyncStream<Void>.Continuation] = [:]
  private var lastReader = 0
  /// Messages about gaps, recording and operations, and how many there were before them.
  private var states: [[UInt8]] = []
  private var firstState = 0
  private var statuses: [ServiceStatus]?
  /// How many looks at statuses and gaps were begun.
  private var looks = 0
  private var gaps: Set<Gap> = []
  /// Up to where changes of operations were told.
  private var operations: OperationNews.Place?

  /// The pace of batches: a person sees no difference, a burst is one write.
  private static let pace = Interval(micros: 10_000)
  private static let statePace = Interval(micros: 150_000)
  private static let lockPace = Interval(micros: 250_000)
  private static let heartbeat = Interval.seconds(15)
  private static let operationPace = Interval(micros: 250_000)
  private static let stateLimit = 256
  /// So many operations are told of at a time.
  private static let operationLimit = 50
  /// A reader further behind than this is told what it has missed.
  private static let patience: Int64 = 5000
  private static let pageLimit = 500
  /// In bytes, but for a single larger event.
  private static let deliveryLimit = 1 << 20

  init(store: any EventStore, locks: SourceLocks, clock: any WallClock) {
    self.store = store
    self.locks = locks
    self.clock = clock
  }

  // MARK: Running

  /// Works until it is cancelled.
  nonisolated func run() async {
    await withTaskGroup(of: Void.self) { group in
      group.addTask { await self.repeating { try await self.followEvents() } }
      group.addTask { await self.repeating { try await self.followStates() } }
      group.addTask { await self.repeating { try await self.followOperations() } }
      group.addTask { await self.repeating { try await self.followLocks() } }
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
    for await _ in store.changes() {
      while try await readOn() { try await clock.sleep(for: Self.pace) }
    }
  }

  /// Takes the next page into the ring; false when there is none, or nobody reads.
  private func readOn() async throws -> Bool {
    guard isRead else {
      // Who comes later reads the store up to where the ring begins again.
      ring = nil
      given.removeAll()
      return false
    }
    let place = try await begin()
    let page = try await store.events(after: place, EventSelection(), limit: Self.pageLimit)
    // Removed events may have taken the ring with them meanwhile.
    guard !page.isEmpty, ring?.end == place else { return !page.isEmpty }
    ring?.append(
      page.map { EventRing.Entry(event: $0, bytes: ServerSentEvent.event($0)) })
    wake()
    return true
  }

  /// The end of the ring, which begins at the store's newest event if there is none yet.
  private func begin() async throws -> Int64 {
    if let ring { return ring.end }
    let newest = try await store.newestId()
    if ring == nil { ring = EventRing(after: newest) }
    wake()
    return ring?.end ?? newest
  }

  private nonisolated func followStates() async throws {
    for await _ in store.changes() {
      if await isRead { try await readStates() }
      try await clock.sleep(for: Self.statePace)
    }
  }

  private nonisolated func followOperations() async throws {
    for await _ in store.changes() {
      try await readOperations()
      try await clock.sleep(for: Self.operationPace)
    }
  }

  private func readOperations() async throws {
    guard isRead else {
      operations = nil
      return
    }
    guard let place = operations else { return }
    let news = try await store.operationNews(since: place, limit: Self.operationLimit)
    // Whoever left meanwhile took the place along.
    guard operations == place else { return }
    operations = news.place
    guard !news.items.isEmpty else { return }
    tell(
      news.items.map(ServerSentEvent.operation)
        + (news.skipped > 0 ? [ServerSentEvent.operationsSkipped(news.skipped)] : []))
  }

  private func tell(_ messages: [[UInt8]]) {
    states += messages
    let surplus = max(0, states.count - Self.stateLimit)
    states.removeFirst(surplus)
    firstState += surplus
    wake()
  }

  /// That a recorder ends is no commit.
  private nonisolated func followLocks() async throws {
    while !Task.isCancelled {
      if await haveLocksChanged { try await readStates() }
      try await clock.sleep(for: Self.lockPace)
    }
  }

  private var haveLocksChanged: Bool {
    guard isRead, let statuses else { return false }
    return locks.held(among: Set(statuses.filter(\.isRecordable).map(\.source.id)))
      != Set(statuses.filter(\.isHeld).map(\.source.id))
  }

  private var isRead: Bool { !readers.isEmpty }

  private func readStates() async throws {
    looks += 1
    let look = looks
    let statuses = try await ServiceStatus.all(store: store, locks: locks)
    let gaps = Set(try await store.gaps(EventSelection()))
    // One that began later has seen what is newer, or will.
    guard look == looks else { return }
    defer {
      self.statuses = statuses
      self.gaps = gaps
    }
    // The first look is what the others are compared with.
    guard let known = self.statuses else { return }
    let changed = statuses.filter { !known.contains($0) }
    var news = changed.isEmpty ? [] : [ServerSentEvent.recording(changed)]
    news += gaps.subtracting(self.gaps).sorted { $0.id < $1.id }.map(ServerSentEvent.gap)
    let ids = Set(gaps.map(\.id))
    if hasRemoved(known, statuses) || self.gaps.contains(where: { !ids.contains($0.id) }) {
      // Readers that are behind find in the store what is left.
      ring = ring.map { EventRing(after: $0.end) }
      news.append(ServerSentEvent.refresh)
    }
    guard !news.isEmpty else { return }
    tell(news)
  }

  private func hasRemoved(_ before: [ServiceStatus], _ after: [ServiceStatus]) -> Bool {
    before.contains { old in
      guard
        let new = after.first(where: { $0.source.id == old.source.id && $0.service == old.service })
      else { return true }
      // A count that fell and rose again between two looks shows in the marks.
      return new.facts.events < old.facts.events
        || new.facts.clearedUpTo != old.facts.clearedUpTo
        || new.facts.horizon != old.facts.horizon
    }
  }

  private nonisolated func beat() async throws {
    while !Task.isCancelled {
      try await clock.sleep(for: Self.heartbeat)
      await wake()
    }
  }

  private func wake() {
    given.removeAll(keepingCapacity: true)
    for reader in readers.values { reader.yield() }
  }

  // MARK: Readers

  /// A reader and what tells it to look again.
  func join() async throws -> (reader: Int, signals: AsyncStream<Void>) {
    let (signals, continuation) = AsyncStream.makeStream(
      of: Void.self, bufferingPolicy: .bufferingNewest(1))
    lastReader += 1
    let reader = lastReader
    readers[reader] = continuation
    do {
      if statuses == nil { try await readStates() }
      if operations == nil { operations = try await store.operationPlace() }
      _ = try await begin()
    } catch {
      leave(reader)
      throw error
    }
    // The first look, before anything happens.
    continuation.yield()
    return (reader, signals)
  }

  func leave(_ reader: Int) {
    readers.removeValue(forKey: reader)?.finish()
  }

  /// Where a reader begins that names no place.
  func newest() async throws -> Int64 { try await store.newestId() }

  var stateCursor: Int { firstState + states.count }

  func delivery(
    after cursor: Int64, state: Int, _ selection: EventSelection
  ) async throws -> Delivery {
    let place = Place(cursor: cursor, state: state, selection: selection)
    if let delivery = given[place] { return delivery }
    var delivery = Delivery(cursor: cursor, stateCursor: stateCursor)
    if state < firstState { delivery.bytes.writeBytes(ServerSentEvent.refresh) }
    for message in states.dropFirst(max(0, state - firstState)) {
      delivery.bytes.writeBytes(message)
    }
    guard let start = ring?.start else { return delivery }
    let isBehind = cursor < start
    if isBehind { try await catchUp(&delivery, to: start, selection) }
    // The ring may have moved on while the store was read.
    guard let ring, delivery.cursor >= ring.start, !delivery.isCut else { return delivery }
    for entry in ring.entries(after: delivery.cursor) {
      if selection.takes(entry.event) { delivery.bytes.writeBytes(entry.bytes) }
      delivery.cursor = entry.id
      delivery.isCut = delivery.bytes.readableBytes > Self.deliveryLimit
      if delivery.isCut { break }
    }
    if delivery.bytes.readableBytes == 0, delivery.cursor > cursor {
      delivery.bytes.writeBytes(ServerSentEvent.cursor(delivery.cursor))
    }
    // While the store was read something may have changed.
    if !isBehind { given[place] = delivery }
    return delivery
  }

  /// A page of what lies before the ring.
  private func catchUp(
    _ delivery: inout Delivery, to start: Int64, _ selection: EventSelection
  ) async throws {
    if start - delivery.cursor > Self.patience {
      let (from, to) = (delivery.cursor + 1, start - Self.patience)
      delivery.bytes.writeBytes(ServerSentEvent.skipped(from: from, to: to))
      delivery.cursor = to
    }
    let page = try await store.events(
      after: delivery.cursor, selection, limit: Self.pageLimit)
    for event in page where event.id <= start {
      delivery.bytes.writeBytes(ServerSentEvent.event(event))
      delivery.cursor = event.id
      delivery.isCut = delivery.bytes.readableBytes > Self.deliveryLimit
      if delivery.isCut { return }
    }
    // A full page that reaches beyond the ring's beginning leaves nothing before it.
    delivery.isCut = page.count == Self.pageLimit && page.last.map { $0.id < start } ?? false
    if !delivery.isCut { delivery.cursor = start }
  }
}
