import Foundation
import NIOCore
import NIOPosix
import Testing

/// Reads a stream's text as it comes.
final class StreamReader: Sendable {
  private let channel: NIOAsyncChannel<ByteBuffer, ByteBuffer>
  private let texts: AsyncStream<String>
  private let contract: Contract

  static func with(
    _ bench: Bench, query: String = "", lines: [String] = [],
    _ body: @Sendable (StreamReader) async throws -> Void
  ) async throws {
    let request =
      [
        "GET /api/v1/stream\(query) HTTP/1.1", "Host: 127.0.0.1:\(bench.port)",
        "Authorization: Bearer \(Bench.token)",
      ] + lines
    let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .connect(host: "127.0.0.1", port: bench.port) { channel in
        channel.eventLoop.makeCompletedFuture {
          try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
        }
      }
    try await channel.executeThenClose { inbound, outbound in
      try await outbound.write(
        ByteBuffer(string: request.joined(separator: "\r\n") + "\r\n\r\n"))
      let (texts, add) = AsyncStream.makeStream(of: String.self)
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask {
          var text = ""
          for try await part in inbound {
            text += String(buffer: part)
            add.yield(text)
          }
          add.finish()
        }
        let reader = StreamReader(channel: channel, texts: texts, contract: bench.contract)
        _ = try await reader.text { $0.contains("event: cursor") }
        try await body(reader)
        group.cancelAll()
      }
    }
  }

  private init(
    channel: NIOAsyncChannel<ByteBuffer, ByteBuffer>, texts: AsyncStream<String>,
    contract: Contract
  ) {
    self.channel = channel
    self.texts = texts
    self.contract = contract
  }

  /// All that came, once `condition` holds of it. The chunks' own lines stay in it.
  func text(where condition: (String) -> Bool) async throws -> String {
    for await text in texts where condition(text) {
      try checkMessages(in: text)
      return text
    }
    throw CancellationError()
  }

  /// Holds messages against what the API says of them: all but most of the events.
  private func checkMessages(in text: String) throws {
    let answer = contract.operation("GET", "/api/v1/stream")?["responses"]?["200"]
    let described = try #require(answer?["x-offstage-messages"])
    var events = 0
    for message in text.components(separatedBy: "\n\n") {
      let lines = message.components(separatedBy: "\n")
      let value = { (field: String) in
        lines.first { $0.hasPrefix(field + ": ") }?.dropFirst(field.count + 2)
      }
      guard let name = value("event"), let data = value("data") else { continue }
      if name == "event" { events += 1 }
      if name == "event" && events > 20 { continue }
      let schema = try #require(described[String(name)], "the stream says nothing of “\(name)”")
      // A chunk's end may lie in the middle of it.
      guard let data = try? JSONValue(parsing: String(data)) else { continue }
      #expect(SchemaCheck(document: contract.document).faults(of: data, by: schema) == [])
    }
  }

  func ids(count: Int) async throws -> [Int] {
    ids(in: try await text { ids(in: $0).count >= count })
  }

  func ids(in text: String) -> [Int] {
    text.components(separatedBy: "event: event\nid: ").dropFirst()
      .compactMap { Int($0.prefix { $0 != "\n" }) }
  }
}
