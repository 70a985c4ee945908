internal import NIOCore
internal import OffstageCore

/// Follows the store for all readers of the stream together, as long as there are any.
///
/// A reader has no queue: it takes what is newer than its own cursor whenever it can write again.
actor StreamHub {
  /// What a reader is given; empty when there was only a heartbeat.
  struct Delivery: Sendable {
    var bytes = ByteBuffer()
    /// The reader's from now on.
    var place: StreamPlace
    /// The last id that stands in `bytes`, or that the reader had before.
    var told: Int64
    /// There is more already.
    var isCut = false

    init(place: StreamPlace) {
      self.place = place
      told = place.event
    }
  }

  let store: any EventStore
  private let locks: SourceLocks
  private let clock: any WallClock

  struct Question: Hashable {
    var place: StreamPlace
    var selection: EventSelection
  }

  var ring: EventRing?
  /// What was given since anything last changed: most readers are at the same place, and get the
  /// very same bytes.
  var given: [Question: Delivery] = [:]
  var readers: [Int: AsyncStream<Void>.Continuation] = [:]
  var lastReader = 0
  /// About gaps and recording.
  var states = MessageRing(countLimit: 256, byteLimit: 8 << 20)
  /// Of their own: a storm of them must not push out a gap.
  var operationMessages = MessageRing(countLimit: 512, byteLimit: 4 << 20)
  var statuses: [ServiceStatus]?
  /// How many looks at statuses and gaps were begun.
  private var looks = 0
  private var gaps: Set<Gap> = []
  /// Up to where changes of operations were told.
  var operations: OperationNews.Place?

  /// How many looks found that something was triggered or answered, or that a screen has changed, and
  /// what the last one found.
  var driveChanges = 0
  var driveMark: DriveMark?

  /// The pace of batches: a person sees no difference, a burst is one write.
  private static let pace = Interval(micros: 10_000)
  private static let statePace = Interval(micros: 150_000)
  private static let lockPace = Interval(micros: 250_000)
  private static let heartbeat = Interval.seconds(15)
  private static let operationPace = Interval(micros: 250_000)
  private static let drivePace = Interval(micros: 150_000)
  /// So many operations are told of at a time.
  private static let operationLimit = 50
  /// A reader further behind than this is told what it has missed.
  static let patience: Int64 = 5000
  static let pageLimit = 500
  /// In bytes, but for a single larger event.
  static let deliveryLimit = 1 << 20

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
      group.addTask { await self.repeating { try await self.followDrive() } }
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
  func begin() async throws -> Int64 {
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
    operationMessages.append(
      news.items.map(ServerSentEvent.operation)
        + (news.skipped > 0 ? [ServerSentEvent.operationsSkipped(news.skipped)] : []))
    wake()
  }

  private nonisolated func followDrive() async throws {
    for await _ in store.changes() {
      if await isRead { try await readDrive() }
      try await clock.sleep(for: Self.drivePace)
    }
  }

  private func readDrive() async throws {
    let mark = try await store.driveMark()
    guard mark != driveMark else { return }
    driveMark = mark
    driveChanges += 1
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

  func readStates() async throws {
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
    states.append(news)
    wake()
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
}
