import NIOCore
import NIOHTTP1
import NIOPosix

/// A web site on the loopback: fixed answers by path.
package struct LoopbackSite: Sendable {
  package struct Page: Sendable {
    package var type: String
    /// In text `{{origin}}` stands for the site's own origin; in headers too.
    package var body: [UInt8]
    package var status = 200
    package var headers: [(String, String)] = []
    /// The connection is cut instead of an answer.
    package var isCut = false
    /// There is no answer, ever.
    package var isSilent = false

    package init(_ type: String, _ body: String) {
      self.type = type
      self.body = Array(body.utf8)
    }

    package init(_ type: String, bytes: [UInt8]) {
      self.type = type
      body = bytes
    }

    package static func status(
      _ status: Int, _ headers: [(String, String)] = []
    ) -> Page {
      var page = Page("text/plain", "\(status)\n")
      page.status = status
      page.headers = headers
      return page
    }

    package static let cut: Page = {
      var page = Page("text/plain", "")
      page.isCut = true
      return page
    }()

    package static let silent: Page = {
      var page = Page("text/plain", "")
      page.isSilent = true
      return page
    }()

    fileprivate func body(at origin: String) -> [UInt8] {
      guard type.hasPrefix("text/") || type.hasSuffix("json") else { return body }
      return Array(
        String(decoding: body, as: UTF8.self).replacing("{{origin}}", with: origin).utf8)
    }
  }

  /// Such as `http://127.0.0.1:4711`, without a slash at the end.
  package let origin: String
  package let port: Int

  /// Serves while `body` runs. What is not among `pages` is answered by 404.
  ///
  /// - Parameters:
  ///   - port: 0 for any.
  ///   - hear: Is given what pages post, with the path.
  package static func with<Result>(
    _ pages: [String: Page], port: Int = 0,
    hear: @escaping @Sendable (_ path: String, _ body: String) -> Void = { _, _ in },
    _ body: (LoopbackSite) async throws -> Result
  ) async throws -> Result {
    let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .serverChannelOption(.backlog, value: 64)
      // So that a port can be served again at once.
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.configureHTTPServerPipeline()
          try channel.pipeline.syncOperations.addHandler(Answerer(pages, hear))
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
    private let hear: @Sendable (String, String) -> Void
    private var posted: (path: String, body: ByteBuffer)?

    init(_ pages: [String: Page], _ hear: @escaping @Sendable (String, String) -> Void) {
      self.pages = pages
      self.hear = hear
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      switch unwrapInboundIn(data) {
      case .head(let head):
        if head.method == .POST { posted = (head.uri, ByteBuffer()) }
        answer(head, context)
      case .body(let bytes): posted?.body.writeImmutableBuffer(bytes)
      case .end:
        if let posted { hear(posted.path, String(buffer: posted.body)) }
        posted = nil
      }
    }

    private func answer(_ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
      let path = String(head.uri.prefix { $0 != "?" })
      let page = pages[path] ?? .status(404)
      guard !page.isSilent else { return }
      guard !page.isCut else { return context.close(promise: nil) }
      let origin = "http://" + (head.headers.first(name: "Host") ?? "")
      let body = ByteBuffer(bytes: page.body(at: origin))
      var headers: HTTPHeaders = [
        "Content-Type": page.type,
        "Content-Length": String(body.readableBytes),
        "Cache-Control": "no-store",
      ]
      for (name, value) in page.headers {
        headers.add(name: name, value: value.replacing("{{origin}}", with: origin))
      }
      let answer = HTTPResponseHead(
        version: .http1_1, status: HTTPResponseStatus(statusCode: page.status), headers: headers)
      context.write(wrapOutboundOut(.head(answer)), promise: nil)
      if head.method != .HEAD {
        context.write(wrapOutboundOut(.body(.byteBuffer(body))), promise: nil)
      }
      context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    }
  }
}
