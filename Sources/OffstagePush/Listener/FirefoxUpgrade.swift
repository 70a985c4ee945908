import NIOCore
import NIOHTTP1
import NIOWebSocket
import OffstageCore

/// The way from a request of HTTP to a Firefox's connection.
enum FirefoxUpgrade {
  private static let subprotocol = "push-notification"
  private static let fragmentLimit = 64

  static let upgrader = NIOTypedWebSocketServerUpgrader<PushConnection>(
    maxFrameSize: FirefoxMessage.limit,
    shouldUpgrade: { channel, head in
      let headers =
        FirefoxPeer(head) == nil
        ? nil : HTTPHeaders([("Sec-WebSocket-Protocol", subprotocol)])
      return channel.eventLoop.makeSucceededFuture(headers)
    },
    upgradePipelineHandler: { channel, head in
      channel.eventLoop.makeCompletedFuture {
        let pipeline = channel.pipeline.syncOperations
        try pipeline.handler(type: PeerClock.self).becomesBrowser(channel)
        try pipeline.addHandler(
          NIOWebSocketFrameAggregator(
            minNonFinalFragmentSize: 1, maxAccumulatedFrameCount: fragmentLimit,
            maxAccumulatedFrameSize: FirefoxMessage.limit))
        guard let peer = FirefoxPeer(head) else { throw ChannelError.inputClosed }
        return .firefox(try NIOAsyncChannel(wrappingChannelSynchronously: channel), peer)
      }
    })
}

extension FirefoxPeer {
  /// Nil if it is a page, or was given no address of ours.
  ///
  /// Firefox's own push client gives the address that it connects to as its origin; a page can't.
  init?(_ head: HTTPRequestHead) {
    guard case .firefox(let source) = PushRoute(method: head.method.rawValue, path: head.uri),
      let host = head.headers.first(name: "Host"), Self.isLoopback(host),
      head.headers["Origin"].allSatisfy({ $0.hasPrefix("ws://") || $0.hasPrefix("wss://") }),
      head.headers["Sec-Fetch-Site"].allSatisfy({ $0 == "none" })
    else { return nil }
    self.init(source: source, authority: host)
  }

  private static func isLoopback(_ host: String) -> Bool {
    guard let name = ["127.0.0.1", "localhost", "[::1]"].first(where: host.hasPrefix) else {
      return false
    }
    let rest = host.dropFirst(name.count)
    return rest.isEmpty || rest.first == ":" && UInt16(rest.dropFirst()) != nil
  }
}
