import OffstageCore
import OffstageTesting
import Synchronization

/// What came, in order, and a way to wait for more of it.
final class Collected<Element: Sendable>: Sendable {
  private struct Waiter {
    var condition: @Sendable ([Element]) -> Bool
    var continuation: CheckedContinuation<Void, Never>
  }

  private struct State {
    var elements: [Element] = []
    var waiters: [Waiter] = []

    mutating func readyWaiters() -> [Waiter] {
      let elements = self.elements
      let ready = waiters.filter { $0.condition(elements) }
      waiters.removeAll { $0.condition(elements) }
      return ready
    }
  }

  private let state = Mutex(State())

  var all: [Element] { state.withLock { $0.elements } }

  func append(_ element: Element) {
    let ready = state.withLock { state in
      state.elements.append(element)
      return state.readyWaiters()
    }
    for waiter in ready { waiter.continuation.resume() }
  }

  func until(_ condition: @escaping @Sendable ([Element]) -> Bool) async {
    await withCheckedContinuation { continuation in
      let ready = state.withLock { state in
        state.waiters.append(Waiter(condition: condition, continuation: continuation))
        return state.readyWaiters()
      }
      for waiter in ready { waiter.continuation.resume() }
    }
  }
}

/// A recorder with a store in memory, a clock turned by hand and a browser played by the test.
final class RecorderRig: Sendable {
  let store = RecordingStore()
  let clock = ManualClock()
  let notices = Collected<RecorderNotice>()
  let commands = Collected<CaptureCommand>()
  let recorder: Recorder

  init(_ change: (inout Recorder.Settings) -> Void = { _ in }) {
    var settings = Recorder.Settings()
    settings.batchDelay = Interval(micros: 0)
    change(&settings)
    let notices = notices
    recorder = Recorder(store: store, clock: clock, settings: settings) { notices.append($0) }
  }

  /// Runs the recorder while `body` does, then finishes it.
  func run(_ body: @escaping @Sendable (RecorderRig) async throws -> Void) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await self.recorder.run() }
      try await body(self)
      await recorder.finish()
      try await group.waitForAll()
    }
  }

  func attach(_ description: SourceDescription = .sample()) async throws -> Recorder.Handle {
    let opened = try await store.openSource(description, at: clock.now())
    let commands = commands
    return try await recorder.attach(opened, disk: [:], transport: "pipe") { commands.append($0) }
  }

  /// The browser answers one service's `startObserving`.
  func answer(
    _ service: Service, _ events: [LoggedEvent] = [], to handle: Recorder.Handle
  ) async {
    let now = clock.now()
    let signals: [CaptureSignal] =
      [.recordingState(service, isRecording: true, at: now)]
      + events.map { .event($0, received: now) } + [.replayEnded(service, at: now)]
    await recorder.submit(signals, to: handle)
  }

  /// The browser answers all six, with nothing in any log.
  func answerAll(to handle: Recorder.Handle) async {
    for service in Service.allCases { await answer(service, to: handle) }
  }

  func submit(_ events: [LoggedEvent], to handle: Recorder.Handle) async {
    let now = clock.now()
    await recorder.submit(events.map { .event($0, received: now) }, to: handle)
  }

  /// All that is submitted is durable, and judged.
  func settle() async { await recorder.flush() }
}

extension RecorderNotice {
  var word: String {
    switch self {
    case .replaying: "replaying"
    case .caughtUp: "caughtUp"
    case .recording: "recording"
    case .gap(_, _, let reason): "gap \(reason)"
    case .refused: "refused"
    case .moved: "moved"
    case .stuck: "stuck"
    case .unstuck: "unstuck"
    }
  }
}

extension [LoggedEvent] {
  /// So many distinct pushes before the clock's start.
  static func history(_ count: Int) -> [LoggedEvent] {
    (0..<count).map {
      .sample(at: ManualClock.start - .seconds(Int64(count - $0)), instance: "\($0)")
    }
  }
}
