import Synchronization

/// A value whose changes can be waited for.
final class Watched<Value: Sendable>: Sendable {
  private struct State {
    var value: Value
    var next = 0
    var waiting: [Int: CheckedContinuation<Void, Never>] = [:]
  }

  private let state: Mutex<State>

  init(_ value: Value) {
    state = Mutex(State(value: value))
  }

  var value: Value { state.withLock { $0.value } }

  @discardableResult
  func update<Result: Sendable>(_ change: @Sendable (inout Value) -> Result) -> Result {
    let (result, waiting) = state.withLock { state in
      let result = change(&state.value)
      defer { state.waiting.removeAll() }
      return (result, Array(state.waiting.values))
    }
    for waiter in waiting { waiter.resume() }
    return result
  }

  /// Returns once `condition` holds, or the task is cancelled.
  func wait(until condition: @Sendable (Value) -> Bool) async {
    while !condition(value), !Task.isCancelled {
      let ticket = state.withLock { state in
        state.next += 1
        return state.next
      }
      await withTaskCancellationHandler {
        await withCheckedContinuation { continuation in
          let isOver = state.withLock { state in
            let isOver = condition(state.value) || Task.isCancelled
            if !isOver { state.waiting[ticket] = continuation }
            return isOver
          }
          if isOver { continuation.resume() }
        }
      } onCancel: {
        state.withLock { $0.waiting.removeValue(forKey: ticket) }?.resume()
      }
    }
  }

  /// Whether `condition` holds within `limit`; returns sooner if the task is cancelled.
  @discardableResult
  func wait(
    atMost limit: Duration, until condition: @escaping @Sendable (Value) -> Bool
  ) async -> Bool {
    await withTaskGroup(of: Void.self) { group in
      group.addTask { await self.wait(until: condition) }
      group.addTask { try? await Task.sleep(for: limit) }
      await group.next()
      group.cancelAll()
    }
    return condition(value)
  }
}
