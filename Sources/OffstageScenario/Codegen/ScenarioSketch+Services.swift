import JSON
import OffstageCore

extension ScenarioSketch {
  private static let slow = "60s"
  /// A sync that is dispatched later than this was held.
  private static let heldAfter = Interval.seconds(1)

  // MARK: Syncs

  mutating func addSync(_ scene: OperationScene) {
    let (operation, tag) = (scene.operation.operation, scene.operation.instanceId)
    let terms: [FilterTerm] = [.named("tag", tag)]
    let first = scene.events.first { $0.isDispatch }
    if operation.state == .simulated, let first {
      let isLast = first.logged.value(of: "Last Chance") == "Yes"
      step(
        "sync",
        isLast ? .mapping([("tag", .text(tag)), ("last-chance", .flag(true))]) : .text(tag),
        at: first.logged.timestamp)
      expect([.named("event", first.logged.eventName)] + terms, at: first.logged.timestamp)
      return
    }
    permissions["background-sync"] = .granted
    let began = operation.began
    let isHeld = first.map { $0.logged.timestamp - began > Self.heldAfter } ?? true
    comment(
      "The page, or its worker, registered the sync: this is the shortest that does.", at: began)
    if isHeld { step("offline", at: began) }
    step(
      "evaluate",
      .text("await (await navigator.serviceWorker.ready).sync.register(\(tag.asJSON))"), at: began)
    expect([.named("event", "Registered sync")] + terms, at: began)
    guard let first else {
      comment("It was never dispatched while it was recorded.", at: operation.changed)
      return
    }
    if isHeld {
      step(
        "expect-none",
        .text(
          ([.named("event", first.logged.eventName)] + terms).map(\.description)
            .joined(separator: " ")), at: began)
      step("online", at: first.logged.timestamp)
    }
    let isRetried = operation.attempts > 1
    if isRetried { hasFastRetries = true }
    expect([.named("event", first.logged.eventName)] + terms, at: first.logged.timestamp)
    if operation.failures > 0 {
      comment(
        "Its handler failed: the site has to answer as it did then.", at: first.logged.timestamp)
    }
    if [.succeeded, .failed].contains(operation.state) {
      expectEnd(
        of: scene, [.named("service", "sync")] + terms, within: isRetried ? Self.slow : nil,
        countsAttempts: true)
    }
  }

  /// One lasts from its registration to its end, over days of dispatches: what is the same again and
  /// again stands there once.
  mutating func addPeriodicSync(_ scene: OperationScene) {
    let tag = scene.operation.instanceId
    permissions["periodic-background-sync"] = .granted
    var interval: Int64?
    var (dispatches, failures) = (0, 0)
    for event in scene.events {
      let time = event.logged.timestamp
      let terms: [FilterTerm] = [.named("event", event.logged.eventName), .named("tag", tag)]
      switch OperationStep(of: event.logged) {
      case .periodicSync(.registered):
        let wanted = event.logged.value(of: "minInterval").flatMap { Int64($0) } ?? 0
        // A page may register it whenever it is opened.
        guard wanted != interval else { continue }
        interval = wanted
        step(
          "evaluate",
          .text(
            "await (await navigator.serviceWorker.ready).periodicSync.register(\(tag.asJSON), "
              + "{ minInterval: \(wanted) })"), at: time)
        expect(terms, at: time)
      case .periodicSync(.dispatched):
        dispatches += 1
        guard dispatches == 1 else { continue }
        step("periodic-sync", .text(tag), at: time)
        expect(terms, at: time)
        comment(
          "The browser logs no end of a periodic sync that was dispatched for a test.", at: time)
      case .periodicSync(.failed): failures += 1
      default: break
      }
    }
    let end = scene.operation.operation.changed
    if dispatches > 1 { comment("It was dispatched \(dispatches) times in all.", at: end) }
    if failures > 0 {
      comment("Its handler failed \(failures == 1 ? "once" : "\(failures) times").", at: end)
    }
  }

  // MARK: Background fetches and payments

  mutating func addFetch(_ scene: OperationScene) {
    let (operation, id) = (scene.operation.operation, scene.operation.instanceId)
    let requests = scene.story.requests
    guard !requests.isEmpty else {
      comment("Background fetch \(id): none of its requests was logged.", at: operation.began)
      return
    }
    permissions["background-fetch"] = .granted
    let origin = scene.operation.origin.withoutTrailingSlash
    let urls = requests.map { request in
      request.url.hasPrefix(origin + "/")
        ? String(request.url.dropFirst(origin.count)) : request.url
    }
    step(
      "evaluate",
      .text(
        "await (await navigator.serviceWorker.ready).backgroundFetch.fetch(\(id.asJSON), "
          + "[\(urls.map(\.asJSON).joined(separator: ", "))])"), at: operation.began)
    expect(
      [.named("event", "Background Fetch registered"), .named("tag", id)], at: operation.began)
    for request in requests {
      guard let status = request.status, !(200..<300).contains(status) else { continue }
      comment("\(request.url) answered \(status) then.", at: operation.began)
    }
    guard [.succeeded, .failed, .aborted].contains(operation.state) else {
      comment("It had not ended when the record ends.", at: operation.changed)
      return
    }
    if operation.state == .aborted {
      step(
        "evaluate",
        .text(
          "await (await (await navigator.serviceWorker.ready).backgroundFetch.get(\(id.asJSON))).abort()"
        ), at: operation.changed)
    }
    expectEnd(
      of: scene, [.named("service", "fetch"), .named("tag", id)], within: Self.slow,
      countsAttempts: false)
  }

  mutating func addPayment(_ scene: OperationScene) {
    let method =
      scene.events.lazy.compactMap { $0.logged.value(of: "Method Name") }.first { !$0.isEmpty }
    let merchant =
      scene.events.lazy.compactMap { $0.logged.value(of: "Merchant Top Origin") }.first
    comment(
      "A payment\(method.map { " with \($0)" } ?? "") was asked for\(merchant.map { " by \($0)" } ?? ""): "
        + "its page has to call PaymentRequest.show().", at: scene.operation.operation.began)
    want("what asks for the payment")
    if !scene.operation.operation.state.isOpen {
      expectEnd(of: scene, [.named("service", "payment")], within: Self.slow, countsAttempts: false)
    }
  }
}

extension StoredEvent {
  func isStep(_ step: OperationStep) -> Bool { OperationStep(of: logged) == step }

  fileprivate var isDispatch: Bool {
    if case .sync(.dispatched) = OperationStep(of: logged) { true } else { false }
  }
}

extension String {
  /// As a text of a script.
  fileprivate var asJSON: String {
    var writer = JSONWriter()
    writer.value(self)
    return writer.string
  }
}

extension FilterTerm {
  static func named(_ key: String, _ value: String) -> FilterTerm {
    FilterKey.named(key).map { .named($0, value) } ?? .word(value)
  }
}
