import NIOCore
import NIOHTTP1
import NIOWebSocket
import Synchronization

/// Where a connection's handlers find the server, which is made after them.
final class FakeServerBox: Sendable {
  private let held = Mutex<FakeServer?>(nil)

  var server: FakeServer? {
    get { held.withLock { $0 } }
    set { held.withLock { $0 = newValue } }
  }
}

/// HTTP, and a WebSocket where one is asked for and admitted.
struct FakeServerPipeline {
  private let box: FakeServerBox

  init(_ box: FakeServerBox) {
    self.box = box
  }

  func install(on channel: any Channel) throws {
    let http = FakeHTTPHandler(box)
    try channel.pipeline.syncOperations.configureHTTPServerPipeline(
      withServerUpgrade: (
        upgraders: [FakeUpgrader(box)],
        completionHandler: { context in
          context.pipeline.syncOperations.removeHandler(http, promise: nil)
        }
      ))
    try channel.pipeline.syncOperations.addHandler(http)
  }
}

/// As NIO's own, but the pipeline has no frame encoder: frames are made many to a buffer.
final class FakeUpgrader: HTTPServerProtocolUpgrader {
  let supportedProtocol = "websocket"
  let requiredUpgradeHeaders: [String]
  private let box: FakeServerBox
  private let handshake: NIOWebSocketServerUpgrader

  init(_ box: FakeServerBox) {
    self.box = box
    handshake = NIOWebSocketServerUpgrader(
      shouldUpgrade: { channel, head in
        channel.eventLoop.makeFutureWithTask {
          await box.server?.admits(head) == true ? HTTPHeaders() : nil
        }
      },
      upgradePipelineHandler: { channel, _ in channel.eventLoop.makeSucceededVoidFuture() })
    requiredUpgradeHeaders = handshake.requiredUpgradeHeaders
  }

  func buildUpgradeResponse(
    channel: any Channel, upgradeRequest: HTTPRequestHead, initialResponseHeaders: HTTPHeaders
  ) -> EventLoopFuture<HTTPHeaders> {
    handshake.buildUpgradeResponse(
      channel: channel, upgradeRequest: upgradeRequest,
      initialResponseHeaders: initialResponseHeaders)
  }

  func upgrade(
    context: ChannelHandlerContext, upgradeRequest: HTTPRequestHead
  ) -> EventLoopFuture<Void> {
    let (messages, continuation) = AsyncStream<[[UInt8]]>.makeStream()
    let channel = context.channel
    let path = upgradeRequest.uri
    let server = box.server
    return channel.eventLoop.makeCompletedFuture {
      // Chromium takes messages of up to 100 MB.
      try context.pipeline.syncOperations.addHandlers(
        ByteToMessageHandler(WebSocketFrameDecoder(maxFrameSize: 100 << 20)),
        NIOWebSocketFrameAggregator(
          minNonFinalFragmentSize: 0, maxAccumulatedFrameCount: 1024,
          maxAccumulatedFrameSize: 100 << 20),
        FakeFrameHandler(), FakePeerHandler(continuation))
      // Ends with the connection.
      _ = channel.eventLoop.makeFutureWithTask {
        await server?.serve(channel, path: path, messages: messages)
      }
    }
  }
}

/// Plain requests, each on its own connection.
final class FakeHTTPHandler: ChannelInboundHandler, RemovableChannelHandler, Sendable {
  typealias InboundIn = HTTPServerRequestPart
  typealias OutboundOut = HTTPServerResponsePart

  private let box: FakeServerBox

  init(_ box: FakeServerBox) {
    self.box = box
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard case .head(let head) = unwrapInboundIn(data) else { return }
    let channel = context.channel
    let server = box.server
    _ = channel.eventLoop.makeFutureWithTask {
      let response = await server?.response(to: head) ?? FakeHTTPResponse(status: .notFound)
      var headers = HTTPHeaders()
      headers.add(name: "Content-Length", value: String(response.body.count))
      headers.add(name: "Content-Type", value: response.type)
      headers.add(name: "Connection", value: "close")
      let answer = HTTPResponseHead(version: .http1_1, status: response.status, headers: headers)
      channel.write(HTTPServerResponsePart.head(answer), promise: nil)
      let body = channel.allocator.buffer(bytes: response.body)
      channel.write(HTTPServerResponsePart.body(.byteBuffer(body)), promise: nil)
      try await channel.writeAndFlush(HTTPServerResponsePart.end(nil))
      try await channel.close()
    }
  }
}
