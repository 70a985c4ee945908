import Foundation
import NIOCore
import NIOPosix
import OffstageCore
import OffstageServer
import Testing

/// What a reader of `/api/v1/stream` sees.
@Suite(.timeLimit(.minutes(1))) struct StreamTests {
  @Test func `events come as they are stored, each once, with their ids`() async throws {
    try await Bench.with { bench in
      let source = try await bench.openSource("one")
      try await bench.store(source, 1...3)
      try await StreamReader.with(bench) { reader in
        // In several batches: the last of one must not be the first of the next.
        for batch in [4...100, 101...101, 102...500] as [ClosedRange<Int64>] {
          try await bench.store(source, batch)
          let end = Int(batch.upperBound)
          #expect(try await reader.ids(count: end - 3) == Array(4...end))
        }
      }
    }
  }

  @Test func `a stream goes on after the last id that came`() async throws {
    try await Bench.with { bench in
      let source = try await bench.openSource("one")
      try await bench.store(source, 1...20)
      try await StreamReader.with(bench, lines: ["Last-Event-ID: 5"]) { reader in
        #expect(try await reader.ids(count: 15) == Array(6...20))
        try await bench.store(source, 21...22)
        #expect(try await reader.ids(count: 17) == Array(6...22))
      }
    }
  }

  @Test func `a reader that is too far behind is told what it has missed`() async throws {
    try await Bench.with { bench in
      let source = try await bench.openSource("one")
      try await bench.store(source, 1...6000)
      try await StreamReader.with(bench, lines: ["Last-Event-ID: 10"]) { reader in
        let text = try await reader.text {
          $0.contains("\"fromId\":11,") && $0.contains("id: 6000\n")
        }
        #expect(text.contains("event: skipped\nid: 1000\ndata: {\"fromId\":11,\"toId\":1000}"))
        #expect(reader.ids(in: text) == Array(1001...6000))
      }
    }
  }

  @Test func `only the selected services come, and the cursor moves all the same`() async throws {
    try await Bench.with { bench in
      let source = try await bench.openSource("one")
      try await StreamReader.with(bench, query: "?service=push") { reader in
        try await bench.store(source, 1...5)
        let text = try await reader.text { $0.contains("event: cursor\nid: 5\n") }
        #expect(reader.ids(in: text) == [])
      }
    }
  }

  @Test func `a wish and a gap are told`() async throws {
    try await Bench.with { bench in
      let source = try await bench.openSource("one")
      try await StreamReader.with(bench) { reader in
        try await bench.store.setWanted(false, .pushMessaging, of: source.id)
        _ = try await reader.text {
          $0.contains("event: recording\n") && $0.contains("\"wanted\":false")
        }
        _ = try await bench.store.write(
          [
            SourceWrites(
              source: source.id,
              writes: [
                .gapOpened(.pushMessaging, .turnedOff, from: Bench.start, to: nil, .yes)
              ])
          ], receivedUntil: Bench.start)
        _ = try await reader.text { $0.contains("event: gap\n") && $0.contains("\"turnedOff\"") }
      }
    }
  }

  @Test func `that a recorder begins and ends is told, though it writes nothing`() async throws {
    try await Bench.with { bench in
      let source = try await bench.openSource("one")
      try await StreamReader.with(bench) { reader in
        var lock: SourceLock? = try bench.locks.lock(source)
        _ = try await reader.text { $0.contains("\"isHeld\":true") }
        withExtendedLifetime(lock) {}
        lock = nil
        let end = ContinuousClock.now
        _ = try await reader.text { $0.contains("\"isHeld\":false") }
        #expect(ContinuousClock.now - end < .seconds(5))
      }
    }
  }

  @Test func `a stream tells of events also where another has the first port`() async throws {
    try await Bench.with { first in
      try await Bench.with { configuration, _ in
        configuration.port = first.port
      } _: { bench in
        #expect(bench.port != first.port)
        let source = try await bench.openSource("one")
        try await StreamReader.with(bench) { reader in
          try await bench.store(source, 1...3)
          #expect(try await reader.ids(count: 3) == [1, 2, 3])
        }
      }
    }
  }

  @Test func `a removal asks readers to look anew, and what is removed comes no more`() async throws
  {
    try await Bench.with { bench in
      let source = try await bench.openSource("one")
      try await StreamReader.with(bench) { reader in
        try await bench.store(source, 1...3)
        _ = try await reader.ids(count: 3)
        _ = try await bench.store.clear(EventSelection(), at: .init(micros: .max / 2))
        _ = try await reader.text { $0.contains("event: refresh\n") }
        try await StreamReader.with(bench, lines: ["Last-Event-ID: 1"]) { late in
          try await bench.store(source, 100...100)
          let ids = try await late.ids(count: 1)
          #expect(ids.count == 1 && ids[0] > 3)
        }
      }
    }
  }

  @Test func `the server ends although a stream is open`() async throws {
    try await Bench.with { bench in
      try await StreamReader.with(bench) { reader in
        _ = try await reader.text { $0.contains("event: cursor") }
      }
    }
  }

  @Test(arguments: ["x", "-1", "1.5"])
  func `an id that is none is refused`(_ id: String) async throws {
    try await Bench.with { bench in
      let answer = try await bench.send([
        "GET /api/v1/stream HTTP/1.1", "Host: 127.0.0.1:\(bench.port)",
        "Authorization: Bearer \(Bench.token)", "Last-Event-ID: \(id)", "Connection: close",
      ])
      #expect(answer.status == 400)
      try expectProblem(answer, "bad-parameter", parameter: "Last-Event-ID")
    }
  }
}

extension Bench {
  /// Stores the events of these seconds, one a second.
  fileprivate func store(_ source: Source, _ seconds: ClosedRange<Int64>) async throws {
    let writes = try seconds.map { second in
      let event = try event(second)
      return StoreWrite.event(
        EventWrite(
          identity: EventIdentity(of: event), logged: event, received: event.timestamp,
          capture: .live, observation: nil))
    }
    _ = try await store.write(
      [SourceWrites(source: source.id, writes: writes)], receivedUntil: Bench.start)
  }
}

/// Reads a stream's text as it comes.
private final class StreamReader: Sendable {
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
