import Synchronization
import Testing

/// A value that other threads change and tests wait for.
final class Awaited<Value: Sendable>: Sendable {
  private struct State {
    var value: Value
    var waiters: [Int: CheckedContinuation<Void, Never>] = [:]
    var lastWaiter = 0
  }

  private let state: Mutex<State>

  init(_ value: Value) {
    state = Mutex(State(value: value))
  }

  var value: Value { state.withLock { $0.value } }

  func update(_ change: (inout Value) -> Void) {
    let waiters = state.withLock { state in
      change(&state.value)
      defer { state.waiters = [:] }
      return state.waiters
    }
    for waiter in waiters.values { waiter.resume() }
  }

  /// Returns once `condition` holds; throws after `limit`, with what was there instead.
  func wait(
    for what: String, within limit: Duration = .seconds(30),
    until condition: @escaping @Sendable (Value) -> Bool
  ) async throws {
    let holds = await withTaskGroup(of: Bool.self) { group in
      group.addTask { await self.wait(until: condition) }
      group.addTask {
        try? await Task.sleep(for: limit)
        return false
      }
      let first = await group.next() ?? false
      group.cancelAll()
      return first
    }
    guard !holds else { return }
    throw TimedOut(what: what, after: limit, instead: "\(value)".suffix(4000).description)
  }

  private func wait(until condition: @Sendable (Value) -> Bool) async -> Bool {
    while !Task.isCancelled {
      let ticket = state.withLock { state in
        state.lastWaiter += 1
        return state.lastWaiter
      }
      let holds = await withTaskCancellationHandler {
        await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
          let isOver = state.withLock { state in
            let isOver = condition(state.value) || Task.isCancelled
            if !isOver { state.waiters[ticket] = continuation }
            return isOver
          }
          if isOver { continuation.resume() }
        }
        return condition(value)
      } onCancel: {
        state.withLock { $0.waiters.removeValue(forKey: ticket) }?.resume()
      }
      if holds { return true }
    }
    return false
  }
}

struct TimedOut: Error, CustomStringConvertible {
  var what: String
  var after: Duration
  var instead: String

  var description: String { "\(what) did not come within \(after); there was instead:\n\(instead)" }
}

/// For what nothing announces: looks often, and throws after `limit`.
func eventually(
  _ what: String, within limit: Duration = .seconds(30), _ condition: () async throws -> Bool
) async throws {
  let deadline = ContinuousClock.now + limit
  while try await !condition() {
    guard ContinuousClock.now < deadline else {
      throw TimedOut(what: what, after: limit, instead: "it did not hold")
    }
    try await Task.sleep(for: .milliseconds(20))
  }
}
