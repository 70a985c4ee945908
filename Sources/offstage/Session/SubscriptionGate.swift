/// Has the first subscription of a browser wait until its pages and workers see endpoints of ours.
///
/// A browser in which nobody subscribes has nothing done to its pages for that.
struct SubscriptionGate: Sendable {
  enum State: Sendable {
    case closed
    /// A browser has asked for a subscription, and waits for it.
    case asked
    case open
  }

  /// The page waits longer for a browser that starts.
  private static let patience = Duration.seconds(10)

  private let state: Watched<State>

  init(_ state: State = .closed) {
    self.state = Watched(state)
  }

  var isClosed: Bool { state.value == .closed }

  /// Asks, and returns once it is open: without its script a page sees an endpoint of the browser's
  /// maker, which is better than none.
  func pass() async {
    state.update { if $0 == .closed { $0 = .asked } }
    await state.wait(atMost: Self.patience) { $0 == .open }
  }

  func waitUntilAsked() async { await state.wait { $0 != .closed } }

  func open() { state.update { $0 = .open } }
}
