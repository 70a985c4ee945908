import NIOCore
import NIOHTTP1
import NIOPosix
import NIOWebSocket

/// A small server on loopback that behaves as the test says.
final class TestServer: Sendable {
  struct Answer: Sendable {
    var status = 200
    var body = ""
  }

  struct Behaviour: Sendable {
    /// Answers to plain requests, by path.
    var answer: @Sendable (String) -> Answer = { _ in Answer(status: 404) }
    /// Called once a WebSocket is open; nil refuses the upgrade.
    var webSocket: (@Sendable (any Channel) -> Void)?
    /// Sent as soon as somebody connects, instead of HTTP.
    var greeting: String?
    /// Takes connections and says nothing.
    var isSilent = false
  }

  let port: Int
  /// Frames of all clients, with their headers' fields as they came.
  let frames: AsyncStream<WebSocketFrame>
  let requests: AsyncStream<HTTPRequestHead>
  private let channel: any Channel

  static func start(_ behaviour: Behaviour) async throws -> TestServer {
    let (frames, frameInput) = AsyncStream<WebSocketFrame>.makeStream()
    let (requests, requestInput) = AsyncStream<HTTPRequestHead>.makeStream()
    let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelInitializer { channel in
        configure(channel, behaviour, frameInput, requestInput)
      }
      .bind(host: "127.0.0.1", port: 0).get()
    let port = channel.localAddress?.port ?? 0
    return TestServer(port: port, frames: frames, requests: requests, channel: channel)
  }

  private init(
    port: Int, frames: AsyncStream<WebSocketFrame>, requests: AsyncStream<HTTPRequestHead>,
    channel: any Channel
  ) {
    self.port = port
    self.frames = frames
    self.requests = requests
    self.channel = channel
  }

  func stop() async { try? await channel.close() }

  private static func configure(
    _ channel: any Channel, _ behaviour: Behaviour,
    _ frames: AsyncStream<WebSocketFrame>.Continuation,
    _ requests: AsyncStream<HTTPRequestHead>.Continuation
  ) -> EventLoopFuture<Void> {
    if let greeting = behaviour.greeting {
      return channel.pipeline.addHandler(Greeter(greeting: greeting))
    }
    if behaviour.isSilent { return channel.eventLoop.makeSucceededVoidFuture() }
    var upgraders: [any HTTPServerProtocolUpgrader & Sendable] = []
    if let webSocket = behaviour.webSocket {
      upgraders.append(
        NIOWebSocketServerUpgrader(
          maxFrameSize: 1 << 28,
          shouldUpgrade: { channel, head in
            requests.yield(head)
            return channel.eventLoop.makeSucceededFuture([:])
          },
          upgradePipelineHandler: { channel, _ in
            channel.eventLoop.makeCompletedFuture {
              let pipeline = channel.pipeline.syncOperations
              _ = pipeline.removeHandler(name: Responder.name)
              try pipeline.addHandler(FrameRecorder(frames: frames))
            }.map { webSocket(channel) }
          }))
    }
    let configuration = NIOHTTPServerUpgradeSendableConfiguration(
      upgraders: upgraders, completionHandler: { _ in })
    return channel.pipeline.configureHTTPServerPipeline(withServerUpgrade: configuration).flatMap {
      channel.eventLoop.makeCompletedFuture {
        let responder = Responder(answer: behaviour.answer, requests: requests)
        try channel.pipeline.syncOperations.addHandler(responder, name: Responder.name)
      }
    }
  }
}

private final class Greeter: ChannelInboundHandler, Sendable {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private let greeting: String

  init(greeting: String) { self.greeting = greeting }

  func channelActive(context: ChannelHandlerContext) {
    context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: greeting)), promise: nil)
  }
}

private final class FrameRecorder: ChannelInboundHandler {
  typealias InboundIn = WebSocketFrame

  private let frames: AsyncStream<WebSocketFrame>.Continuation

  init(frames: AsyncStream<WebSocketFrame>.Continuation) { self.frames = frames }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    frames.yield(unwrapInboundIn(data))
  }
}

private final class Responder: ChannelInboundHandler, RemovableChannelHandler {
  static let name = "responder"

  typealias InboundIn = HTTPServerRequestPart
  typealias OutboundOut = HTTPServerResponsePart

  private let answer: @Sendable (String) -> TestServer.Answer
  private let requests: AsyncStream<HTTPRequestHead>.Continuation

  init(
    answer: @escaping @Sendable (String) -> TestServer.Answer,
    requests: AsyncStream<HTTPRequestHead>.Continuation
  ) {
    self.answer = answer
    self.requests = requests
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard case .head(let request) = unwrapInboundIn(data) else { return }
    requests.yield(request)
    let answer = answer(request.uri)
    let body = ByteBuffer(string: answer.body)
    let head = HTTPResponseHead(
      version: .http1_1, status: .init(statusCode: answer.status),
      headers: ["Content-Length": "\(body.readableBytes)"])
    context.write(wrapOutboundOut(.head(head)), promise: nil)
    context.write(wrapOutboundOut(.body(.byteBuffer(body))), promise: nil)
    context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
  }
}

extension Channel {
  /// Sends a WebSocket frame, unmasked as a server must.
  func sendFrame(_ text: String, _ opcode: WebSocketOpcode = .text, isFinal: Bool = true) {
    writeAndFlush(
      WebSocketFrame(fin: isFinal, opcode: opcode, data: ByteBuffer(string: text)), promise: nil)
  }
}
