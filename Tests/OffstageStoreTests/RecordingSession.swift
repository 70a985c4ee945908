import OffstageCore
import OffstageTesting

@testable import OffstageStore

/// One run of a recorder on a model browser: what it wants written waits until it is committed,
/// and is lost when the run is killed.
struct RecordingSession {
  let store: SQLiteEventStore
  let source: SourceID
  var machine: SourceRecorder
  private var queue: [StoreWrite] = []
  private var tokens: UInt64
  private(set) var commands: [CaptureCommand] = []
  private(set) var gaps: [Gap.Reason] = []

  /// `number` keeps the tokens of several runs apart.
  init(_ store: SQLiteEventStore, _ number: Int) async throws {
    self.store = store
    let opened = try await store.openSource(.sample(), at: ManualClock.start)
    source = opened.source.id
    tokens = UInt64(number) << 32
    machine = SourceRecorder(
      source: opened.source, facts: try await store.facts(of: opened.source.id), disk: [:],
      transport: "pipe")
  }

  mutating func begin(_ service: Service, at now: Timestamp) {
    tokens += 1
    take(machine.began(service, ObservationToken(rawValue: tokens), at: now))
  }

  mutating func receive(_ signals: [CaptureSignal]) {
    var effects: [SourceRecorder.Effect] = []
    for signal in signals { machine.receive(signal, into: &effects) }
    take(effects)
  }

  mutating func does(_ body: (inout SourceRecorder) -> [SourceRecorder.Effect]) {
    take(body(&machine))
  }

  private mutating func take(_ effects: [SourceRecorder.Effect]) {
    for effect in effects {
      switch effect {
      case .write(let write):
        queue.append(write)
        if case .gapOpened(_, let reason, _, _, _) = write { gaps.append(reason) }
      case .command(let command): commands.append(command)
      }
    }
  }

  /// Makes what waits durable, or only the first of it; gives what the replays were found to lack.
  @discardableResult
  mutating func commit(_ limit: Int = .max, at now: Timestamp) async throws -> [Int64] {
    let batch = Array(queue.prefix(limit))
    queue.removeFirst(batch.count)
    guard !batch.isEmpty else { return [] }
    let result = try await store.write(
      [SourceWrites(source: source, writes: batch)], receivedUntil: now)
    for verdict in result.replays { take(machine.judged(verdict, at: now)) }
    return result.replays.map(\.lacking)
  }

  var waiting: Int { queue.count }

  /// A whole observation of one service: the browser's history, in a busy one with live events
  /// among it.
  mutating func observe(
    _ service: Service, _ browser: inout ModelBrowser, using random: inout SeededGenerator,
    isBusy: Bool = true
  ) {
    begin(service, at: browser.now)
    let history = browser.replay(service, using: &random)
    var signals: [CaptureSignal] = [
      .recordingState(service, isRecording: true, at: browser.now)
    ]
    for event in history {
      while isBusy, random.chance(in: 6) {
        signals.append(.event(browser.logNext(service, using: &random), received: browser.now))
      }
      signals.append(.event(event, received: browser.now))
    }
    signals.append(.replayEnded(service, at: browser.now))
    receive(signals)
  }
}
