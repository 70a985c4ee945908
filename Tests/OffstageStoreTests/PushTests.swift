import Foundation
import OffstageCore
import OffstageStore
import Testing

@Suite struct PushTests {
  private static let now = Timestamp(micros: 1_795_000_000_000_000)

  private static let subscription = PushSubscription(
    token: "t", device: "\(UInt64.max)",
    client: .chromium(MCSRegistration(app: "a", subtype: "wp:x#1", sender: "s", appID: "i")),
    applicationServerKey: "key", origin: "http://localhost:8000", created: now)

  private static func message(_ id: String, at moment: Timestamp = now) -> PushMessage {
    PushMessage(
      id: id, subscription: "t", received: moment, ttl: 60, urgency: .low, topic: "news",
      encoding: "aes128gcm", headers: [.init("TTL", "60"), .init("X", "\u{0}ü")],
      body: [0, 255, 0])
  }

  @Test func `what is kept comes back, also in another process's store`() async throws {
    try await withScratchFolder { folder in
      let path = "\(folder)/offstage.sqlite"
      let store = try SQLiteEventStore.open(at: path)
      let device = PushDevice(id: "\(UInt64.max)", securityToken: .max, created: Self.now)
      let firefox = PushSubscription(
        token: "f", device: "uaid", client: .firefox(channel: "c"), applicationServerKey: nil,
        origin: nil, created: Self.now)
      try await store.record([
        .device(device), .subscription(Self.subscription), .subscription(firefox),
        .message(Self.message("1")), .message(Self.message("2")), .message(Self.message("3")),
        .sent(id: "1", at: Self.now + .seconds(1)), .sent(id: "1", at: Self.now + .seconds(2)),
        .ended(id: "2", .replaced, at: Self.now + .seconds(3)),
        .ended(id: "2", .expired, at: Self.now + .seconds(4)),
        .subscriptionEnded(token: "f", .init(at: Self.now, reason: .unsubscribed)),
      ])
      try await store.close()
      let again = try SQLiteEventStore.open(at: path)
      let state = try await again.pushState(at: Self.now)
      #expect(state.devices == [device])
      #expect(state.subscriptions.map(\.end?.reason) == [nil, .unsubscribed])
      #expect(state.subscriptions[0] == Self.subscription)
      var first = Self.message("1")
      first.delivery = .init(sends: 2, firstSent: Self.now + .seconds(1))
      #expect(state.waiting == [first, Self.message("3")])
      #expect(try await again.pushMessage(id: "2")?.delivery.end == .replaced)
      try await again.close()
    }
  }

  @Test func `posts that are refused don't fill the store, and old messages go`() async throws {
    try await withScratchFolder { folder in
      let store = try SQLiteEventStore.open(at: "\(folder)/offstage.sqlite")
      var refused = Self.message("")
      refused.status = 404
      refused.refusal = .init(code: "subscription-unknown", detail: "There is none.")
      for batch in 0..<12 {
        try await store.record(
          (0..<100).map { number in
            refused.id = "r\(batch)-\(number)"
            return .message(refused)
          })
      }
      #expect(try await store.pushMessages(onlyRefused: true, limit: 5000).count == 1000)
      try await store.record([
        .message(Self.message("old", at: Self.now - .days(40))),
        .message(Self.message("waits", at: Self.now - .days(40))),
        .ended(id: "old", .acknowledged, at: Self.now),
      ])
      let state = try await store.pushState(at: Self.now)
      #expect(state.waiting.map(\.id) == ["waits"])
      #expect(try await store.pushMessage(id: "old") == nil)
      try await store.close()
    }
  }
}
