/// What the push service keeps, so that nothing is lost or sent twice whenever it ends.
package protocol PushLedger: Sendable {
  /// What a service that starts has to know.
  func pushState(at now: Timestamp) async throws -> PushState
  /// Durable when it returns, all or nothing.
  func record(_ writes: [PushWrite]) async throws
  /// The newest messages, newest first.
  func pushMessages(onlyRefused: Bool, limit: Int) async throws -> [PushMessage]
  func pushMessage(id: String) async throws -> PushMessage?
  /// What is asked of the service, in the order in which it was asked.
  func pushOrders() async throws -> [PushOrder]
  /// An element after each commit, whoever's it is.
  func changes() -> AsyncStream<Void>
  /// In the order in which they were made.
  func pushSubscriptions() async throws -> [PushSubscription]
}

package struct PushState: Sendable, Hashable {
  package var devices: [PushDevice]
  /// Those that have ended too: their senders are told that they are gone.
  package var subscriptions: [PushSubscription]
  /// Those that wait for their browser, in the order in which they came.
  package var waiting: [PushMessage]

  package init(
    devices: [PushDevice] = [], subscriptions: [PushSubscription] = [], waiting: [PushMessage] = []
  ) {
    self.devices = devices
    self.subscriptions = subscriptions
    self.waiting = waiting
  }
}

package enum PushWrite: Sendable, Hashable {
  case device(PushDevice)
  case subscription(PushSubscription)
  case subscriptionEnded(token: String, PushSubscription.End)
  case message(PushMessage)
  case sent(id: String, at: Timestamp)
  case ended(id: String, PushMessage.End, at: Timestamp)
  /// What only Firefox tells: becomes an event of the browser's source as well, in the same breath.
  case reported(PushReport)
  /// Whose site a subscription is of, if that was not known.
  case origin(token: String, String)
  /// The service acts on it from now on.
  case orderTaken(Int64)
  /// A push has met the fault.
  case orderMet(Int64)
  case orderDone(Int64)
}
