package import OffstageCore
internal import Synchronization

/// What a test tells the store to do, and asks of it.
extension RecordingStore {
  /// The next writes fail, one each.
  package func fail(_ errors: [StoreError]) { change { $0.failures += errors } }

  /// The next openings of such sources fail, one each.
  package func failOpening(_ kind: Source.Kind, _ errors: [StoreError]) {
    change { $0.openFailures[kind, default: []] += errors }
  }

  /// The next reads in order of arrival fail, one each.
  package func failReading(_ errors: [StoreError]) { change { $0.readFailures += errors } }

  /// Writes wait until `release`.
  package func stall() { change { $0.isStalled = true } }

  package func release() {
    let stalled = change { state in
      state.isStalled = false
      defer { state.stalled.removeAll() }
      return state.stalled
    }
    for waiter in stalled { waiter.resume() }
  }

  /// What replays of the service will be said to lack.
  package func setLacking(_ count: Int64, _ service: Service) {
    change { $0.lacking[service] = count }
  }

  /// New places may be these sources, moved.
  package func setMovedCandidates(_ sources: [SourceID]) { change { $0.candidates = sources } }

  package func setFacts(_ facts: [Service: ServiceFacts], of source: SourceID) {
    change { $0.facts[source] = facts }
  }

  package func failPrune(_ error: StoreError) { change { $0.pruneFailure = error } }

  // MARK: Looking

  /// Returns once the condition holds.
  func until(_ condition: @escaping @Sendable (borrowing State) -> Bool) async {
    await withCheckedContinuation { continuation in
      change { $0.watchers.append(Watcher(condition: condition, continuation: continuation)) }
    }
  }

  package func untilEvents(_ count: Int) async { await until { $0.events.count >= count } }

  package func untilBatches(_ count: Int) async { await until { $0.batches.count >= count } }

  package func untilStalled() async { await until { !$0.stalled.isEmpty } }

  package func untilFailuresAreUsed() async { await until { $0.failures.isEmpty } }

  package func untilAnswered(_ request: Int64) async { await until { $0.answers[request] != nil } }

  package func untilPruned(_ count: Int) async { await until { $0.prunes.count >= count } }

  /// Every write in order, batch by batch.
  package var batches: [[SourceWrites]] { state.withLock { $0.batches } }

  /// Sources of which a new log began, each time.
  package var beganLogs: [SourceID] { state.withLock { $0.beganLogs } }

  package var writes: [StoreWrite] { batches.flatMap { $0 }.flatMap(\.writes) }

  /// In order of arrival.
  package var events: [StoredEvent] { state.withLock { $0.events } }
}

extension RecordingStore {
  // MARK: People's side

  package func setWanted(
    _ wanted: Bool, _ service: Service, of source: SourceID
  ) async throws {
    change { state in
      let old = state.control.wishes.first { $0.source == source && $0.service == service }
      state.control.wishes.removeAll { $0.source == source && $0.service == service }
      state.control.wishes.append(
        .init(
          source: source, service: service, wanted: wanted, revision: (old?.revision ?? 0) + 1))
    }
    poke()
  }

  package func ask(
    _ kind: RecorderRequest.Kind, _ service: Service, of source: SourceID, at now: Timestamp
  ) async throws -> Int64 {
    let id = change { state in
      state.requestCount += 1
      state.control.requests.append(
        RecorderRequest(id: state.requestCount, source: source, service: service, kind: kind))
      return state.requestCount
    }
    poke()
    return id
  }

  package func control(of sources: [SourceID]) async throws -> RecorderControl {
    state.withLock { state in
      RecorderControl(
        wishes: state.control.wishes.filter { sources.contains($0.source) },
        requests: state.control.requests.filter { sources.contains($0.source) })
    }
  }

  package func answer(to request: Int64) async throws -> RequestAnswer? {
    state.withLock { $0.answers[request] }
  }

  // MARK: Reading

  package func events(_ query: EventQuery) async throws -> EventPage {
    let sorted = events.sorted { $0.identity < $1.identity }
    return EventPage(
      events: query.order == .ascending ? sorted : sorted.reversed(), next: nil)
  }

  package func pieces(
    _ selection: EventSelection, order: EventQuery.Order, after: EventCursor?, size: Int,
    limit: Int?
  ) async throws -> EventPieces {
    let piece = EventPieces.Piece(start: nil, events: Int64(events.count))
    return EventPieces(pieces: [piece], next: nil, remaining: 0)
  }

  package func event(id: Int64) async throws -> StoredEvent? { events.first { $0.id == id } }

  package func events(
    after id: Int64, _ selection: EventSelection, limit: Int
  ) async throws -> [StoredEvent] {
    let failure = change { $0.readFailures.isEmpty ? nil : $0.readFailures.removeFirst() }
    if let failure { throw failure }
    let services = selection.services
    let chosen = events.filter { event in
      event.id > id && (services.isEmpty || services.contains(event.logged.service))
    }
    return Array(chosen.prefix(limit))
  }

  package func newestId() async throws -> Int64 { Int64(events.count) }

  package func gaps(_ selection: EventSelection) async throws -> [Gap] { [] }

  package func histogram(
    _ selection: EventSelection, width: Interval
  ) async throws -> [HistogramBucket] {
    let groups = Dictionary(grouping: events) { event in
      HistogramBucket(
        start: event.logged.timestamp.rounded(downTo: width), service: event.logged.service,
        origin: event.logged.origin.withoutTrailingSlash, events: 0)
    }
    return groups.map { place, events in
      var bucket = place
      bucket.events = Int64(events.count)
      bucket.failed = Int64(events.count { $0.logged.outcome == .failed })
      return bucket
    }.sorted(by: HistogramBucket.isInOrder)
  }

  package func instances(
    _ selection: EventSelection, limit: Int
  ) async throws -> [InstanceSpan] {
    let sorted = events.sorted { $0.identity < $1.identity }
    let spans = InstanceSpan.spans(
      of: sorted.map { event in
        InstanceSpan.Event(
          id: event.id, timestamp: event.logged.timestamp, place: event.identity.place,
          source: event.source, origin: event.logged.origin, instanceId: event.logged.instanceId,
          outcome: event.logged.outcome)
      })
    return Array(spans.prefix(limit))
  }

  package func vocabulary() async throws -> FilterVocabulary { FilterVocabulary() }

  package func workerScript(of event: StoredEvent) async throws -> String? { nil }

  package func workerContext(
    of event: StoredEvent, within: Interval
  ) async throws -> [WorkerContextEntry] { [] }

  package func changes() -> AsyncStream<Void> {
    let (stream, continuation) = AsyncStream.makeStream(
      of: Void.self, bufferingPolicy: .bufferingNewest(1))
    change { $0.listeners.append(continuation) }
    continuation.yield()
    return stream
  }

  // MARK: Operations

  package func operations(_ query: OperationQuery) async throws -> OperationPage {
    OperationPage(operations: [], next: nil)
  }

  package func operation(id: Int64) async throws -> StoredOperation? { nil }

  package func scene(ofOperation id: Int64) async throws -> OperationScene? { nil }

  package func scenes(_ query: OperationQuery) async throws -> (
    scenes: [OperationScene], next: OperationCursor?
  ) { ([], nil) }

  package func watches(_ selection: EventSelection) async throws -> [ExchangeWatch] { [] }
  package func postedPushes(
    _ selection: EventSelection, limit: Int
  ) async throws -> [PostedPush] { [] }
  package func pushLines(
    _ selection: EventSelection, after: BesidePlace?, limit: Int
  ) async throws -> [PlacedBeside<ExchangePush>] { [] }
  package func subscriptionLines(
    _ selection: EventSelection
  ) async throws -> [ExchangeSubscription] { [] }
  package func noteBrowser(ofSubscription token: String, is source: SourceID) async throws {}

  package func workerEntries(
    _ selection: EventSelection, after: BesidePlace?, limit: Int
  ) async throws -> [PlacedBeside<ExchangeWorker>] { [] }

  package func notifications(
    _ selection: EventSelection, after: BesidePlace?, limit: Int
  ) async throws -> [PlacedBeside<ExchangeNotification>] { [] }

  package func workerReports(
    _ selection: EventSelection, limit: Int
  ) async throws -> [WorkerReport] { [] }

  package func operationPlace() async throws -> OperationNews.Place {
    OperationNews.Place(event: Int64(events.count), change: 0)
  }

  package func operationNews(
    since place: OperationNews.Place, limit: Int
  ) async throws -> OperationNews {
    OperationNews(items: [], skipped: 0, place: place)
  }

  package func note(_ notification: StoredNotification, of source: SourceID) async throws {}

  package func noteClosed(
    _ number: UInt32, of source: SourceID, at now: Timestamp
  ) async throws {}

  package func driveMark() async throws -> DriveMark { DriveMark([]) }

  // MARK: Removing and care

  package func clear(_ selection: EventSelection, at now: Timestamp) async throws -> Int { 0 }

  package func countOverdue(
    keep: Interval, of source: SourceID, at now: Timestamp
  ) async throws -> Int { 0 }

  package func prune(_ source: SourceID, at now: Timestamp) async throws -> Bool {
    let failure = change { state in
      state.prunes.append(source)
      return state.pruneFailure
    }
    if let failure { throw failure }
    return false
  }

  package func verify(rebuild: Bool) async throws -> [StoreFault] { [] }

  package func close() async throws {
    for listener in state.withLock({ $0.listeners }) { listener.finish() }
  }
}
