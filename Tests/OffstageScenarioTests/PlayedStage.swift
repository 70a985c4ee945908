import OffstageCore
import OffstageScenario
import OffstageTesting
import Synchronization

/// A stage without a browser: a test says what comes of each act.
final class PlayedStage: Stage {
  private struct State {
    var done: [String] = []
    var end: StageError?
    var listeners: [AsyncStream<StageError>.Continuation] = []
  }

  let store: any EventStore
  let origin = "http://localhost:1"
  let applicationServerKey = "BKey"
  let desk: (any NotificationDesk)?
  private let state = Mutex(State())
  private let act: @Sendable (PlayedStage, String) async throws(StageError) -> String

  init(
    store: any EventStore, desk: (any NotificationDesk)? = nil,
    act: @escaping @Sendable (PlayedStage, String) async throws(StageError) -> String = { _, _ in
      "null"
    }
  ) {
    self.store = store
    self.desk = desk
    self.act = act
  }

  /// What was asked of it, in order.
  var done: [String] { state.withLock { $0.done } }

  /// The browser or the site ends.
  func end(_ error: StageError) {
    state.withLock { state in
      state.end = error
      for listener in state.listeners { listener.yield(error) }
    }
  }

  private func perform(_ what: String) async throws(StageError) -> String {
    state.withLock { $0.done.append(what) }
    return try await act(self, what)
  }

  func trouble() async -> StageError? {
    let (ends, listener) = AsyncStream.makeStream(of: StageError.self)
    state.withLock { state in
      if let end = state.end { listener.yield(end) }
      state.listeners.append(listener)
    }
    for await error in ends { return error }
    return nil
  }

  func trigger(
    _ action: TriggerAction, patience: Interval
  ) async throws(StageError) -> TriggerAnswer {
    let text =
      switch action {
      case .push(let worker, let data): "push \(data ?? "nothing") to \(worker.scope ?? "any")"
      case .sync(_, let tag, let isLastChance): "sync \(tag) \(isLastChance)"
      case .periodicSync(_, let tag): "periodic sync \(tag)"
      case .network(let connectivity, _): connectivity.rawValue
      default: "another trigger"
      }
    let said = try await perform(text)
    return said == "null" ? TriggerAnswer(.done) : TriggerAnswer(.failed, reason: said)
  }

  func send(_ push: SentPush, patience: Interval) async throws(StageError) -> SentPushAnswer {
    let to = push.subscription ?? push.worker.scope ?? "any"
    let parts = [push.topic, push.urgency?.rawValue, push.key].compactMap(\.self)
    let said = try await perform(
      (["send \(push.payload ?? "nothing") to \(to) for \(push.ttl) s"] + parts)
        .joined(separator: ", "))
    guard let status = Int(said) else { return SentPushAnswer(status: 201, id: "message") }
    return SentPushAnswer(status: status, detail: "It is so.", hint: "Do better.")
  }

  func pushMessage(_ id: String) async throws(StageError) -> PushMessage? {
    let said = try await perform("message \(id)")
    guard id == "message" else { return nil }
    var message = PushMessage(id: id, subscription: "S", received: SystemClock().now(), ttl: 60)
    message.delivery.end = PushMessage.End(rawValue: said)
    return message
  }

  func open(
    _ url: String, expecting status: Int?, within limit: Interval
  ) async throws(StageError) {
    _ = try await perform("open \(url)")
  }

  func findPage(_ url: String, within limit: Interval) async throws(StageError) {
    _ = try await perform("find \(url)")
  }

  func evaluate(
    _ script: String, hasGesture: Bool, within limit: Interval
  ) async throws(StageError) -> String { try await perform(script) }

  func click(_ selector: String, within limit: Interval) async throws(StageError) {
    _ = try await perform("click \(selector)")
  }

  func wait(for expression: String, within limit: Interval) async throws(StageError) {
    _ = try await perform("wait \(expression)")
  }

  func closePages() async throws(StageError) { _ = try await perform("close pages") }
  func restartBrowser() async throws(StageError) { _ = try await perform("restart") }
  func closeBrowser() async throws(StageError) { _ = try await perform("close") }
  func killBrowser() async throws(StageError) { _ = try await perform("kill") }
  func pictures() async -> [[UInt8]] { [[1, 2, 3]] }
}
