import NIOCore
import NIOPosix

/// Bytes over a loopback connection, for what no client library would send.
enum RawSocket {
  /// Sends a text and gives all that comes until the other side closes.
  static func exchange(port: Int, _ text: String) async throws -> String {
    let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .connect(host: "127.0.0.1", port: port) { channel in
        channel.eventLoop.makeCompletedFuture {
          try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
        }
      }
    return try await channel.executeThenClose { inbound, outbound in
      try await outbound.write(ByteBuffer(string: text))
      var answer = ByteBuffer()
      for try await part in inbound { answer.writeImmutableBuffer(part) }
      return String(buffer: answer)
    }
  }

  static func get(
    port: Int, _ path: String, host: String? = nil, headers: [String] = []
  ) async throws -> String {
    let lines = ["GET \(path) HTTP/1.1", "Host: \(host ?? "127.0.0.1:\(port)")"] + headers
    return try await exchange(port: port, lines.joined(separator: "\r\n") + "\r\n\r\n")
  }
}
