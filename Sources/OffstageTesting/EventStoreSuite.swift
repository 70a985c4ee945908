package import OffstageCore

/// What every event store must do, as checks over stores of any make.
///
/// ```swift
/// @Test(arguments: EventStoreSuite.checks)
/// func `it keeps the contract`(_ check: EventStoreSuite.Check) async throws {
///   try await check.run(over: EventStoreSuite.Place { try SQLiteEventStore.open(at: path) })
/// }
/// ```
package enum EventStoreSuite {
  /// Where a store's content lies: each `open` gives another store on the same content, as other
  /// processes would have it.
  package struct Place: Sendable {
    package var open: @Sendable () async throws -> any EventStore

    package init(open: @escaping @Sendable () async throws -> any EventStore) {
      self.open = open
    }
  }

  package struct Check: Sendable, CustomStringConvertible {
    package let sentence: String
    let body: @Sendable (Place) async throws -> Void

    init(_ sentence: String, _ body: @escaping @Sendable (Place) async throws -> Void) {
      self.sentence = sentence
      self.body = body
    }

    package var description: String { sentence }

    /// Throws a `Failure` when the store does otherwise. `place` must be empty.
    package func run(over place: Place) async throws { try await body(place) }
  }

  package struct Failure: Error, CustomStringConvertible {
    package let description: String
  }

  package static let checks: [Check] =
    identityChecks + orderChecks + pieceChecks + removalChecks + replayChecks + sourceChecks
    + controlChecks + timelineChecks + importChecks + operationChecks + triggerChecks

  // MARK: Expecting

  static func expect(
    _ condition: Bool, _ what: @autoclosure () -> String, file: String = #fileID,
    line: Int = #line
  ) throws(Failure) {
    guard !condition else { return }
    throw Failure(description: "\(file):\(line): \(what())")
  }

  static func expectEqual<Value: Equatable>(
    _ found: Value, _ wanted: Value, _ what: String = "", file: String = #fileID,
    line: Int = #line
  ) throws(Failure) {
    try expect(
      found == wanted, "\(what) found \(found), wanted \(wanted)", file: file, line: line)
  }
}

/// A store with one source in it, and short words for what the checks do.
struct StoreBench: Sendable {
  let store: any EventStore
  let source: SourceID

  init(_ place: EventStoreSuite.Place, _ description: SourceDescription = .sample()) async throws {
    store = try await place.open()
    source = try await store.openSource(description, at: ManualClock.start).source.id
  }

  @discardableResult
  func write(_ writes: [StoreWrite], of other: SourceID? = nil) async throws -> WriteResult {
    try await store.write(
      [SourceWrites(source: other ?? source, writes: writes)], receivedUntil: ManualClock.start)
  }

  @discardableResult
  func write(_ events: [LoggedEvent], _ capture: CaptureKind = .live) async throws -> WriteResult {
    try await write(events.map { .event($0, capture) })
  }

  /// Everything, in order of time.
  func all(
    _ selection: EventSelection = EventSelection(), _ order: EventQuery.Order = .ascending
  ) async throws -> [StoredEvent] {
    try await store.events(EventQuery(selection, order: order, limit: 1_000_000)).events
  }

  /// How many events are listed; as many must come in order of arrival.
  func count(_ selection: EventSelection) async throws -> Int {
    let listed = try await all(selection).count
    let arrived = try await store.events(after: 0, selection, limit: 100).count
    try EventStoreSuite.expectEqual(listed, arrived)
    return listed
  }

  func control() async throws -> RecorderControl { try await store.control(of: [source]) }

  /// What the source keeps after it was opened with that setting.
  func keep(_ setting: KeepSetting?) async throws -> Interval? {
    try await store.openSource(.sample(keep: setting), at: ManualClock.start).source.keep
  }

  func facts(_ service: Service) async throws -> ServiceFacts {
    try await store.facts(of: source)[service] ?? ServiceFacts()
  }

  /// One observation: what the browser replays, numbered as a recorder numbers it.
  func observe(
    _ number: UInt64, _ service: Service, at now: Timestamp, replaying events: [LoggedEvent],
    live: [LoggedEvent] = [], ended: Bool = true
  ) async throws -> WriteResult {
    let token = ObservationToken(rawValue: number)
    var ordinals = OrdinalCounter(observationStart: now)
    func writes(_ events: [LoggedEvent], _ capture: CaptureKind) -> [StoreWrite] {
      events.map { event in
        .event(
          EventWrite(
            identity: ordinals.number(event), logged: event, received: now, capture: capture,
            observation: token))
      }
    }
    var batch: [StoreWrite] = [
      .observationBegan(token, service, browser: "Chrome/156", transport: "pipe", at: now)
    ]
    batch += writes(events, .replay)
    batch.append(
      .replayEnded(
        token, service,
        ReplaySummary(events: Int64(events.count), duration: .seconds(1), ended: now)))
    batch.append(.serviceState(service, .init(seenUntil: now)))
    batch += writes(live, .live)
    if ended { batch.append(.observationEnded(token, at: now)) }
    return try await write(batch)
  }
}
