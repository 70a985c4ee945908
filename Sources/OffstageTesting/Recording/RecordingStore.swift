package import OffstageCore
internal import Synchronization

/// An event store in memory that writes down what it is given, and fails or stalls when told to.
///
/// It is for tests of those who write to a store: it keeps events once by their identity and does
/// not page, remove or verify.
package final class RecordingStore: EventStore {
  struct State {
    var batches: [[SourceWrites]] = []
    var sources: [Source] = []
    var facts: [SourceID: [Service: ServiceFacts]] = [:]
    var events: [StoredEvent] = []
    var known: [SourceID: Set<EventIdentity>] = [:]
    var control = RecorderControl(wishes: [], requests: [])
    var answers: [Int64: RequestAnswer] = [:]
    var requestCount: Int64 = 0
    /// A trigger's number is its place, from 1.
    var triggers: [StoredTrigger] = []
    var candidates: [SourceID] = []
    /// The outcome of the next writes; none means that they succeed.
    var failures: [StoreError] = []
    /// The outcome of the next openings of such sources, and of the next reads by followers.
    var openFailures: [Source.Kind: [StoreError]] = [:]
    var readFailures: [StoreError] = []
    var beganLogs: [SourceID] = []
    var lacking: [Service: Int64] = [:]
    var isStalled = false
    var stalled: [CheckedContinuation<Void, Never>] = []
    var prunes: [SourceID] = []
    var pruneFailure: StoreError?
    var watchers: [Watcher] = []
    var listeners: [AsyncStream<Void>.Continuation] = []
  }

  struct Watcher {
    var condition: @Sendable (borrowing State) -> Bool
    var continuation: CheckedContinuation<Void, Never>
  }

  let state = Mutex(State())

  package init() {}

  /// Changes the state and wakes whoever waits for it.
  func change<Value: Sendable>(_ body: (inout sending State) -> sending Value) -> Value {
    let (value, ready): (Value, [Watcher]) = state.withLock { state in
      let value = body(&state)
      var ready: [Watcher] = []
      var waiting: [Watcher] = []
      for watcher in state.watchers {
        if watcher.condition(state) { ready.append(watcher) } else { waiting.append(watcher) }
      }
      state.watchers = waiting
      return (value, ready)
    }
    for watcher in ready { watcher.continuation.resume() }
    return value
  }

  func poke() {
    for listener in state.withLock({ $0.listeners }) { listener.yield() }
  }

  // MARK: Writing

  package func write(
    _ writes: [SourceWrites], receivedUntil: Timestamp
  ) async throws -> WriteResult {
    await passStall()
    let outcome: Result<WriteResult, StoreError> = change { state in
      if !state.failures.isEmpty { return .failure(state.failures.removeFirst()) }
      state.batches.append(writes)
      return .success(state.apply(writes))
    }
    let result = try outcome.get()
    poke()
    return result
  }

  private func passStall() async {
    await withCheckedContinuation { continuation in
      let isFree = change { state in
        if state.isStalled { state.stalled.append(continuation) }
        return !state.isStalled
      }
      if isFree { continuation.resume() }
    }
  }

  package func facts(of source: SourceID) async throws -> [Service: ServiceFacts] {
    state.withLock { $0.facts[source] ?? [:] }
  }

  // MARK: Sources

  package func openSource(
    _ description: SourceDescription, at now: Timestamp
  ) async throws -> OpenedSource {
    let failure = change { state -> StoreError? in
      guard state.openFailures[description.kind]?.isEmpty == false else { return nil }
      return state.openFailures[description.kind]?.removeFirst()
    }
    if let failure { throw failure }
    return change { state in
      if let known = state.sources.first(where: { $0.place == description.place }) {
        return OpenedSource(source: known, isNew: false, movedCandidates: [])
      }
      let source = Source(
        id: SourceID(), kind: description.kind, name: description.suggestedName,
        place: description.place, browser: description.browser,
        keep: description.keep?.interval ?? Source.defaultKeep, created: now)
      state.sources.append(source)
      return OpenedSource(source: source, isNew: true, movedCandidates: state.candidates)
    }
  }

  package func shared(
    _ identities: [EventIdentity], among sources: [SourceID]
  ) async throws -> [SourceID: Int] {
    state.withLock { state in
      var counts: [SourceID: Int] = [:]
      for source in sources {
        let known = Set((state.known[source] ?? []).map(\.digest))
        counts[source] = identities.count { known.contains($0.digest) }
      }
      return counts
    }
  }

  package func adopt(_ adopted: SourceID, inPlaceOf source: SourceID) async throws -> Source {
    let found: Source? = change { state in
      guard let place = state.sources.first(where: { $0.id == source })?.place,
        let index = state.sources.firstIndex(where: { $0.id == adopted })
      else { return nil }
      state.sources[index].place = place
      let result = state.sources[index]
      state.sources.removeAll { $0.id == source }
      return result
    }
    guard let found else { throw StoreError(.notFound, "There is no such source.") }
    return found
  }

  package func sources() async throws -> [Source] { state.withLock { $0.sources } }

  package func sources(of selection: EventSelection) async throws -> [Source] {
    state.withLock { state in
      let named = Set(state.events.map(\.source.id))
      return state.sources.filter { named.contains($0.id) }
    }
  }

  package func beginLog(of source: SourceID) async throws {
    change { state in
      state.facts[source] = nil
      state.beganLogs.append(source)
    }
  }

  package func rename(_ source: SourceID, to name: String) async throws {
    change { state in
      for index in state.sources.indices where state.sources[index].id == source {
        state.sources[index].name = name
      }
    }
  }

  package func setKeep(_ keep: Interval?, of source: SourceID) async throws {
    change { state in
      for index in state.sources.indices where state.sources[index].id == source {
        state.sources[index].keep = keep
      }
    }
  }
}

extension RecordingStore.State {
  mutating func apply(_ writes: [SourceWrites]) -> WriteResult {
    var result = WriteResult()
    for group in writes {
      for write in group.writes { apply(write, of: group.source, &result) }
    }
    return result
  }

  private mutating func apply(
    _ write: StoreWrite, of source: SourceID, _ result: inout WriteResult
  ) {
    switch write {
    case .event(let event):
      guard known[source, default: []].insert(event.identity).inserted else {
        result.known += 1
        return
      }
      result.stored += 1
      events.append(
        StoredEvent(
          id: Int64(events.count + 1), identity: event.identity, logged: event.logged,
          received: event.received, capture: event.capture,
          source: SourceName(id: source, name: ""), scope: nil, triggerId: event.trigger))
    case .replayEnded(let token, let service, let summary):
      result.replays.append(
        ReplayVerdict(
          observation: token, service: service, events: summary.events,
          lacking: lacking[service] ?? 0))
    case .requestAnswered(let request, let answer, _):
      answers[request] = answer
      control.requests.removeAll { $0.id == request }
    default: break
    }
  }
}
