import NIOCore
import NIOHTTP1
import NIOPosix

/// A web site on the loopback: fixed answers by path.
package struct LoopbackSite: Sendable {
  package struct Page: Sendable {
    package var type: String
    package var body: String

    package init(_ type: String, _ body: String) {
      self.type = type
      self.body = body
    }
  }

  /// Such as `http://127.0.0.1:4711`, without a slash at the end.
  package let origin: String
  package let port: Int

  /// Serves while `body` runs. What is not among `pages` is answered by 404.
  ///
  /// - Parameter port: 0 for any.
  package static func with<Result>(
    _ pages: [String: Page], port: Int = 0, _ body: (LoopbackSite) async throws -> Result
  ) async throws -> Result {
    let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .serverChannelOption(.backlog, value: 64)
      // So that a port can be served again at once.
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.configureHTTPServerPipeline()
          try channel.pipeline.syncOperations.addHandler(Answerer(pages))
        }
      }
      .bind(host: "127.0.0.1", port: port).get()
    let port = channel.localAddress?.port ?? 0
    do {
      let result = try await body(LoopbackSite(origin: "http://127.0.0.1:\(port)", port: port))
      try await channel.close()
      return result
    } catch {
      try? await channel.close()
      throw error
    }
  }

  private final class Answerer: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let pages: [String: Page]

    init(_ pages: [String: Page]) {
      self.pages = pages
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      guard case .head(let head) = unwrapInboundIn(data) else { return }
      let path = String(head.uri.prefix { $0 != "?" })
      let page = pages[path]
      let body = ByteBuffer(string: page?.body ?? "Not here.\n")
      let headers: HTTPHeaders = [
        "Content-Type": page?.type ?? "text/plain",
        "Content-Length": String(body.readableBytes),
        "Cache-Control": "no-store",
      ]
      let status: HTTPResponseStatus = page == nil ? .notFound : .ok
      let answer = HTTPResponseHead(version: .http1_1, status: status, headers: headers)
      context.write(wrapOutboundOut(.head(answer)), promise: nil)
      context.write(wrapOutboundOut(.body(.byteBuffer(body))), promise: nil)
      context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    }
  }
}
