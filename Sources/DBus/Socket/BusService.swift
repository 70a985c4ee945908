/// The one service on a private bus.
package protocol BusService: Sendable {
  /// A client's next call waits until this one is answered.
  func answer(_ call: Message, from client: BusClientID) async -> Reply
  /// The answer has been written: what is emitted from here on comes after it.
  func answered(_ client: BusClientID) async
  func disconnected(_ client: BusClientID) async
}

extension BusService {
  package func answered(_ client: BusClientID) async {}
}
