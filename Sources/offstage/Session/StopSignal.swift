import Foundation
import UnixSignals

/// The person's wish to end: the first SIGINT or SIGTERM ends cleanly, a later one at once.
struct StopSignal: Sendable {
  private static let echo = Duration.milliseconds(500)

  private let stopped = Watched(false)
  /// Nil for a part of the work that is stopped by itself.
  private let signals: UnixSignalsSequence?

  /// Stops when it is told to, whatever signals come.
  static var apart: StopSignal { StopSignal(signals: nil) }

  private init(signals: UnixSignalsSequence?) {
    self.signals = signals
  }

  /// From here on a signal is a wish, not an end; ``listen()`` has to be called soon.
  init() async {
    signals = await UnixSignalsSequence(trapping: .sigint, .sigterm, .sighup)
  }

  /// Listens until it is cancelled.
  func listen() async {
    guard let signals else { return }
    // Whoever ends when nobody listens any more ends at once.
    defer { for number in [SIGINT, SIGTERM, SIGHUP] { signal(number, SIG_DFL) } }
    var first: ContinuousClock.Instant?
    for await _ in signals {
      // Wrappers send the terminal's signal on, so that it comes twice.
      if let first, .now - first > Self.echo { _exit(130) }
      first = first ?? .now
      stop()
    }
  }

  func stop() {
    stopped.update { $0 = true }
  }

  var isStopped: Bool { stopped.value }

  func wait() async {
    await stopped.wait { $0 }
  }

  /// Runs `body` until it ends or the person wants to stop; then it is cancelled.
  func race(_ body: @escaping @Sendable () async throws -> Void) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await body() }
      group.addTask { await wait() }
      try await group.next()
      group.cancelAll()
      do {
        try await group.waitForAll()
      } catch {
        // What was cut short says so; what failed before that ended the race.
      }
    }
  }
}
