import NIOCore
import NIOPosix

/// Peers that are no browsers, and requests without a library.
package enum RawTCP {
  /// Answers every connection with the same bytes, whatever it says, while `body` runs.
  package static func answering(
    _ bytes: [UInt8], _ body: (_ port: Int) async throws -> Void
  ) async throws {
    let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(Parrot(bytes))
        }
      }
      .bind(host: "127.0.0.1", port: 0).get()
    do {
      try await body(channel.localAddress?.port ?? 0)
      try await channel.close()
    } catch {
      try? await channel.close()
      throw error
    }
  }

  /// A port that nobody listens on: one that was free a moment ago.
  package static func closedPort() async throws -> Int {
    let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .bind(host: "127.0.0.1", port: 0).get()
    let port = channel.localAddress?.port ?? 0
    try await channel.close()
    return port
  }

  /// The body of the answer to a GET.
  package static func get(port: Int, path: String, token: String) async throws -> String {
    let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .connect(host: "127.0.0.1", port: port) { channel in
        channel.eventLoop.makeCompletedFuture {
          try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
        }
      }
    return try await channel.executeThenClose { inbound, outbound in
      let request = """
        GET \(path) HTTP/1.1\r
        Host: 127.0.0.1:\(port)\r
        Authorization: Bearer \(token)\r
        Connection: close\r
        \r

        """
      try await outbound.write(ByteBuffer(string: request))
      var answer = ByteBuffer()
      for try await part in inbound { answer.writeImmutableBuffer(part) }
      let bytes = Array(answer.readableBytesView)
      let end = bytes.firstRange(of: Array("\r\n\r\n".utf8))?.upperBound ?? 0
      return String(decoding: bytes[end...], as: UTF8.self)
    }
  }

  private final class Parrot: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let bytes: [UInt8]
    private var hasAnswered = false

    init(_ bytes: [UInt8]) {
      self.bytes = bytes
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      guard !hasAnswered else { return }
      hasAnswered = true
      let channel = context.channel
      context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: bytes)))
        .whenComplete { _ in channel.close(promise: nil) }
    }
  }
}
