import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import Synchronization

/// A push service that keeps what it is sent and answers what it is told to.
final class FakePushService: Sendable {
  struct Request: Sendable {
    var method: String
    var path: String
    var headers: [(name: String, value: String)]
    var body: [UInt8]

    func header(_ name: String) -> String? {
      headers.first { $0.name.lowercased() == name.lowercased() }?.value
    }
  }

  struct Answer: Sendable {
    var status = 201
    var headers: [(String, String)] = []
    var body: [UInt8] = []
    /// It takes the request and says nothing.
    var isSilent = false
  }

  let port: Int
  private let kept: Kept

  var requests: [Request] { kept.requests.withLock { $0 } }

  private init(port: Int, kept: Kept) {
    self.port = port
    self.kept = kept
  }

  /// Serves while `body` runs.
  ///
  /// - Parameter pair: with it the service speaks TLS.
  static func with<Result>(
    _ answer: Answer = Answer(), tls pair: TestCertificates.Pair? = nil,
    _ body: (FakePushService) async throws -> Result
  ) async throws -> Result {
    let context = try pair.map(Self.context)
    let kept = Kept()
    let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          if let context {
            try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: context))
          }
          try channel.pipeline.syncOperations.configureHTTPServerPipeline()
          try channel.pipeline.syncOperations.addHandler(Answerer(answer, kept))
        }
      }
      .bind(host: "127.0.0.1", port: 0).get()
    let service = FakePushService(port: channel.localAddress?.port ?? 0, kept: kept)
    do {
      let result = try await body(service)
      try await channel.close()
      return result
    } catch {
      try? await channel.close()
      throw error
    }
  }

  private static func context(_ pair: TestCertificates.Pair) throws -> NIOSSLContext {
    let chain = try NIOSSLCertificate.fromPEMBytes(Array(pair.certificate.utf8))
    let key = try NIOSSLPrivateKey(bytes: Array(pair.key.utf8), format: .pem)
    return try NIOSSLContext(
      configuration: .makeServerConfiguration(
        certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key)))
  }
}

private final class Kept: Sendable {
  let requests = Mutex<[FakePushService.Request]>([])
}

private final class Answerer: ChannelInboundHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias OutboundOut = HTTPServerResponsePart

  private let answer: FakePushService.Answer
  private let kept: Kept
  private var request: FakePushService.Request?

  init(_ answer: FakePushService.Answer, _ kept: Kept) {
    self.answer = answer
    self.kept = kept
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head(let head):
      request = FakePushService.Request(
        method: head.method.rawValue, path: head.uri,
        headers: head.headers.map { ($0.name, $0.value) }, body: [])
    case .body(let part): request?.body += part.readableBytesView
    case .end:
      if let request { kept.requests.withLock { $0.append(request) } }
      if !answer.isSilent { respond(context) }
    }
  }

  private func respond(_ context: ChannelHandlerContext) {
    var headers = HTTPHeaders(answer.headers)
    headers.add(name: "Content-Length", value: "\(answer.body.count)")
    let head = HTTPResponseHead(
      version: .http1_1, status: HTTPResponseStatus(statusCode: answer.status), headers: headers)
    context.write(wrapOutboundOut(.head(head)), promise: nil)
    context.write(
      wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: answer.body)))), promise: nil)
    context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    context.close(promise: nil)
  }
}
