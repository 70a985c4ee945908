import CDP
import Foundation
import OffstageCore
import OffstageTesting
import Testing

@testable import OffstagePush

/// Faults and ends of subscriptions, asked of a service that runs in another process.
@Suite struct PushFaultTests {
  private struct Scene {
    let bench: Bench
    let service: CorpusPushService
    let subscription: CorpusSubscription

    var endpoint: String { subscription.json.endpoint.description }

    func post() async throws -> SendAnswer { try await subscription.post("hello") }
  }

  private func withService(_ options: [String] = [], _ body: (Scene) async throws -> Void)
    async throws
  {
    try await Bench.with { bench in
      let service = try await CorpusPushService(bench, options)
      let key = VAPIDKey()
      let token = try await service.register(
        device: 5, security: 6, subtype: "wp:http://localhost:1/#A-V2",
        sender: key.applicationServerKey)
      let json = #"{"endpoint":"\#(service.origin)/wp/\#(token)"}"#
      try await body(
        Scene(
          bench: bench, service: service,
          subscription: CorpusSubscription(
            service: service, json: try SubscriptionJSON(parsing: Array(json.utf8)), key: key)))
      try await service.program.interrupt()
    }
  }

  @Test(.timeLimit(.minutes(3)))
  func `a fault is in force when the verb has ended, and is nobody's mistake`() async throws {
    try await withService { scene in
      let none = try await scene.bench.run("push", "fault")
      #expect(none.errors.contains("No fault is in force."))
      let set = try await scene.bench.run(
        "push", "fault", "429:retry-after=5:times=2", "--subscription", scene.endpoint)
      #expect(set.status == .exited(0), "\(set.errors)")
      #expect(set.output.contains("429:retry-after=5") && set.output.contains("the next 2"))
      for _ in 0..<2 {
        let answer = try await scene.post()
        #expect(answer.status == 429)
        #expect(
          answer.headers.contains { $0.name.lowercased() == "retry-after" && $0.value == "5" })
        #expect(String(decoding: answer.body, as: UTF8.self).contains("injected"))
      }
      #expect(try await scene.post().status == 201)
      let explained = try await scene.bench.run("explain", "--fail")
      #expect(explained.status == .exited(0), "\(explained.output)")
      #expect(explained.output.contains("push-fault-injected"))
      let messages = try await scene.bench.run("push", "messages")
      #expect(messages.output.contains("429  http://localhost:1 …"), "\(messages.output)")
      #expect(messages.output.contains("  refused: Nothing is wrong with this push"))
      let left = try await scene.bench.json("push", "fault", "--json")
      #expect((left["faults"] as? [Any])?.isEmpty == true)
    }
  }

  @Test(.timeLimit(.minutes(3)))
  func `a fault of the service's own start goes on until it is cleared`() async throws {
    try await withService(["--respond", "503", "--fault", "drop"]) { scene in
      try await eventually("the fault") { try await scene.post().status == 503 }
      #expect(try await scene.post().status == 503)
      let cleared = try await scene.bench.run("push", "fault", "--clear")
      #expect(cleared.errors.contains("2 faults ended."))
      try await eventually("the end of the faults") { try await scene.post().status == 201 }
      let messages = try await scene.bench.json("push", "messages", "--json")["messages"]
      let last = try #require((messages as? [[String: Any]])?.last)
      #expect(last["injected"] is NSNull)
    }
  }

  @Test(.timeLimit(.minutes(3)))
  func `a subscription that is expired gets 410`() async throws {
    try await withService { scene in
      #expect(try await scene.post().status == 201)
      let ended = try await scene.bench.run("push", "expire", scene.endpoint)
      #expect(ended.status == .exited(0), "\(ended.errors)")
      #expect(try await scene.post().status == 410)
      let again = try await scene.bench.run("push", "expire", scene.endpoint)
      #expect(again.errors.contains("ended already"))
      let all = try await scene.bench.run("push", "subscriptions", "--all", "--json")
      #expect(all.output.contains("\"endReason\":\"expired\""))
    }
  }

  @Test(.timeLimit(.minutes(3)))
  func `without a service there is nobody to fail`() async throws {
    try await Bench.with { bench in
      try await expectMistake(bench.run("push", "fault", "429"), 3)
      try await expectMistake(bench.run("push", "expire", "x"), 3)
      let service = try await CorpusPushService(bench)
      try await expectMistake(bench.run("push", "expire", "x"), 2)
      try await expectMistake(bench.run("push", "fault", "429", "--subscription", "x"), 2)
      try await service.program.interrupt()
      try await expectMistake(bench.run("push", "fault", "429"), 3)
    }
  }

  @Test(
    .timeLimit(.minutes(3)),
    arguments: [
      ["push", "fault", "42"], ["push", "fault", "--subscription", "x"],
      ["push", "fault", "429", "--clear"], ["push", "serve", "--fault", "429:times=0"],
      ["push", "serve", "--respond", "delay"], ["open", "--fault", "429"], ["push", "expire"],
    ])
  func `a fault that can't be asked for ends with 2`(_ arguments: [String]) async throws {
    try await Bench.with { bench in
      try await expectMistake(bench.run(arguments), 2)
    }
  }
}
