import CDP
import OffstageCapture
import OffstageCore
import Synchronization

/// The browsers that this process records, for who wants to look into one of them.
final class RecordedBrowsers: OriginLooking {
  private struct Browser {
    var connection: Connection
    /// What records it, once it does.
    var capture: BrowserCapture?
    var sources: [Source] = []
    var looks: [Int: OriginLook] = [:]
  }

  private struct State {
    var browsers: [Int: Browser] = [:]
    var last = 0

    mutating func number() -> Int {
      last += 1
      return last
    }
  }

  private let state = Mutex(State())
  let store: any EventStore
  private let clock: any WallClock
  /// Tells when pending syncs fire, where there is one.
  private let inspector: (any ProfileInspector)?

  init(
    store: any EventStore, clock: any WallClock, inspector: (any ProfileInspector)? = nil
  ) {
    self.store = store
    self.clock = clock
    self.inspector = inspector
  }

  // MARK: Recording

  func opened(_ connection: Connection) -> Int {
    state.withLock { state in
      let number = state.number()
      state.browsers[number] = Browser(connection: connection)
      return number
    }
  }

  func closed(_ browser: Int) {
    state.withLock { $0.browsers[browser] = nil }
  }

  func note(_ capture: BrowserCapture, of browser: Int) {
    state.withLock { $0.browsers[browser]?.capture = capture }
  }

  var captures: [BrowserCapture] {
    state.withLock { state in
      state.browsers.sorted { $0.key < $1.key }.compactMap(\.value.capture)
    }
  }

  func note(_ source: Source, of browser: Int) {
    state.withLock { $0.browsers[browser]?.sources.append(source) }
  }

  /// All that comes from a browser.
  func receive(_ messages: [InboundMessage], from browser: Int) async {
    let looks = state.withLock { state -> [OriginLook] in
      guard let looks = state.browsers[browser]?.looks, !looks.isEmpty else { return [] }
      return Array(looks.values)
    }
    for look in looks { await look.receive(messages) }
  }

  // MARK: Looking

  func report(on question: OriginQuestion) async throws -> OriginReport? {
    guard let (browser, connection, source) = find(question.source) else { return nil }
    let look = OriginLook(
      connection: connection,
      options: OriginLook.Options(
        url: question.url, origin: question.origin, isOurs: false,
        wakesWorker: question.wakesWorker, looksAtRecording: false, now: clock.now()))
    let number = state.withLock { state in
      let number = state.number()
      state.browsers[browser]?.looks[number] = look
      return number
    }
    defer { state.withLock { $0.browsers[browser]?.looks[number] = nil } }
    var facts = try await look.facts()
    try await facts.addRecording(in: store, of: source)
    try await facts.addRecorded(in: store, of: source)
    facts.addPendingSyncs(from: inspector, of: source.place)
    return OriginReport(facts, profile: source.name, asked: question.services)
  }

  /// Of off-the-record contexts the profile's browser is asked.
  private func find(_ source: SourceID?) -> (browser: Int, Connection, Source)? {
    state.withLock { state in
      for (number, browser) in state.browsers.sorted(by: { $0.key < $1.key }) {
        let profile = browser.sources.last { $0.kind == .profile }
        if let profile, source == nil || source == profile.id {
          return (number, browser.connection, profile)
        }
      }
      return nil
    }
  }
}
