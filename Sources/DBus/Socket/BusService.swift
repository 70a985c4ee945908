/// The one service on a private bus.
package protocol BusService: Sendable {
  /// A client's next call waits until this one is answered.
  func answer(_ call: Message, from client: BusClientID) async -> Reply
  func disconnected(_ client: BusClientID) async
}
