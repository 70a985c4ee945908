import OffstageCore
import OffstageTesting
import Testing

@testable import OffstageStore

/// Recorder and store together, when the browser's log loses events.
@Suite struct `A log wiped behind our back` {
  private let service = Service.pushMessaging

  /// Runs: each on its own opening of the store, each with the browser as it then is.
  private func runs(
    _ bodies: [@Sendable (inout RecordingSession, inout ModelBrowser) async throws -> Void]
  ) async throws -> [Gap] {
    try await withScratchFolder { folder in
      var random = SeededGenerator(seed: 7)
      var browser = ModelBrowser([service])
      let path = "\(folder)/offstage.sqlite"
      var gaps: [Gap] = []
      for (number, body) in bodies.enumerated() {
        let store = try SQLiteEventStore.open(at: path)
        var session = try await RecordingSession(store, number + 1)
        session.observe(service, &browser, using: &random, isBusy: false)
        try await session.commit(at: browser.now)
        try await body(&session, &browser)
        browser.pass(.seconds(30))
        session.receive([.ended(.left, at: browser.now)])
        try await session.commit(at: browser.now)
        #expect(try await store.verify(rebuild: false) == [])
        gaps = try await store.gaps(EventSelection())
        try await store.close()
        browser.pass(.minutes(5))
      }
      return gaps
    }
  }

  @Sendable private static func live(
    _ session: inout RecordingSession, _ browser: inout ModelBrowser
  ) async throws {
    var random = SeededGenerator(seed: 99)
    for _ in 0..<6 {
      let event = browser.logNext(.pushMessaging, using: &random)
      session.receive([.event(event, received: browser.now)])
    }
    try await session.commit(at: browser.now)
  }

  @Sendable private static func nothing(
    _ session: inout RecordingSession, _ browser: inout ModelBrowser
  ) async throws {}

  @Test func `a wipe while we were down is one gap, though the events only ever came live`()
    async throws
  {
    let gaps = try await runs([
      { session, browser in
        try await Self.live(&session, &browser)
        browser.wipe(.pushMessaging)
      }, Self.nothing, Self.nothing,
    ])
    #expect(gaps.map(\.reason) == [.wiped])
    #expect(gaps.first.map { $0.from < ($0.to ?? $0.from) } == true)
  }

  @Test func `a worker unregistered while we were down is one gap, and the rest is no second`()
    async throws
  {
    let gaps = try await runs([
      { session, browser in
        for _ in 0..<4 { try await Self.live(&session, &browser) }
        browser.wipe(instance: "a")
      },
      { session, browser in
        // The recorder asks for the log once more, to tell what is left from what is gone.
        #expect(session.commands.contains(.stopObserving(.pushMessaging)))
        session.receive([.observationStopped(.pushMessaging, at: browser.now)])
        var random = SeededGenerator(seed: 3)
        session.observe(.pushMessaging, &browser, using: &random, isBusy: false)
        try await session.commit(at: browser.now)
      }, Self.nothing, Self.nothing,
    ])
    #expect(gaps.map(\.reason) == [.wiped])
  }

  @Test func `a worker that goes and comes again is a gap each time`() async throws {
    let gaps = try await runs([
      { session, browser in
        try await Self.live(&session, &browser)
        browser.wipe(.pushMessaging)
      },
      { session, browser in
        try await Self.live(&session, &browser)
        browser.wipe(.pushMessaging)
      }, Self.nothing,
    ])
    #expect(gaps.map(\.reason) == [.wiped, .wiped])
  }

  @Test func `what we cleared from the browser's log is no wipe`() async throws {
    let gaps = try await runs([
      { session, browser in
        try await Self.live(&session, &browser)
        let request = RecorderRequest(
          id: 1, source: session.source, service: .pushMessaging, kind: .clearBrowserLog)
        let now = browser.now
        session.does { $0.perform(request, at: now) }
        session.receive([.observationStopped(.pushMessaging, at: browser.now)])
        var random = SeededGenerator(seed: 3)
        session.observe(.pushMessaging, &browser, using: &random, isBusy: false)
        try await session.commit(at: browser.now)
        #expect(session.commands.last == .clearEvents(.pushMessaging))
        browser.wipe(.pushMessaging)
        session.receive([.cleared(.pushMessaging, failure: nil, at: browser.now)])
        try await session.commit(at: browser.now)
      }, Self.nothing,
    ])
    #expect(gaps == [])
  }

  @Test func `what was cleared or pruned from the store is no wipe, nor is it brought back`()
    async throws
  {
    let gaps = try await runs([
      { session, browser in
        try await Self.live(&session, &browser)
        _ = try await session.store.clear(EventSelection(), at: browser.now)
      },
      { session, browser in
        let events = try await session.store.events(EventQuery()).events
        #expect(events == [])
        try await Self.live(&session, &browser)
        try await session.store.setKeep(.seconds(1), of: session.source)
        while try await session.store.prune(session.source, at: browser.now + .hours(1)) {}
      },
      { session, _ in
        let events = try await session.store.events(EventQuery()).events
        #expect(events == [])
      },
    ])
    #expect(gaps == [])
  }

  @Test func `what is live only by nature is not missed`() async throws {
    let gaps = try await runs([
      { session, browser in
        let install = LoggedEvent.sample(
          "Install payment handler", .pushMessaging, at: browser.now, registration: "-1")
        session.receive([.event(install, received: browser.now)])
        try await session.commit(at: browser.now)
      }, Self.nothing,
    ])
    #expect(gaps == [])
  }
}
