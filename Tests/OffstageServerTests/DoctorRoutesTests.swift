import Foundation
import OffstageCore
import OffstageServer
import Testing

@Suite(.timeLimit(.minutes(3))) struct DoctorRoutesTests {
  @Test func `a page is looked at in the browser that is recorded`() async throws {
    try await Bench.with { configuration, _ in
      configuration.looking = OneBrowser()
    } _: { bench in
      let source = try await bench.openSource("work")
      let answer = try await bench.ask(
        "POST", "/api/v1/doctor",
        body: #"{"url":"https://app.example/in","services":["push"],"wake":true,"source":"work"}"#)
      #expect(answer.status == 200)
      #expect(try answer.json["origin"] as? String == "https://app.example")
      // What was asked for, as the stand-in tells it.
      #expect(try answer.json["profile"] as? String == "pushMessaging true \(source.id)")
      let first = try #require(try answer.list("checks").first)
      #expect(first["id"] as? String == "page.secure")
      #expect(first["verdict"] as? String == "no")
    }
  }

  @Test func `without a browser that is recorded there is nothing to look at`() async throws {
    try await Bench.with { bench in
      let answer = try await bench.ask(
        "POST", "/api/v1/doctor", body: #"{"url":"https://app.example"}"#)
      #expect(answer.status == 409)
    }
  }

  @Test(arguments: [
    "", "[]", "{}", #"{"url":1}"#, #"{"url":"ftp://a"}"#, #"{"url":"about:blank"}"#,
    #"{"url":"https://a","services":["pushes"]}"#, #"{"url":"https://a","open":true}"#,
    #"{"url":"https://a"}{}"#, #"{"url":"https://a","source":"nobody"}"#,
  ])
  func `a question that can't be asked is a mistake`(_ body: String) async throws {
    try await Bench.with { configuration, _ in
      configuration.looking = OneBrowser()
    } _: { bench in
      let answer = try await bench.ask("POST", "/api/v1/doctor", body: body)
      #expect(answer.status == 400, "\(answer.body)")
    }
  }
}

/// A recorded browser in which nothing is secure.
struct OneBrowser: OriginLooking {
  func report(on question: OriginQuestion) async throws -> OriginReport? {
    var facts = OriginFacts(
      url: question.url, origin: question.origin,
      browser: .init(product: "Chrome/156", isHeadless: true, isOurs: false), now: Bench.start)
    facts.isSecure = false
    let words = [
      question.services.map(\.rawValue).sorted().joined(separator: ","),
      "\(question.wakesWorker)", question.source?.description ?? "any",
    ]
    return OriginReport(
      facts, profile: words.joined(separator: " "), asked: question.services)
  }
}
