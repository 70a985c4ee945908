import CDP
import OffstageCapture
import OffstageCore
import Synchronization

/// The browsers that this process records, for who wants to look into one of them.
final class RecordedBrowsers: OriginLooking {
  struct Browser {
    var connection: Connection
    var desk: (any NotificationDesk)?
    /// Where its pushes come from, if that is with us.
    var push: PushPlace?
    /// What records it, once it does.
    var capture: BrowserCapture?
    var profile: Source? { sources.last { $0.kind == .profile } }
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
  let clock: any WallClock
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

  /// - Parameter desk: where its notifications appear, if that is with us.
  func opened(
    _ connection: Connection, desk: (any NotificationDesk)? = nil, push: PushPlace? = nil
  ) -> Int {
    state.withLock { state in
      let number = state.number()
      state.browsers[number] = Browser(connection: connection, desk: desk, push: push)
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

  func profile(of browser: Int) -> Source? { state.withLock { $0.browsers[browser]?.profile } }

  /// In the order in which they were opened.
  var all: [Browser] {
    state.withLock { state in state.browsers.sorted { $0.key < $1.key }.map(\.value) }
  }

  // MARK: Looking

  func report(on question: OriginQuestion) async throws -> OriginReport? {
    guard let (browser, found, source) = find(question.source) else { return nil }
    let look = OriginLook(
      connection: found.connection,
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
    facts.browser.isRecorded = true
    facts.browser.showsWithUs = found.desk != nil
    try await notePush(found.push, in: &facts)
    try await facts.addRecording(in: store, of: source)
    try await facts.addRecorded(in: store, of: source)
    facts.addPendingSyncs(from: inspector, of: source.place)
    return OriginReport(facts, profile: source.name, asked: question.services)
  }

  /// The browser itself calls each subscription one of its maker's; ours knows its own.
  private func notePush(_ place: PushPlace?, in facts: inout OriginFacts) async throws {
    guard let place, case .at = facts.worker?.subscription, let pushes = store as? any PushLedger
    else { return }
    facts.browser.pushService = "127.0.0.1:\(place.port)"
    let isOurs = try await pushes.pushSubscriptions().contains {
      $0.end == nil && $0.origin?.withoutTrailingSlash == facts.origin
    }
    if isOurs { facts.worker?.subscription = .atOurs }
  }

  /// Of off-the-record contexts the profile's browser is asked.
  private func find(_ source: SourceID?) -> (browser: Int, Browser, Source)? {
    state.withLock { state in
      for (number, browser) in state.browsers.sorted(by: { $0.key < $1.key }) {
        let profile = browser.sources.last { $0.kind == .profile }
        if let profile, source == nil || source == profile.id {
          return (number, browser, profile)
        }
      }
      return nil
    }
  }
}
