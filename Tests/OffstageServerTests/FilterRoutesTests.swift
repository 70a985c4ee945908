import Foundation
import OffstageCore
import Testing

@Suite(.timeLimit(.minutes(3))) struct FilterRoutesTests {
  /// Five events of two services and origins.
  private func with(_ body: @escaping @Sendable (Bench) async throws -> Void) async throws {
    try await Bench.with { bench in
      let source = try await bench.openSource("default")
      try await bench.write(
        [
          event(0), event(1, .pushMessaging, "Push message received"),
          event(2, .pushMessaging, "Push event dispatched", origin: "https://b.example:8443/"),
          event(3, .backgroundSync, "sync event failed"),
          event(4, .backgroundSync, "Dispatched sync event"),
        ], to: source)
      try await body(bench)
    }
  }

  private func query(_ filter: String) -> String {
    "filter=" + (filter.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? "")
  }

  @Test(
    arguments: [
      ("service:push", 2), ("service:push or outcome:failed", 3), ("-service:push", 3),
      ("origin:b.example", 1), ("event:\"sync event FAILED\"", 1), ("tag:outbox", 5), ("", 5),
      ("is:trigger", 0), ("source:default capture:live", 5), ("dispatched", 2),
    ])
  func `events are filtered wherever they are read`(_ filter: String, _ count: Int) async throws {
    try await with { bench in
      let query = query(filter)
      let events = try await bench.ask("GET", "/api/v1/events?\(query)").list("events")
      #expect(events.count == count)
      let pieces = try await bench.ask("GET", "/api/v1/events/pieces?\(query)").list("pieces")
      #expect(pieces.reduce(0) { $0 + ($1["events"] as? Int ?? 0) } == count)
      let histogram = try await bench.ask("GET", "/api/v1/histogram?\(query)").json
      #expect(histogram["events"] as? Int == count)
      let csv = try await bench.ask("GET", "/api/v1/export?format=csv&\(query)")
      #expect(csv.body.split(separator: "\r\n").count == count + 1)
    }
  }

  @Test func `a filter holds besides the other parameters`() async throws {
    try await with { bench in
      for (query, count) in [
        ("service=sync&\(query("outcome:failed"))", 1),
        ("service=push&\(query("service:sync"))", 0),
        ("service=push,sync&text=event&\(query("service:sync or beacon"))", 2),
      ] {
        let events = try await bench.ask("GET", "/api/v1/events?\(query)").list("events")
        #expect(events.count == count, "\(query)")
      }
    }
  }

  @Test(arguments: ["events", "events/pieces", "histogram", "export?format=csv", "stream"])
  func `a mistake is told with its place`(_ route: String) async throws {
    try await with { bench in
      let path = "/api/v1/\(route)\(route.contains("?") ? "&" : "?")\(query("é outcome:fail"))"
      let answer = try await bench.ask("GET", path)
      #expect(answer.status == 400)
      let problem = try answer.json
      #expect(problem["parameter"] as? String == "filter")
      #expect(problem["kind"] as? String == "unknownValue")
      #expect(problem["position"] as? Int == 10)
      #expect(problem["length"] as? Int == 4)
      #expect(problem["words"] as? [String] == ["ok", "failed", "pending"])
      #expect(problem["guess"] as? String == "outcome:failed")
    }
  }

  @Test func `only what stays removed is removed by a filter`() async throws {
    try await with { bench in
      for filter in ["outcome:failed", "-service:push", "origin:b.example", "Payload:x", "word"] {
        let answer = try await bench.ask("DELETE", "/api/v1/events?\(query(filter))")
        #expect(answer.status == 400, "\(filter)")
      }
      let filter = "service:push (origin:https://b.example:8443 or origin:https://c.example)"
      let answer = try await bench.ask("DELETE", "/api/v1/events?\(query(filter))")
      #expect(try answer.json["removed"] as? Int == 1)
    }
  }

  @Test func `a filter is told as it is understood`() async throws {
    try await with { bench in
      let reading = try await bench.ask(
        "GET", "/api/v1/filter?\(query("push  and service:push (a or -b)"))"
      ).json
      #expect(reading["filter"] as? String == "push service:push (a or not b)")
      let terms = try #require(reading["terms"] as? [[String: Any]])
      #expect(terms.map { $0["text"] as? String } == ["push", "service:push", "(a or not b)"])
      #expect(terms.map { $0["key"] as? String } == [nil, "service", nil])
      #expect(terms.map { $0["value"] as? String } == ["push", "push", nil])
      #expect(reading["mistake"] is NSNull)
      let selection = try #require(reading["selection"] as? [String: Any])
      #expect(selection["services"] as? [String] == ["pushMessaging"])
    }
  }

  @Test func `a mistaken filter is no mistake of who asks how it is understood`() async throws {
    try await with { bench in
      let answer = try await bench.ask("GET", "/api/v1/filter?\(query("is:x"))&at=4")
      #expect(answer.status == 200)
      let mistake = try #require(try answer.json["mistake"] as? [String: Any])
      #expect(mistake["position"] as? Int == 3)
    }
  }

  @Test(
    arguments: [
      ("se", ["service:"]), ("service:p", ["service:push", "service:periodic", "service:payment"]),
      ("-out", ["outcome:"]), ("tag:o", ["tag:outbox"]), ("source:", ["source:default"]),
      ("origin:b", ["origin:https://b.example:8443"]), ("(a or outcome:f", ["outcome:failed"]),
      ("event:disp", ["event:\"Dispatched sync event\""]), ("capture:l", ["capture:live"]),
      ("is:", ["is:trigger"]), ("Fail", ["outcome:failed"]),
      ("\"Failure R", ["\"Failure Reason\":"]),
    ])
  func `it is told how a filter can go on`(_ text: String, _ wanted: [String]) async throws {
    try await with { bench in
      let path = "/api/v1/filter?\(query(text))&at=\(text.count)"
      let completions = try await bench.ask("GET", path).list("completions")
      let texts = completions.compactMap { $0["text"] as? String }
      #expect(Set(wanted).isSubset(of: texts), "\(texts)")
      #expect(texts.first.map { wanted.contains($0) } ?? false, "\(texts)")
      for completion in completions {
        let (position, length) = (completion["position"] as? Int, completion["length"] as? Int)
        #expect((position ?? 0) + (length ?? 0) == text.count)
      }
    }
  }
}
