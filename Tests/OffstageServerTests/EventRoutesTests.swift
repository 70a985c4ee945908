import Foundation
import OffstageCore
import Testing

@Suite(.timeLimit(.minutes(3))) struct EventRoutesTests {
  @Test func `events come newest first in the shape of the contract`() async throws {
    try await Bench.with { bench in
      let source = try await bench.openSource("default")
      try await bench.write(
        [event(0), event(1, .pushMessaging, "Push event dispatched")], to: source)
      let answer = try await bench.ask("GET", "/api/v1/events")
      #expect(answer.status == 200)
      #expect(answer["Content-Type"] == "application/json")
      #expect(try answer.json["next"] is NSNull)
      let events = try answer.list("events")
      let names = events.map { $0["eventName"] as? String }
      #expect(names == ["Push event dispatched", "Registered sync"])
      let first = try #require(events.first)
      #expect(first["service"] as? String == "pushMessaging")
      #expect(first["timestamp"] as? String == "2026-11-22T14:02:10.837642Z")
      #expect(first["origin"] as? String == "https://app.example")
      #expect((first["source"] as? [String: Any])?["name"] as? String == "default")
      let stored = try #require(try await bench.store.events(EventQuery()).events.first)
      let one = try await bench.ask("GET", "/api/v1/events/\(stored.id)")
      #expect(one.status == 200)
      #expect(answer.body.contains(one.body))
    }
  }

  @Test func `pages follow one another by their cursor`() async throws {
    try await Bench.with { bench in
      let source = try await bench.openSource("default")
      try await bench.write((0..<5).map { try event($0) }, to: source)
      var path = "/api/v1/events?limit=2&order=asc"
      var sizes: [Int] = []
      var moments: [Int] = []
      while true {
        let answer = try await bench.ask("GET", path)
        let events = try answer.list("events")
        sizes.append(events.count)
        moments += events.compactMap { $0["timestampMicros"] as? Int }
        guard let next = try answer.json["next"] as? String else { break }
        path = "/api/v1/events?limit=2&order=asc&cursor=\(next)"
      }
      #expect(sizes == [2, 2, 1])
      #expect(moments == (0..<5).map { Int(Bench.start.micros) + $0 * 1_000_000 })
    }
  }

  @Test func `the pieces of a list are its pages`() async throws {
    try await Bench.with { bench in
      let source = try await bench.openSource("default")
      try await bench.write((0..<25).map { try event($0 * 20) }, to: source)
      let whole = try await bench.ask("GET", "/api/v1/events?limit=100").list("events")
      let answer = try await bench.ask("GET", "/api/v1/events/pieces?size=4")
      #expect(try answer.json["next"] is NSNull)
      #expect(try answer.json["remaining"] as? Int == 0)
      var ids: [Int] = []
      for piece in try answer.list("pieces") {
        let count = try #require(piece["events"] as? Int)
        let cursor = (piece["cursor"] as? String).map { "&cursor=\($0)" } ?? ""
        let page = try await bench.ask("GET", "/api/v1/events?limit=\(count)\(cursor)")
        ids += try page.list("events").compactMap { $0["id"] as? Int }
      }
      #expect(ids == whole.compactMap { $0["id"] as? Int })
      #expect(ids.count == 25)
    }
  }

  @Test func `a list is sorted by other things than time`() async throws {
    try await Bench.with { bench in
      let source = try await bench.openSource("default")
      try await bench.write(
        [
          event(0, .pushMessaging, "Push event dispatched"), event(1),
          event(2, .paymentHandler, "Can make payment"),
        ], to: source)
      func names(_ query: String) async throws -> [String] {
        let answer = try await bench.ask("GET", "/api/v1/events?\(query)")
        return try answer.list("events").compactMap { $0["eventName"] as? String }
      }
      let sorted = ["Can make payment", "Push event dispatched", "Registered sync"]
      #expect(try await names("sort=event&order=asc") == sorted)
      #expect(try await names("sort=event&order=desc") == sorted.reversed())
      #expect(try await names("sort=event&order=asc&offset=1&limit=1") == [sorted[1]])
    }
  }

  @Test(arguments: [
    ("service=push", 1), ("service=push,sync", 3), ("service=push&service=backgroundSync", 3),
    ("service=push%2Csync", 3), ("origin=https://app.example", 3),
    ("origin=https://app.example/", 3), ("origin=https://other.example&service=payment", 1),
    ("source=work+profile", 4), ("source=work%20profile&service=push", 1),
    ("since=2026-11-22T14:02:11Z", 2), ("until=2026-11-22T14:02:11Z", 2),
    ("service=fetch", 0), ("outcome=pending", 4), ("outcome=failed,ok", 0), ("instance=outbox", 4),
    ("instance=out", 0), ("", 4),
  ])
  func `a selection narrows the events`(query: String, count: Int) async throws {
    try await Bench.with { bench in
      let source = try await bench.openSource("work profile")
      try await bench.write(
        [
          event(0), event(1), event(2, .pushMessaging, "Push event dispatched"),
          event(3, .paymentHandler, "Payment request", origin: "https://other.example/"),
        ], to: source)
      let answer = try await bench.ask("GET", "/api/v1/events?\(query)")
      #expect(answer.status == 200)
      #expect(try answer.list("events").count == count)
    }
  }

  @Test func `a source is found by its id and by the beginning of it`() async throws {
    try await Bench.with { bench in
      let one = try await bench.openSource("one")
      let other = try await bench.openSource("other")
      try await bench.write([event(0)], to: one)
      try await bench.write([event(1), event(2)], to: other)
      for text in [other.id.description, String(other.id.description.prefix(8)), "other"] {
        let answer = try await bench.ask("GET", "/api/v1/events?source=\(text)")
        #expect(try answer.list("events").count == 2)
      }
    }
  }

  @Test(arguments: [
    ("service=pusch", "service", "push"), ("service=", "service", "push"),
    ("source=nobody", "source", "default"), ("since=yesterday", "since", "2h"),
    ("until=12", "until", "RFC 3339"), ("limit=0", "limit", "1 to 1000"),
    ("limit=1001", "limit", "1 to 1000"), ("limit=ten", "limit", "1 to 1000"),
    ("order=up", "order", "asc, desc"), ("cursor=1.2", "cursor", "next"),
    ("wait=61s", "wait", "60s"), ("wait=soon", "wait", "90s"), ("limit=1&limit=2", "limit", "once"),
    ("services=push", "services", "service, origin"), ("origin=%ff", "origin", ""),
  ])
  func `a bad parameter is named with what would do`(
    query: String, parameter: String, hint: String
  ) async throws {
    try await Bench.with { bench in
      _ = try await bench.openSource("default")
      let answer = try await bench.ask("GET", "/api/v1/events?\(query)")
      #expect(answer.status == 400)
      try expectProblem(answer, "bad-parameter", parameter: parameter)
      let given = try answer.json["hint"] as? String ?? ""
      #expect(hint.isEmpty || given.contains(hint))
    }
  }

  @Test(arguments: ["0", "99", "-1", "x", "9223372036854775808"])
  func `an event that is not there is a problem`(id: String) async throws {
    try await Bench.with { bench in
      let answer = try await bench.ask("GET", "/api/v1/events/\(id)")
      #expect(answer.status == 404)
      try expectProblem(answer, "not-found")
      // The pages say it to a person.
      #expect(
        try answer.json["hint"] as? String ?? "GET"
          == "It may have been removed, or be of another data folder.")
    }
  }

  @Test func `removing takes what is selected and says how many`() async throws {
    try await Bench.with { bench in
      let source = try await bench.openSource("default")
      try await bench.write(
        [event(0), event(1), event(2, .pushMessaging, "Push event dispatched")], to: source)
      let removed = try await bench.ask("DELETE", "/api/v1/events?service=sync")
      #expect(removed.body == #"{"removed":2}"#)
      #expect(try await bench.ask("GET", "/api/v1/events").list("events").count == 1)
      // A mistyped selection must not remove everything.
      for query in ["sevrice=push", "since=1h", "source=nobody"] {
        #expect(try await bench.ask("DELETE", "/api/v1/events?\(query)").status == 400)
      }
      #expect(try await bench.ask("GET", "/api/v1/events").list("events").count == 1)
    }
  }

  @Test func `a waiting request wakes on a commit that matches`() async throws {
    try await Bench.with { bench in
      let source = try await bench.openSource("default")
      async let waiting = bench.ask("GET", "/api/v1/events?service=push&wait=30s")
      await bench.whenRequestWaits(.seconds(30))
      let began = ContinuousClock.now
      try await bench.write([event(0)], to: source)
      try await bench.write([event(1, .pushMessaging, "Push event dispatched")], to: source)
      let answer = try await waiting
      #expect(ContinuousClock.now - began < .seconds(10))
      #expect(try answer.list("events").map { $0["service"] as? String } == ["pushMessaging"])
    }
  }

  @Test func `a waiting request gives an empty page when the time is over`() async throws {
    try await Bench.with { bench in
      let began = ContinuousClock.now
      let answer = try await bench.ask("GET", "/api/v1/events?wait=300ms")
      #expect(ContinuousClock.now - began >= .milliseconds(300))
      #expect(answer.body == #"{"events":[],"next":null}"#)
    }
  }

  @Test func `whoever waits in ascending order can go on from the newest event`() async throws {
    try await Bench.with { bench in
      let source = try await bench.openSource("default")
      try await bench.write([event(0)], to: source)
      let first = try await bench.ask("GET", "/api/v1/events?order=asc&wait=10ms")
      let cursor = try #require(try first.json["next"] as? String)
      let path = "/api/v1/events?order=asc&cursor=\(cursor)&wait="
      #expect(try await bench.ask("GET", path + "10ms").json["next"] as? String == cursor)
      async let waiting = bench.ask("GET", path + "30s")
      try await bench.write([event(1)], to: source)
      #expect(try await waiting.list("events").count == 1)
    }
  }

  @Test func `the server ends while a request waits`() async throws {
    try await Bench.with { bench in
      // Left unanswered: the bench ends the server while the client still listens.
      let socket = try await OpenRequest(
        port: bench.port,
        "GET /api/v1/events?wait=60s HTTP/1.1\r\nHost: 127.0.0.1:\(bench.port)\r\n"
          + "Authorization: Bearer \(Bench.token)\r\n\r\n")
      await bench.whenRequestWaits(.seconds(60))
      #expect(socket.isOpen)
    }
  }

  @Test func `the server ends while a connection idles`() async throws {
    try await Bench.with { bench in
      let socket = try await OpenRequest(port: bench.port, "")
      // Connections are taken in order.
      _ = try await bench.ask("GET", "/api/v1/sources")
      #expect(socket.isOpen)
    }
  }
}
