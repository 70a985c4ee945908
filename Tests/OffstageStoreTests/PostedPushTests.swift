import Foundation
import OffstageCore
import OffstageStore
import OffstageTesting
import Testing

/// Posts to the push service, with what bears on them.
@Suite struct PostedPushTests {
  private static let gone = PushMessage.Refusal(
    code: "subscription-gone", detail: "This subscription has ended: unsubscribed.")

  private static func rules(
    _ store: SQLiteEventStore, _ selection: EventSelection = EventSelection()
  ) async throws -> [String] {
    try await FindingSearch(selection).run(store: store).findings.map(\.rule)
  }

  private func withStore(_ body: (SQLiteEventStore, SourceID) async throws -> Void) async throws {
    try await withScratchFolder { folder in
      let store = try SQLiteEventStore.open(at: "\(folder)/offstage.sqlite")
      let source = try await store.openSource(.sample("default"), at: ManualClock.start).source.id
      try await store.record([
        .device(
          PushDevice(id: "\(UInt64.max)", securityToken: 1, created: ManualClock.start)),
        .subscription(.sample()),
      ])
      try await body(store, source)
      try await store.close()
    }
  }

  @Test func `a refusal is a finding with its browser, its site and its message`() async throws {
    try await withStore { store, source in
      try await store.record([
        .message(
          .sample(
            refused: .init(code: "aud-wrong", detail: "The aud is wrong.", hint: "Mend it."),
            status: 403))
      ])
      let nameless = try #require(try await FindingSearch().run(store: store).findings.first)
      #expect(nameless.source == nil)
      try await store.noteBrowser(ofSubscription: "t", is: source)
      let found = try #require(try await FindingSearch().run(store: store).findings.first)
      #expect(found.rule == "push-wrong-audience" && found.severity == .error)
      #expect(found.source?.id == source)
      #expect(found.origin == "https://app.example")
      #expect(found.pushId == "m")
      #expect(found.message == "A push was refused with 403: The aud is wrong.")
      #expect(found.mend == "Mend it.")
    }
  }

  @Test func `a selection narrows which posts are looked at`() async throws {
    try await withStore { store, source in
      try await store.noteBrowser(ofSubscription: "t", is: source)
      try await store.record([.message(.sample(end: .expired))])
      let at = ManualClock.start
      for selection in [
        EventSelection(), EventSelection(services: [.pushMessaging]),
        EventSelection(sources: [source]), EventSelection(origins: ["https://app.example"]),
        EventSelection(instances: ["m"]), EventSelection(since: at, until: at),
      ] {
        #expect(try await Self.rules(store, selection) == ["push-expired"])
      }
      for selection in [
        EventSelection(services: [.backgroundSync]), EventSelection(sources: [SourceID()]),
        EventSelection(origins: ["https://other.example"]), EventSelection(instances: ["n"]),
        EventSelection(since: at + .seconds(1)), EventSelection(until: at - .seconds(1)),
        EventSelection(words: ["x"]),
      ] {
        #expect(try await Self.rules(store, selection) == [])
      }
    }
  }

  @Test func `only who has been told that a subscription is gone is blamed for sending again`()
    async throws
  {
    try await withStore { store, _ in
      for (index, id) in ["1", "2", "3"].enumerated() {
        var message = PushMessage.sample(
          id, at: ManualClock.start + .seconds(Int64(index)), refused: Self.gone, status: 410)
        // The first was asked for: it tells nobody anything.
        if index == 0 { message.injected = .respond(410, headers: []) }
        try await store.record([.message(message)])
      }
      #expect(
        try await Self.rules(store).filter { $0.hasPrefix("push-endpoint") } == [
          "push-endpoint-gone", "push-endpoint-gone-again",
        ])
    }
  }

  @Test func `a browser's silence is no finding while recording was turned off`() async throws {
    try await withStore { store, source in
      try await store.noteBrowser(ofSubscription: "t", is: source)
      try await store.record([.message(.sample())])
      let end = ManualClock.start + .minutes(1)
      let watch = StoreWrite.watchImported(.pushMessaging, from: ManualClock.start, to: end)
      let off = StoreWrite.gapOpened(
        .pushMessaging, .switchedOff, from: ManualClock.start, to: nil, .unknown)
      let on = StoreWrite.gapClosed(.pushMessaging, .switchedOff, to: end)
      _ = try await store.write(
        [SourceWrites(source: source, writes: [watch, off, on])], receivedUntil: end)
      #expect(try await Self.rules(store) == ["gap-switched-off"])
    }
  }

  @Test
  func `a browser's silence is no finding where it was not watched, or where events were removed`()
    async throws
  {
    try await withStore { store, source in
      try await store.noteBrowser(ofSubscription: "t", is: source)
      try await store.record([.message(.sample())])
      #expect(try await Self.rules(store) == [])
      let watch = StoreWrite.watchImported(
        .pushMessaging, from: ManualClock.start, to: ManualClock.start + .minutes(1))
      _ = try await store.write(
        [SourceWrites(source: source, writes: [watch])], receivedUntil: ManualClock.start)
      #expect(try await Self.rules(store) == ["push-not-logged"])
      let event = StoreWrite.event(.sample(instance: "m"), .live)
      _ = try await store.write(
        [SourceWrites(source: source, writes: [event])], receivedUntil: ManualClock.start)
      #expect(try await !Self.rules(store).contains("push-not-logged"))
      // Which leaves the message.
      let logged = EventSelection(names: ["Push message received"])
      #expect(try await store.clear(logged, at: ManualClock.start + .seconds(5)) == 1)
      #expect(try await store.pushMessage(id: "m") != nil)
      #expect(try await Self.rules(store) == [])
    }
  }

  /// As in the demo, and of browsers that others have started.
  @Test func `whose a push is may be known by the log alone: it is exported, and goes with it`()
    async throws
  {
    try await withStore { store, source in
      try await store.record([.message(.sample())])
      let event = StoreWrite.event(.sample(instance: "m"), .live)
      _ = try await store.write(
        [SourceWrites(source: source, writes: [event])], receivedUntil: ManualClock.start)
      let selection = EventSelection(services: [.pushMessaging], sources: [source])
      #expect(try await store.pushLines(selection, after: nil, limit: 9).count == 1)
      #expect(try await store.subscriptionLines(selection).map(\.subscription.token) == ["t"])
      _ = try await store.clear(selection, at: ManualClock.start + .hours(2))
      #expect(try await store.pushMessages(onlyRefused: false, limit: 9) == [])
    }
  }

  @Test func `what is asked of the push service is taken back, an expiry only by its number`()
    async throws
  {
    try await withStore { store, _ in
      let expiry = try await store.order(
        .expire, subscription: "t", times: nil, at: ManualClock.start)
      _ = try await store.order(
        .inject(.drop), subscription: nil, times: nil, at: ManualClock.start)
      #expect(try await store.withdraw(orders: nil) == 1)
      #expect(try await store.pushOrders().map(\.id) == [expiry])
      #expect(try await store.withdraw(orders: [expiry]) == 1)
      #expect(try await store.pushOrders() == [])
    }
  }

  @Test func `what was posted is removed with the events, but for what is still to be delivered`()
    async throws
  {
    try await withStore { store, source in
      try await store.noteBrowser(ofSubscription: "t", is: source)
      try await store.record([
        .message(.sample("ended")), .message(.sample("waits", end: nil)),
        .message(.sample("refused", refused: Self.gone, status: 410)),
        .message(.sample("later", at: ManualClock.start + .hours(1))),
      ])
      _ = try await store.clear(EventSelection(words: ["x"]), at: ManualClock.start + .hours(2))
      let other = try await store.openSource(.sample("other"), at: ManualClock.start).source.id
      _ = try await store.clear(
        EventSelection(sources: [other]), at: ManualClock.start + .hours(2))
      #expect(try await store.pushMessages(onlyRefused: false, limit: 9).count == 4)
      _ = try await store.clear(
        EventSelection(services: [.pushMessaging], sources: [source]),
        at: ManualClock.start + .minutes(1))
      let left = try await store.pushMessages(onlyRefused: false, limit: 9).map(\.id)
      #expect(left == ["later", "waits"])
    }
  }

  @Test func `what a file tells of pushes is shown, and never served or kept from the service`()
    async throws
  {
    try await withStore { store, source in
      var refused = (0..<1100).map {
        StoreWrite.pushImported(.sample("\($0)", refused: Self.gone, status: 410))
      }
      refused += [
        .subscriptionImported(.sample("of a file")),
        .pushImported(.sample("waits", to: "of a file", end: nil)),
      ]
      _ = try await store.write(
        [SourceWrites(source: source, writes: refused)], receivedUntil: ManualClock.start)
      try await store.record([
        .message(.sample("own", refused: Self.gone, status: 410))
      ])
      let state = try await store.pushState(at: ManualClock.start + .days(90))
      #expect(state.waiting == [])
      #expect(state.subscriptions.map(\.token) == ["t"])
      #expect(try await store.pushSubscriptions().map(\.token) == ["t"])
      // Those of files neither push the service's own out nor go with its old ones.
      #expect(try await store.postedPushes(EventSelection(), limit: 5000).count == 1101)
      #expect(try await store.pushMessages(onlyRefused: false, limit: 9) == [])
      _ = try await store.clear(EventSelection(), at: ManualClock.start + .days(1))
      #expect(try await store.postedPushes(EventSelection(), limit: 5000) == [])
      #expect(try await store.subscriptionLines(EventSelection()) == [])
    }
  }
}
