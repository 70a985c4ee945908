import OffstageCore
import OffstageTesting
import Testing

@testable import OffstageStore

/// The promise: what the browser has logged is stored once, whatever happens between.
@Suite struct `Nothing lost, nothing doubled` {
  private let services: [Service] = [.pushMessaging, .backgroundSync]

  @Test(arguments: 1...24)
  func `any run of live, replay, shedding and kills gives the browser's own log`(
    _ seed: Int
  ) async throws {
    try await withScratchFolder { folder in
      var random = SeededGenerator(seed: UInt64(seed))
      var browser = ModelBrowser(services)
      let path = "\(folder)/offstage.sqlite"
      var store = try SQLiteEventStore.open(at: path)
      for number in 1...6 {
        // Away: the browser goes on.
        for _ in 0..<Int.random(in: 0..<12, using: &random) { _ = browser.logNext(using: &random) }
        browser.pass(.seconds(Int64.random(in: 0...9, using: &random)))
        if random.chance(in: 2) {
          try await store.close()
          store = try SQLiteEventStore.open(at: path)
        }
        var session = try await RecordingSession(store, number)
        try await session.play(&browser, services, using: &random)
        #expect(!session.gaps.contains(.wiped))
        if random.chance(in: 2) {
          session.receive([.ended(.connectionLost, at: browser.now)])
          try await session.commit(at: browser.now)
        } else {
          // Killed: of what waits only a part came to be written.
          try await session.commit(
            Int.random(in: 0...session.waiting, using: &random), at: browser.now)
        }
      }
      var last = try await RecordingSession(store, 7)
      for service in services {
        last.observe(service, &browser, using: &random)
        let lacking = try await last.commit(at: browser.now)
        #expect(lacking.allSatisfy { $0 == 0 })
      }
      #expect(try await difference(store, browser) == [])
      let faults = try await store.verify(rebuild: false)
      #expect(faults == [])
      #expect(try await store.gaps(EventSelection()).filter { $0.reason == .wiped } == [])
    }
  }

  /// What one has more often than the other, by content.
  private func difference(_ store: SQLiteEventStore, _ browser: ModelBrowser) async throws
    -> [String]
  {
    var counts: [LoggedEvent: Int] = [:]
    for event in browser.events { counts[event, default: 0] += 1 }
    for event in try await store.events(EventQuery(limit: .max)).events {
      counts[event.logged, default: 0] -= 1
    }
    return counts.filter { $0.value != 0 }.map { event, count in
      "\(event.timestamp.micros) \(event.eventName) \(event.instanceId): \(count)"
    }
  }
}

extension RecordingSession {
  /// Histories, then live events, commits and stuck stores at random.
  fileprivate mutating func play(
    _ browser: inout ModelBrowser, _ services: [Service], using random: inout SeededGenerator
  ) async throws {
    for service in services { observe(service, &browser, using: &random) }
    for _ in 0..<Int.random(in: 0..<20, using: &random) {
      switch Int.random(in: 0..<8, using: &random) {
      case 0:
        let lacking = try await commit(at: browser.now)
        #expect(lacking.allSatisfy { $0 == 0 })
      case 1:
        try await commit(Int.random(in: 0...waiting, using: &random), at: browser.now)
      case 2:
        does { $0.shed(at: ManualClock.start) }
        // Told before the stop is answered, or not at all: it is in the log.
        let late = browser.logNext(services[0], using: &random)
        receive([.event(late, received: browser.now)])
        receive(services.map { .observationStopped($0, at: browser.now) })
        _ = browser.logNext(using: &random)
        does { $0.resume() }
        for service in services { observe(service, &browser, using: &random) }
      case 3:
        does { $0.tick(at: ManualClock.start + .hours(1)) }
      default:
        let event = browser.logNext(using: &random)
        receive([.event(event, received: browser.now)])
      }
    }
  }
}
