import Foundation
import OffstageCore
import Testing

@Suite(.timeLimit(.minutes(3))) struct RecordingRoutesTests {
  @Test func `a wish reaches the recorder through the store`() async throws {
    try await Bench.with { bench in
      let source = try await bench.openSource("default")
      let answer = try await bench.ask(
        "PUT", "/api/v1/recording/push", body: #"{"recording":false}"#)
      #expect(answer.status == 200)
      let changed = try answer.list("recording")
      #expect(changed.map { $0["service"] as? String } == ["pushMessaging"])
      #expect(changed.first?["wanted"] as? Bool == false)
      #expect(changed.first?["wantedBy"] as? String == "person")
      let control = try await bench.store.control(of: [source.id])
      #expect(
        control.wishes == [
          .init(source: source.id, service: .pushMessaging, wanted: false, revision: 1)
        ])
      let status = try await bench.ask("GET", "/api/v1/recording?service=push").list("recording")
      #expect(status.first?["wanted"] as? Bool == false)
    }
  }

  @Test func `a wish can be for one source`() async throws {
    try await Bench.with { bench in
      let one = try await bench.openSource("one")
      let other = try await bench.openSource("other")
      _ = try await bench.ask(
        "PUT", "/api/v1/recording/backgroundFetch", body: #"{"recording":true,"source":"other"}"#)
      #expect(try await bench.store.control(of: [one.id]).wishes.isEmpty)
      #expect(try await bench.store.control(of: [other.id]).wishes.map(\.wanted) == [true])
    }
  }

  @Test func `a renewal is asked of the recorder`() async throws {
    try await Bench.with { bench in
      let source = try await bench.openSource("default")
      let one = try await bench.ask(
        "POST", "/api/v1/recording/renew", body: #"{"service":"sync"}"#)
      #expect(one.status == 202)
      #expect(try one.list("requests").map { $0["service"] as? String } == ["backgroundSync"])
      let all = try await bench.ask("POST", "/api/v1/recording/renew")
      #expect(try all.list("requests").count == 6)
      let requests = try await bench.store.control(of: [source.id]).requests
      #expect(requests.count == 7)
      #expect(requests.allSatisfy { $0.kind == .renew })
    }
  }

  @Test func `without a browser there is nothing to turn on`() async throws {
    try await Bench.with { bench in
      _ = try await bench.openSource("old", kind: .import)
      let answer = try await bench.ask(
        "PUT", "/api/v1/recording/push", body: #"{"recording":true}"#)
      #expect(answer.status == 409)
      try expectProblem(answer, "nothing-recorded")
    }
  }

  @Test(arguments: [
    ("push", "", 400), ("push", "{", 400), ("push", #"{"recording":1}"#, 400),
    ("push", #"{"recording":true} x"#, 400), ("push", "[]", 400),
    ("push", #"{"recording":true,"surce":"one"}"#, 400),
    ("push", #"{"recording":true,"source":"nobody"}"#, 400),
    ("pusch", #"{"recording":true}"#, 404),
  ])
  func `a bad wish changes nothing`(service: String, body: String, status: Int) async throws {
    try await Bench.with { bench in
      let source = try await bench.openSource("default")
      let answer = try await bench.ask("PUT", "/api/v1/recording/\(service)", body: body)
      #expect(answer.status == status)
      try expectProblem(answer)
      #expect(try await bench.store.control(of: [source.id]).wishes.isEmpty)
    }
  }
}
