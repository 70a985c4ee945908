import OffstageCore
import OffstageTesting
import Synchronization

/// A desk on which a test shows what it likes.
final class PlayedDesk: NotificationDesk {
  private struct State {
    var shown: [ShownNotification] = []
    var done: [String] = []
    var listeners: [AsyncStream<NotificationChange>.Continuation] = []
  }

  private let state = Mutex(State())

  /// What was done to them, in order.
  var done: [String] { state.withLock { $0.done } }

  func show(_ title: String, actions: [ShownNotification.Action] = []) {
    state.withLock { state in
      let shown = ShownNotification(
        number: UInt32(state.shown.count + 1), title: title, actions: actions,
        shown: ManualClock.start)
      state.shown.append(shown)
      for listener in state.listeners { listener.yield(.shown(shown)) }
    }
  }

  func shown() async -> [ShownNotification] { state.withLock { $0.shown } }

  func changes() async -> AsyncStream<NotificationChange> {
    let (stream, listener) = AsyncStream.makeStream(of: NotificationChange.self)
    state.withLock { state in
      for shown in state.shown { listener.yield(.shown(shown)) }
      state.listeners.append(listener)
    }
    return stream
  }

  func perform(
    _ gesture: NotificationGesture, on number: UInt32
  ) async throws(GestureFault) {
    if case .reply = gesture, number == 1 { throw .takesNoText }
    state.withLock { $0.done.append("\(gesture) \(number)") }
  }
}
