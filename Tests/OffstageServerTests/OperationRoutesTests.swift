import Foundation
import OffstageCore
import OffstageServer
import OffstageTesting
import Testing

@Suite(.timeLimit(.minutes(3))) struct OperationRoutesTests {
  private static let sync = LoggedEvent.sync(at: Bench.start, tag: "outbox", failures: 1)
  private static let push = LoggedEvent.push(at: Bench.start + .seconds(60), message: "0:1%a")

  @Test(arguments: [
    ("", ["pushMessaging", "backgroundSync"]), ("?order=asc&limit=1", ["backgroundSync"]),
    ("?service=push", ["pushMessaging"]), ("?state=succeeded&text=outbox", ["backgroundSync"]),
    ("?state=failed,retrying", []), ("?outcome=ok&service=sync", ["backgroundSync"]),
    ("?instance=outbox", ["backgroundSync"]), ("?since=2100-01-01", []),
    ("?text=waitUntil", ["backgroundSync"]), ("?origin=https://b.example", []),
  ])
  func `operations are listed by when they began`(query: String, services: [String]) async throws {
    try await Bench.with { bench in
      let source = try await bench.openSource("default")
      try await bench.write(Self.sync + Self.push, to: source)
      let answer = try await bench.ask("GET", "/api/v1/operations\(query)")
      let found = try answer.list("operations").map { $0["service"] as? String }
      #expect(found == services)
    }
  }

  @Test func `an operation has its runs, its events and links to others`() async throws {
    try await Bench.with { bench in
      let source = try await bench.openSource("default")
      let shown = LoggedEvent.notification(
        at: Bench.start + .seconds(60) + Interval(micros: 5000), tag: "news")
      try await bench.write(Self.sync + Self.push + shown, to: source)
      let list = try await bench.ask("GET", "/api/v1/operations?service=push")
      let id = try #require(list.list("operations").first?["id"] as? Int)
      let push = try await bench.ask("GET", "/api/v1/operations/\(id)")
      let events = try push.list("events").map { $0["operationId"] as? Int }
      #expect(events == [id, id, id])
      let links = try push.list("links").map { $0["kind"] as? String }
      #expect(links == ["showed"])
      let syncs = try await bench.ask("GET", "/api/v1/operations?service=sync")
      let other = try #require(syncs.list("operations").first?["id"] as? Int)
      let runs = try await bench.ask("GET", "/api/v1/operations/\(other)").list("runs")
      #expect(runs.map { $0["outcome"] as? String } == ["failed", "ok"])
      #expect(runs.first?["status"] as? String == "waitUntil rejected")
    }
  }

  @Test
  func `what is of no operation is told apart, the newest, without what is only worth knowing`()
    async throws
  {
    try await Bench.with { bench in
      let source = try await bench.openSource("default")
      try await bench.write(Self.push, to: source)
      let refusal = PushMessage.Refusal(code: "ttl-missing", detail: "There is no TTL header.")
      let posts: [PushMessage] = [
        .sample("a", to: "x", refused: refusal, status: 400),
        .sample("b", to: "x", at: ManualClock.start + .seconds(1), refused: refusal, status: 400),
        .sample("c", to: "x", end: .replaced),
      ]
      _ = try await bench.store.write(
        [SourceWrites(source: source.id, writes: posts.map { .pushImported($0) })],
        receivedUntil: Bench.start)
      for (query, ids) in [
        ("", ["a", "b"]), ("?limit=1", ["b"]), ("?service=sync", []), ("?instance=a", ["a"]),
      ] {
        let answer = try await bench.ask("GET", "/api/v1/findings/elsewhere\(query)")
        #expect(try answer.list("findings").map { $0["pushId"] as? String } == ids, "\(query)")
        #expect(try answer.json["operations"] as? Int == 0)
      }
      let all = try await bench.ask("GET", "/api/v1/findings").list("findings")
      #expect(all.compactMap { $0["pushId"] as? String } == ["a", "c", "b"])
    }
  }

  @Test func `what went wrong with some operations is told of each, and counted`() async throws {
    try await Bench.with { bench in
      let source = try await bench.openSource("default")
      let rejected = LoggedEvent.push(
        at: Bench.start + .seconds(90), message: "0:2%b", status: "waitUntil Rejected")
      try await bench.write(Self.sync + rejected, to: source)
      let ids = try await bench.ask("GET", "/api/v1/operations").list("operations")
        .compactMap { $0["id"] as? Int }
      let list = ids.map(String.init).joined(separator: ",")
      let answer = try await bench.ask("GET", "/api/v1/findings/operations?id=\(list),999")
      let told = try answer.list("operations")
      #expect(told.compactMap { $0["id"] as? Int } == ids)
      // That a sync came through in the end is only worth knowing.
      #expect(told.map { $0["findingsCount"] as? Int } == [1, 0])
      #expect(told.map { $0["severity"] as? String } == ["error", nil])
      let findings = try #require(told.first?["findings"] as? [[String: Any]])
      #expect(findings.map { $0["rule"] as? String } == ["push-rejected"])
      for (query, operations, looked, isWhole) in [
        ("", 1, 2, true), ("?limit=1", 1, 1, false), ("?service=sync", 0, 1, true),
      ] {
        let count = try await bench.ask("GET", "/api/v1/findings/count\(query)").json
        #expect(count["operations"] as? Int == operations)
        #expect(count["looked"] as? Int == looked)
        #expect(count["isWhole"] as? Bool == isWhole)
      }
      for query in [
        "", "?id=", "?id=x", "?id=" + (1...101).map(String.init).joined(separator: ","),
      ] {
        let refused = try await bench.ask("GET", "/api/v1/findings/operations\(query)")
        #expect(refused.status == 400, "\(query)")
      }
    }
  }

  @Test func `a scenario is written of an operation and of the notification that it showed`()
    async throws
  {
    try await Bench.with { configuration, _ in
      configuration.scenarioWriter = NamingWriter()
    } _: { bench in
      let source = try await bench.openSource("default")
      let shown = LoggedEvent.notification(
        at: Bench.start + .seconds(60) + Interval(micros: 5000), tag: "news")
      try await bench.write(Self.sync + Self.push + shown, to: source)
      let list = try await bench.ask("GET", "/api/v1/operations?service=push")
      let id = try #require(list.list("operations").first?["id"] as? Int)
      let answer = try await bench.ask("GET", "/api/v1/operations/\(id)/scenario")
      #expect(answer.status == 200)
      #expect(answer["Content-Type"] == "application/yaml")
      #expect(answer.body == "# pushMessaging notifications\n")
      for id in ["999", "x"] {
        let none = try await bench.ask("GET", "/api/v1/operations/\(id)/scenario")
        #expect(none.status == 404)
      }
    }
  }

  @Test func `where nobody writes scenarios the answer says who does`() async throws {
    try await Bench.with { bench in
      let source = try await bench.openSource("default")
      try await bench.write(Self.sync, to: source)
      let answer = try await bench.ask("GET", "/api/v1/operations/1/scenario")
      #expect(answer.status == 404)
      #expect(try answer.json["hint"] as? String == "`offstage codegen` writes them.")
    }
  }

  @Test func `what is no operation is said so`() async throws {
    try await Bench.with { bench in
      for id in ["1", "x", "-1"] {
        let answer = try await bench.ask("GET", "/api/v1/operations/\(id)")
        #expect(answer.status == 404)
      }
      for query in ["state=broken", "cursor=x"] {
        let answer = try await bench.ask("GET", "/api/v1/operations?\(query)")
        #expect(answer.status == 400)
      }
    }
  }

  @Test func `an operation that changed is told on the stream, with what it took in`() async throws
  {
    try await Bench.with { bench in
      let source = try await bench.openSource("default")
      let events = LoggedEvent.sync(at: Bench.start, tag: "outbox", failures: 0)
      try await bench.write([events[1]], to: source)
      try await StreamReader.with(bench) { reader in
        try await bench.write([events[2]], to: source)
        _ = try await reader.text { $0.contains("\"state\":\"succeeded\"") }
        try await bench.write([events[0]], to: source)
        let text = try await reader.text { $0.contains("\"isTruncated\":false") }
        #expect(text.contains("event: operation\ndata: {\"operation\":{\"id\":"))
      }
    }
  }
}

/// Writes which services the operations are of.
struct NamingWriter: ScenarioWriter {
  func scenario(of scenes: [OperationScene]) -> String {
    "# \(scenes.map(\.operation.operation.service.rawValue).joined(separator: " "))\n"
  }
}
