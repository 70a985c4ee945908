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

  @Test func `what Firefox reports is an event of its source, once, and stands with the message`()
    async throws
  {
    try await withScratchFolder { folder in
      let store = try SQLiteEventStore.open(at: "\(folder)/offstage.sqlite")
      let source = try await store.openSource(Self.firefox, at: Self.now).source.id
      try await store.record(
        Self.told(to: source) + [
          .origin(token: "f", "http://localhost:8000"), .origin(token: "f", "http://other"),
          Self.report(.sent(attempt: 1), after: 1),
          Self.report(.acknowledged(.delivered, attempt: 1), after: 2),
          Self.report(.failed(.unhandledRejection, device: "another"), after: 3),
          Self.report(.failed(.unhandledRejection, device: "agent"), after: 4),
          Self.report(.failed(.uncaughtException, device: "agent"), after: 5),
        ])
      let events = try await store.events(EventQuery()).events.sorted { $0.id < $1.id }
      #expect(
        events.map(\.logged.eventName) == [
          "Push message sent", "Push message acknowledged", "Push event failed",
        ])
      #expect(events.map(\.logged.outcome) == [.pending, .ok, .failed])
      #expect(events.allSatisfy { $0.capture == .push && $0.logged.instanceId == "m" })
      #expect(events.allSatisfy { $0.logged.origin == "http://localhost:8000" })
      #expect(Set(events.map(\.operationId)).count == 1)
      #expect(events.last?.operationState == .failed)
      let message = try #require(try await store.pushMessage(id: "m"))
      #expect(message.delivery.answer == .delivered)
      #expect(message.delivery.failure == .unhandledRejection)
      #expect(message.delivery.failed == Self.now + .seconds(4))
      #expect(try await store.verify(rebuild: false) == [])
      try await store.close()
    }
  }

  @Test func `a Firefox whose recording is off, or that nobody records, becomes no event`()
    async throws
  {
    try await withScratchFolder { folder in
      let store = try SQLiteEventStore.open(at: "\(folder)/offstage.sqlite")
      let source = try await store.openSource(Self.firefox, at: Self.now).source.id
      try await store.setWanted(false, .pushMessaging, of: source)
      try await store.record(Self.told(to: source) + [Self.report(.sent(attempt: 1), after: 1)])
      for unknown in [SourceID(), nil] {
        let device = PushDevice(id: "agent", created: Self.now, source: unknown)
        try await store.record([.device(device), Self.report(.sent(attempt: 2), after: 2)])
      }
      #expect(try await store.newestId() == 0)
      let device = PushDevice(id: "agent", created: Self.now, source: source)
      try await store.setWanted(true, .pushMessaging, of: source)
      try await store.record([.device(device), Self.report(.sent(attempt: 3), after: 3)])
      #expect(try await store.events(EventQuery()).events.map(\.logged.origin) == ["null"])
      #expect(try await store.pushState(at: Self.now).devices == [device])
      #expect(try await store.firefoxAgent(of: source) == "agent")
      #expect(try await store.firefoxAgent(of: SourceID()) == nil)
      try await store.close()
    }
  }

  private static let firefox = SourceDescription(
    kind: .profile, place: .unknown, suggestedName: "firefox", browser: "Firefox/153.7.0",
    transport: "push")

  private static func told(to source: SourceID) -> [PushWrite] {
    var message = message("m")
    message.subscription = "f"
    return [
      .device(PushDevice(id: "agent", created: now, source: source)),
      .subscription(
        PushSubscription(
          token: "f", device: "agent", client: .firefox(channel: "c"), applicationServerKey: nil,
          origin: nil, created: now)), .message(message),
    ]
  }

  private static func report(_ kind: PushReport.Kind, after seconds: Int64) -> PushWrite {
    .reported(PushReport(message: "m", kind: kind, at: now + .seconds(seconds)))
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
