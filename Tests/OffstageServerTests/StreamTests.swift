import Foundation
import NIOCore
import NIOPosix
import OffstageCore
import OffstageServer
import Testing

/// What a reader of `/api/v1/stream` sees.
@Suite(.timeLimit(.minutes(3))) struct StreamTests {
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

  @Test func `that something is triggered, answered, shown and gone is told`() async throws {
    try await Bench.with { bench in
      let source = try await bench.openSource("one")
      let store = bench.store
      try await StreamReader.with(bench) { reader in
        func told(_ count: Int) async throws {
          _ = try await reader.text {
            $0.components(separatedBy: "event: drive\ndata: {}\n").count == count + 1
          }
        }
        let id = try await store.ask(
          .clearSiteData(origin: "https://app.example"), by: .cli, of: source.id,
          patience: .seconds(5), at: Bench.start)
        try await told(1)
        try await store.end(trigger: id, with: TriggerAnswer(.done), at: Bench.start)
        try await told(2)
        let shown = ShownNotification(number: 1, title: "Ada", shown: Bench.start)
        try await store.note(StoredNotification(shown), of: source.id)
        try await told(3)
        try await store.noteClosed(1, of: source.id, at: Bench.start + .seconds(1))
        try await told(4)
        // What is no news of these is none.
        try await bench.store(source, 1...3)
        let text = try await reader.text { reader.ids(in: $0) == [1, 2, 3] }
        #expect(text.components(separatedBy: "event: drive\n").count == 5)
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
