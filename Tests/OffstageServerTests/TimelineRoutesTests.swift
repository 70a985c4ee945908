import Foundation
import OffstageCore
import Testing

@Suite(.timeLimit(.minutes(3))) struct TimelineRoutesTests {
  @Test func `a histogram has buckets, lanes and totals, and tells its ends`() async throws {
    try await Bench.with { bench in
      let source = try await bench.openSource("default")
      try await bench.write(
        [
          event(0), event(1), event(2, .pushMessaging, "Push event dispatched"),
          event(61),
          event(62, .pushMessaging, "Push event dispatched", origin: "https://b.example"),
        ], to: source)
      let answer = try await bench.ask("GET", "/api/v1/histogram?width=1m")
      #expect(answer.status == 200)
      let json = try answer.json
      #expect(json["widthMicros"] as? Int == 60_000_000)
      #expect(json["fromMicros"] as? Int == Int(Bench.start.micros))
      #expect(json["toMicros"] as? Int == Int(Bench.start.micros) + 62_000_000)
      #expect(json["events"] as? Int == 5)
      let minute = Int(Bench.start.micros) / 60_000_000 * 60_000_000
      let buckets = try answer.list("buckets")
      #expect(
        buckets.map { $0["startMicros"] as? Int } == [0, 0, 1, 1].map { minute + $0 * 60_000_000 })
      #expect(buckets.map { $0["events"] as? Int } == [2, 1, 1, 1])
      #expect(buckets.first?["service"] as? String == "backgroundSync")
      #expect(buckets.first?["origin"] as? String == "https://app.example")
      #expect(buckets.first?["failed"] as? Int == 0)
      let lanes = try answer.list("lanes")
      #expect(
        lanes.map { $0["service"] as? String }
          == ["backgroundSync", "pushMessaging", "pushMessaging"])
      #expect(lanes.map { $0["events"] as? Int } == [3, 1, 1])
      #expect(try answer.list("totals").map { $0["events"] as? Int } == [3, 2])
    }
  }

  @Test(arguments: [
    ("service=push", 2), ("origin=https://b.example/", 1), ("source=default", 4),
    ("since=2026-11-22T14:02:11Z", 2), ("until=2026-11-22T14:02:11Z", 2), ("text=dispatched", 2),
    ("text=DISPATCHED&service=sync", 0),
  ])
  func `a selection narrows a histogram`(query: String, count: Int) async throws {
    try await Bench.with { bench in
      let source = try await bench.openSource("default")
      try await bench.write(
        [
          event(0), event(1), event(2, .pushMessaging, "Push event dispatched"),
          event(3, .pushMessaging, "Push event dispatched", origin: "https://b.example"),
        ], to: source)
      let answer = try await bench.ask("GET", "/api/v1/histogram?width=1h&\(query)")
      #expect(try answer.json["events"] as? Int == count)
    }
  }

  @Test func `without a width a round one is taken, and nothing has no ends`() async throws {
    try await Bench.with { bench in
      let empty = try await bench.ask("GET", "/api/v1/histogram")
      #expect(empty.status == 200)
      #expect(try empty.json["fromMicros"] is NSNull)
      #expect(try empty.list("buckets").isEmpty)
      let day = "since=2026-11-22T00:00:00Z&until=2026-11-23T00:00:00Z"
      let answer = try await bench.ask("GET", "/api/v1/histogram?\(day)")
      #expect(try answer.json["widthMicros"] as? Int == 300_000_000)
      let ages = "since=0001-01-01T00:00:00Z&until=9999-01-01T00:00:00Z"
      let long = try await bench.ask("GET", "/api/v1/histogram?\(ages)")
      #expect(long.status == 200)
    }
  }

  @Test(arguments: [
    ("width=0s", "width"), ("width=wide", "width"), ("width=99999w", "width"), ("limit=3", "limit"),
    ("width=1ms&since=2026-11-22&until=2026-11-23", "width"), ("since=soon", "since"),
    ("width=1us&since=0001-01-01T00:00:00Z&until=9999-01-01T00:00:00Z", "width"),
  ])
  func `a histogram's bad parameter is named`(query: String, parameter: String) async throws {
    try await Bench.with { bench in
      let answer = try await bench.ask("GET", "/api/v1/histogram?\(query)")
      #expect(answer.status == 400)
      try expectProblem(answer, "bad-parameter", parameter: parameter)
      #expect(try answer.json["hint"] is String)
    }
  }

  @Test func `instances are told from their first to their last event`() async throws {
    try await Bench.with { bench in
      let source = try await bench.openSource("default")
      try await bench.write(
        [
          event(0), event(30, .backgroundSync, "Dispatched sync event"),
          event(60, .backgroundSync, "sync event failed"),
        ], to: source)
      let range = "since=2026-11-22T14:02:30Z&until=2026-11-22T14:02:50Z"
      let answer = try await bench.ask("GET", "/api/v1/instances?\(range)")
      #expect(answer.status == 200)
      let instance = try #require(try answer.list("instances").first)
      #expect(try answer.list("instances").count == 1)
      #expect(instance["instanceId"] as? String == "outbox")
      #expect(instance["firstMicros"] as? Int == Int(Bench.start.micros))
      #expect(instance["lastMicros"] as? Int == Int(Bench.start.micros) + 60_000_000)
      #expect(instance["events"] as? Int == 3)
      #expect(instance["outcome"] as? String == "failed")
      #expect(instance["eventId"] as? Int == 3)
      #expect((instance["source"] as? [String: Any])?["name"] as? String == "default")
      for (query, parameter) in [
        ("since=1h", "until"), ("", "since"), ("\(range)&limit=0", "limit"),
      ] {
        let answer = try await bench.ask("GET", "/api/v1/instances?\(query)")
        #expect(answer.status == 400)
        try expectProblem(answer, "bad-parameter", parameter: parameter)
      }
    }
  }
}
