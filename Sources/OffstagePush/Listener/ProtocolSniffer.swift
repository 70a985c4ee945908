import NIOCore
import NIOHTTP1
import NIOSSL
import NIOWebSocket

/// A connection whose protocol is known.
enum PushConnection: Sendable {
  case http(NIOAsyncChannel<HTTPServerRequestPart, HTTPServerResponsePart>, isSecure: Bool)
  /// A browser's, over TLS.
  case mcs(NIOAsyncChannel<ByteBuffer, ByteBuffer>)
  case firefox(NIOAsyncChannel<WebSocketFrame, WebSocketFrame>, FirefoxPeer)
}

/// Tells by a connection's first byte what it speaks, so that all can share one port: a TLS record
/// begins with 22, Chromium's push client (always within TLS) with its version, and HTTP with a
/// letter. Firefox's begins as HTTP, and asks for a WebSocket.
///
/// One address for http and https is more than a convenience: there are libraries that speak TLS to
/// whatever the endpoint's scheme is.
final class ProtocolSniffer: ChannelInboundHandler, RemovableChannelHandler {
  typealias InboundIn = ByteBuffer
  typealias InboundOut = ByteBuffer

  private let tls: NIOSSLContext
  private let isSecure: Bool
  private let patience: PeerPatience
  private let found: EventLoopPromise<PushConnection>
  private var isDecided = false

  init(
    _ tls: NIOSSLContext, isSecure: Bool = false, _ patience: PeerPatience,
    found: EventLoopPromise<PushConnection>
  ) {
    self.tls = tls
    self.isSecure = isSecure
    self.patience = patience
    self.found = found
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard !isDecided, let first = unwrapInboundIn(data).readableBytesView.first else {
      return context.fireChannelRead(data)
    }
    isDecided = true
    do {
      try configure(context, first)
    } catch {
      found.fail(error)
      return context.close(promise: nil)
    }
    context.fireChannelRead(data)
    context.pipeline.syncOperations.removeHandler(self, promise: nil)
  }

  func channelInactive(context: ChannelHandlerContext) {
    found.fail(ChannelError.inputClosed)
    context.fireChannelInactive()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    found.fail(error)
    context.close(promise: nil)
  }

  private func configure(_ context: ChannelHandlerContext, _ first: UInt8) throws {
    let pipeline = context.pipeline.syncOperations
    switch first {
    case 22 where !isSecure:
      try pipeline.addHandler(NIOSSLServerHandler(context: tls))
      try pipeline.addHandler(ProtocolSniffer(tls, isSecure: true, patience, found: found))
    case MCSFrame.version where isSecure:
      try pipeline.addHandler(PeerClock(.browser, patience))
      found.succeed(.mcs(try NIOAsyncChannel(wrappingChannelSynchronously: context.channel)))
    default:
      try pipeline.addHandler(PeerClock(.http, patience))
      try pipeline.configureUpgradableHTTPServerPipeline(
        configuration: .init(
          upgradeConfiguration: .init(
            upgraders: [FirefoxUpgrade.upgrader],
            notUpgradingCompletionHandler: { [isSecure] channel in
              channel.eventLoop.makeCompletedFuture {
                .http(
                  try NIOAsyncChannel(wrappingChannelSynchronously: channel), isSecure: isSecure)
              }
            }))
      ).cascade(to: found)
    }
  }
}
