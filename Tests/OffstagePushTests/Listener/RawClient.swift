import NIOCore
import NIOPosix
import NIOSSL

/// A socket to the push service that says what a test wants, in plain or over TLS.
struct RawClient: Sendable {
  let channel: NIOAsyncChannel<ByteBuffer, ByteBuffer>

  static func connect(_ port: Int, trusting certificate: String? = nil) async throws -> RawClient {
    let tls = try certificate.map { path in
      var configuration = TLSConfiguration.makeClientConfiguration()
      configuration.trustRoots = .file(path)
      return try NIOSSLContext(configuration: configuration)
    }
    let channel = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
      .connect(host: "127.0.0.1", port: port) { channel in
        channel.eventLoop.makeCompletedFuture {
          if let tls {
            try channel.pipeline.syncOperations.addHandler(
              try NIOSSLClientHandler(context: tls, serverHostname: "localhost"))
          }
          return try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
        }
      }
    return RawClient(channel: channel)
  }

  /// Says something and gives all that is answered until the other side closes, or until `isEnough`.
  func say(_ bytes: [UInt8], until isEnough: @escaping @Sendable ([UInt8]) -> Bool = { _ in false })
    async throws -> [UInt8]
  {
    try await channel.executeThenClose { inbound, outbound in
      try await outbound.write(ByteBuffer(bytes: bytes))
      var answer: [UInt8] = []
      do {
        for try await part in inbound {
          answer += part.readableBytesView
          if isEnough(answer) { break }
        }
      } catch {
        // A connection that is reset is closed.
      }
      return answer
    }
  }

  func say(_ text: String) async throws -> String {
    String(decoding: try await say(Array(text.utf8)), as: UTF8.self)
  }
}
