package import OffstageCore
internal import Synchronization

/// A clock turned by hand. Whoever sleeps by it wakes when it has been advanced far enough.
///
/// ```swift
/// let clock = ManualClock()
/// async let woken: Void = clock.sleep(for: .seconds(1))
/// await clock.untilSleeping(1)
/// clock.advance(by: .seconds(1))
/// ```
package final class ManualClock: WallClock {
  /// 2026-11-22T14:00:00Z.
  package static let start = Timestamp(micros: 1_795_356_000_000_000)

  private struct Sleeper {
    var until: Int64
    var continuation: CheckedContinuation<Bool, Never>
  }

  private struct Watcher {
    var count: Int
    var continuation: CheckedContinuation<Void, Never>
  }

  private struct State {
    var now: Timestamp
    /// Grows with `advance` only: a jump of the wall clock wakes nobody.
    var elapsed: Int64 = 0
    var next = 0
    var sleepers: [Int: Sleeper] = [:]
    /// Cancelled before they lay down.
    var cancelled: Set<Int> = []
    var watchers: [Watcher] = []

    mutating func watchersToWake() -> [Watcher] {
      let ready = watchers.filter { $0.count <= sleepers.count }
      watchers.removeAll { $0.count <= sleepers.count }
      return ready
    }
  }

  private let state: Mutex<State>

  package init(_ now: Timestamp = ManualClock.start) {
    state = Mutex(State(now: now))
  }

  package func now() -> Timestamp { state.withLock { $0.now } }

  package func sleep(for interval: Interval) async throws(CancellationError) {
    let number = state.withLock { state in
      state.next += 1
      return state.next
    }
    let woken = await withTaskCancellationHandler {
      await withCheckedContinuation { lieDown(number, interval, $0) }
    } onCancel: {
      cancel(number)
    }
    guard woken else { throw CancellationError() }
  }

  private func lieDown(
    _ number: Int, _ interval: Interval, _ continuation: CheckedContinuation<Bool, Never>
  ) {
    let (answer, watchers): (Bool?, [Watcher]) = state.withLock { state in
      if state.cancelled.remove(number) != nil { return (false, []) }
      if interval.micros <= 0 { return (true, []) }
      state.sleepers[number] = Sleeper(
        until: state.elapsed + interval.micros, continuation: continuation)
      return (nil, state.watchersToWake())
    }
    if let answer { continuation.resume(returning: answer) }
    for watcher in watchers { watcher.continuation.resume() }
  }

  private func cancel(_ number: Int) {
    let sleeper = state.withLock { state in
      let sleeper = state.sleepers.removeValue(forKey: number)
      if sleeper == nil { state.cancelled.insert(number) }
      return sleeper
    }
    sleeper?.continuation.resume(returning: false)
  }

  /// Lets time pass and wakes those whose time has come, the earliest first.
  package func advance(by interval: Interval) {
    let due = state.withLock { state in
      state.now = state.now + interval
      state.elapsed += interval.micros
      let elapsed = state.elapsed
      let due = state.sleepers.filter { $0.value.until <= elapsed }
      for number in due.keys { state.sleepers[number] = nil }
      return due.values.sorted { $0.until < $1.until }
    }
    for sleeper in due { sleeper.continuation.resume(returning: true) }
  }

  /// Sets the wall clock, back or ahead, as a person or NTP does; no time passes.
  package func jump(to now: Timestamp) {
    state.withLock { $0.now = now }
  }

  package var sleeperCount: Int { state.withLock { $0.sleepers.count } }

  /// Returns once at least so many sleep.
  package func untilSleeping(_ count: Int) async {
    await withCheckedContinuation { continuation in
      let watchers = state.withLock { state in
        state.watchers.append(Watcher(count: count, continuation: continuation))
        return state.watchersToWake()
      }
      for watcher in watchers { watcher.continuation.resume() }
    }
  }
}
