import Foundation
import OffstageCore
import OffstageServer
import OffstageStore
import Testing

@Suite(.timeLimit(.minutes(3))) struct PushRoutesTests {
  @Test func `subscriptions and messages are given as the push service keeps them`() async throws {
    try await withPushes { bench, ledger in
      let site = PushSubscription(
        token: "t1", device: "1",
        client: .chromium(MCSRegistration(app: "a", subtype: "s", sender: "1", appID: "i")),
        applicationServerKey: nil, origin: "https://app.example", created: Bench.start)
      var own = site
      (own.token, own.origin) = ("t2", nil)
      try await ledger.record([
        .device(PushDevice(id: "1", securityToken: 2, created: Bench.start)),
        .subscription(site), .subscription(own),
        .message(
          PushMessage(
            id: "m1", subscription: "t1", received: Bench.start, ttl: 60, encoding: "aes128gcm",
            headers: [.init("TTL", "60")], body: [1, 2, 3])),
        .message(
          PushMessage(
            id: "m2", subscription: "t1", received: Bench.start + .seconds(1), status: 400,
            refusal: .init(code: "ttl-missing", detail: "No \u{202E}TTL."), ttl: 0)),
        .sent(id: "m1", at: Bench.start),
        .ended(id: "m1", .acknowledged, at: Bench.start + .seconds(1)),
      ])
      let answer = try await bench.ask("GET", "/api/v1/push/subscriptions")
      let subscriptions = try answer.list("subscriptions")
      #expect(
        subscriptions.map { $0["endpoint"] as? String } == ["http://127.0.0.1:7789/fcm/send/t1"])
      let all = try await bench.ask("GET", "/api/v1/push/messages").list("messages")
      #expect(all.map { $0["id"] as? String } == ["m2", "m1"])
      #expect(all.last?["body"] as? String == "AQID")
      #expect(all.last?["end"] as? String == "acknowledged")
      let refused = try await bench.ask("GET", "/api/v1/push/messages?refused").list("messages")
      #expect(refused.map { $0["id"] as? String } == ["m2"])
      #expect(try await bench.ask("GET", "/api/v1/push/messages?refused=maybe").status == 400)
    }
  }

  private func withPushes(
    _ body: @escaping @Sendable (Bench, any PushLedger) async throws -> Void
  ) async throws {
    try await Bench.withFolder { folder in
      let ledger = try SQLiteEventStore.open(at: folder.storePath)
      try await Bench.with { configuration, _ in
        configuration.pushes = ledger
        configuration.pushOrigin = { "http://127.0.0.1:7789" }
      } _: { bench in
        try await body(bench, ledger)
      }
      try await ledger.close()
    }
  }
}
