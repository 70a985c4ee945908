import Foundation
import NIOCore
import NIOPosix
import Testing

/// What a server sent back, read without a library that would mend what is odd.
struct HTTPAnswer: Sendable {
  let status: Int
  private let fields: [(name: String, value: String)]
  let body: String

  func values(of name: String) -> [String] {
    fields.filter { $0.name == name.lowercased() }.map(\.value)
  }

  subscript(_ name: String) -> String? { values(of: name).first }

  var json: [String: Any] {
    get throws {
      try #require(try JSONSerialization.jsonObject(with: Data(body.utf8)) as? [String: Any])
    }
  }

  func list(_ key: String) throws -> [[String: Any]] {
    try #require(try json[key] as? [[String: Any]])
  }

  /// Sends a text and takes what comes until the server closes.
  static func exchange(port: Int, _ text: String) async throws -> HTTPAnswer {
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
      return try HTTPAnswer(parsing: String(buffer: answer))
    }
  }

  private init(parsing text: String) throws {
    let end = try #require(text.range(of: "\r\n\r\n"))
    let lines = text[..<end.lowerBound].split(separator: "\r\n")
    status = try #require(Int(lines[0].split(separator: " ")[1]))
    fields = lines.dropFirst().map { line in
      let parts = line.split(separator: ":", maxSplits: 1)
      return (
        parts[0].lowercased(), parts.count > 1 ? parts[1].trimmingCharacters(in: .whitespaces) : ""
      )
    }
    let rest = text[end.upperBound...]
    let isChunked = fields.contains { $0 == ("transfer-encoding", "chunked") }
    body = isChunked ? try HTTPAnswer.unchunked(rest) : String(rest)
  }

  /// The body of an answer whose length was not known beforehand (RFC 9112 §7.1).
  private static func unchunked(_ text: Substring) throws -> String {
    var rest = Array(text.utf8)[...]
    var out: [UInt8] = []
    while let end = rest.firstIndex(of: UInt8(ascii: "\r")) {
      let size = try #require(Int(String(decoding: rest[..<end], as: UTF8.self), radix: 16))
      guard size > 0 else { break }
      out += rest[(end + 2)..<(end + 2 + size)]
      rest = rest[(end + 2 + size + 2)...]
    }
    return String(decoding: out, as: UTF8.self)
  }
}

/// A request whose answer nobody reads.
struct OpenRequest: Sendable {
  private let channel: any Channel

  var isOpen: Bool { channel.isActive }

  init(port: Int, _ text: String) async throws {
    channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .connect(host: "127.0.0.1", port: port).get()
    if !text.isEmpty { try await channel.writeAndFlush(ByteBuffer(string: text)) }
  }
}
