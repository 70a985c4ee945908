import NIOCore
import NIOHTTP1
import NIOPosix

/// A page and a service worker on the loopback.
enum SampleSite {
  private static let worker = """
    self.addEventListener('install', () => self.skipWaiting());
    self.addEventListener('activate', e => e.waitUntil(clients.claim()));
    self.addEventListener('push', e => e.waitUntil(new Promise(r => setTimeout(r, 20))));
    self.addEventListener('sync', () => {});
    self.addEventListener('periodicsync', () => {});
    """

  /// Gives the address, without a slash at the end.
  static func with(_ body: (String) async throws -> Void) async throws {
    let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.configureHTTPServerPipeline()
          try channel.pipeline.syncOperations.addHandler(Handler())
        }
      }
      .bind(host: "127.0.0.1", port: 0).get()
    do {
      try await body("http://127.0.0.1:\(channel.localAddress?.port ?? 0)")
    } catch {
      try? await channel.close()
      throw error
    }
    try await channel.close()
  }

  private final class Handler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      guard case .head(let head) = unwrapInboundIn(data) else { return }
      let isWorker = head.uri == "/sw.js"
      let body = ByteBuffer(string: isWorker ? worker : "<!doctype html><title>Sample</title>")
      let headers: HTTPHeaders = [
        "Content-Type": isWorker ? "text/javascript" : "text/html",
        "Content-Length": String(body.readableBytes),
      ]
      let answer = HTTPResponseHead(version: .http1_1, status: .ok, headers: headers)
      context.write(wrapOutboundOut(.head(answer)), promise: nil)
      context.write(wrapOutboundOut(.body(.byteBuffer(body))), promise: nil)
      context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    }
  }
}
