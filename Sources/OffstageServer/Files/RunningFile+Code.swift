internal import Foundation
internal import JSON
internal import NIOCore
internal import NIOPosix

extension RunningFile {
  /// A code for a link to the UI of that process; nil when it does not answer within two seconds.
  package func freshCode() async -> String? {
    guard let answer = try? await post("\(API.root)/codes"),
      let body = answer.range(of: "\r\n\r\n").map({ answer[$0.upperBound...] })
    else { return nil }
    var code: String?
    var reader = JSONReader(String(body))
    try? reader.readObject { key, reader throws(JSONError) in
      if key == "code" { code = try reader.readString() } else { try reader.skipValue() }
    }
    return code
  }

  private func post(_ path: String) async throws -> String {
    let request = """
      POST \(path) HTTP/1.1\r
      Host: 127.0.0.1:\(port)\r
      Authorization: Bearer \(token)\r
      Content-Length: 0\r
      Connection: close\r
      \r

      """
    let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .connectTimeout(.seconds(2))
      .connect(host: "127.0.0.1", port: port) { channel in
        channel.eventLoop.makeCompletedFuture {
          try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
        }
      }
    let timer = channel.channel.eventLoop.scheduleTask(in: .seconds(2)) {
      channel.channel.close(promise: nil)
    }
    defer { timer.cancel() }
    return try await channel.executeThenClose { inbound, outbound in
      try await outbound.write(ByteBuffer(string: request))
      var answer = ByteBuffer()
      for try await part in inbound { answer.writeImmutableBuffer(part) }
      return String(buffer: answer)
    }
  }
}
