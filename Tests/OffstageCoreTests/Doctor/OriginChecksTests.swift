import OffstageCore
import Testing

@Suite struct OriginChecksTests {
  /// What one change of healthy facts leads to.
  struct Case: Sendable, CustomTestStringConvertible {
    var id: String
    var verdict: OriginCheck.Verdict
    /// In the sentence and in the mend.
    var words: [String]
    var asked: Set<Service> = []
    var change: @Sendable (inout OriginFacts) -> Void

    init(
      _ id: String, _ verdict: OriginCheck.Verdict, _ words: String..., asked: Set<Service> = [],
      change: @escaping @Sendable (inout OriginFacts) -> Void
    ) {
      self.id = id
      self.verdict = verdict
      self.words = words
      self.asked = asked
      self.change = change
    }

    var testDescription: String { "\(id) \(verdict) \(words)" }
  }

  static let page: [Case] = [
    Case("page.opens", .no, "ERR_CONNECTION_REFUSED", "site runs") {
      $0.visit = .failed("net::ERR_CONNECTION_REFUSED")
    },
    Case("page.opens", .no, "ERR_CERT_AUTHORITY_INVALID", "does not trust the certificate") {
      $0.visit = .failed("net::ERR_CERT_AUTHORITY_INVALID")
    },
    Case("page.opens", .no, "https://login.example/", "offstage doctor https://login.example/") {
      $0.visit = .opened(url: "https://login.example/", status: 200, complaints: [])
    },
    Case("page.opens", .warning, "404") {
      $0.visit = .opened(url: $0.url, status: 404, complaints: [])
    },
    Case("page.opens", .ok) { $0.visit = .opened(url: $0.url, status: 200, complaints: []) },
    Case("page.secure", .no, "no secure context", "https") { $0.isSecure = false },
    Case("page.online", .no, "offline", "Connect") { $0.isOnline = false },
    Case("page.incognito", .warning, "incognito", "usual window") { $0.isOffTheRecord = true },
    Case("page.incognito", .warning, "also open", "--incognito") { $0.pagesOffTheRecord = 1 },
    Case("browser.window", .note, "no window", "after about 25 s") { $0.browser.isHeadless = true },
    Case("browser.window", .note, "no window", "appear with Offstage") {
      $0.browser.isHeadless = true
      $0.browser.showsWithUs = true
    },
  ]

  static let worker: [Case] = [
    Case("worker.registered", .unknown, "could not be read") {
      $0.worker = nil
      $0.scopes = nil
    },
    Case("worker.registered", .no, "no service worker of the origin", "Open the page") {
      $0.worker = nil
      $0.scopes = []
    },
    Case("worker.registered", .no, "has registered no service worker", "register()") {
      $0.worker = nil
      $0.scopes = []
      $0.visit = .opened(url: $0.url, status: 200, complaints: [])
    },
    Case("worker.registered", .no, "covers the page", "https://app.example/out/", "as high") {
      $0.worker = nil
      $0.scopes = ["https://app.example/out/"]
    },
    Case("worker.registered", .no, "response code (404)", "with 200") {
      $0.worker = nil
      $0.scopes = []
      $0.visit = .opened(
        url: $0.url, status: 200, complaints: ["A bad HTTP response code (404) was received"])
    },
    Case("worker.registered", .no, "MIME", "text/javascript") {
      $0.worker = nil
      $0.scopes = []
      $0.visit = .opened(
        url: $0.url, status: 200, complaints: ["The script has an unsupported MIME type"])
    },
    Case("worker.active", .no, "still being installed", "install handler") {
      $0.worker?.activeState = nil
      $0.worker?.isInstalling = true
    },
    Case("worker.active", .no, "waits to become active", "skipWaiting()") {
      $0.worker?.activeState = nil
      $0.worker?.isWaiting = true
    },
    Case("worker.active", .warning, "newer version waits", "Close all pages") {
      $0.worker?.isWaiting = true
    },
    Case("worker.active", .warning, "being activated") { $0.worker?.activeState = "activating" },
    Case("worker.script", .no, "404", "Put the script back") {
      $0.worker?.script = .answered(status: 404, type: "text/html")
    },
    Case("worker.script", .no, "text/html", "text/javascript") {
      $0.worker?.script = .answered(status: 200, type: "text/html; charset=utf-8")
    },
    Case("worker.script", .ok) {
      $0.worker?.script = .answered(status: 200, type: "application/javascript; charset=utf-8")
    },
    Case("worker.script", .no, "ERR_CONNECTION_REFUSED", "site runs") {
      $0.worker?.script = .failed("net::ERR_CONNECTION_REFUSED")
    },
    Case("worker.starts", .unknown, "sleeps", "--wake") { $0.handlers = .unknown(.asleep) },
    Case("worker.starts", .no, "ReferenceError", "Mend the error") {
      $0.handlers = .unknown(.wouldNotStart("ReferenceError: x is not defined"))
    },
    Case("worker.starts", .no, "its script throws", "x is not defined", "Mend the error") {
      $0.worker?.startError = "ReferenceError: x is not defined"
    },
  ]

  static let services: [Case] = [
    Case("push.handler", .no, "does not handle push", "addEventListener('push'") {
      $0.handlers = .known(["sync"])
    },
    Case("push.permission", .no, "denied", "drops each push", "settings") {
      $0.permissions["push"] = "denied"
    },
    // There is a subscription: somebody counts on it.
    Case("push.permission", .no, "neither granted nor denied", "--grant push") {
      $0.permissions["push"] = "prompt"
    },
    Case("push.permission", .warning, "neither granted nor denied") {
      $0.permissions["push"] = "prompt"
      $0.worker?.subscription = .none
    },
    Case("push.permission", .unknown, "does not tell") { $0.permissions["push"] = nil },
    Case("push.subscription", .ok, "Offstage's push service, 127.0.0.1:7789") {
      $0.worker?.subscription = .atOurs
      $0.browser.pushService = "127.0.0.1:7789"
    },
    Case("push.subscription", .warning, "no push subscription", "subscribe()") {
      $0.worker?.subscription = .none
    },
    Case("push.subscription", .no, "no push subscription", asked: [.pushMessaging]) {
      $0.worker?.subscription = .none
    },
    Case("push.subscription", .unknown, "could not be read", asked: [.pushMessaging]) {
      $0.worker?.subscription = .unknown
    },
    Case("notifications.handler", .warning, "notificationclick", "does nothing") {
      $0.handlers = .known(["push"])
    },
    Case("notifications.handler", .ok, "not notificationclose") {
      $0.handlers = .known(["push", "notificationclick"])
    },
    Case("sync.handler", .no, "does not handle sync") {
      $0.handlers = .known(["push"])
      $0.worker?.syncTags = ["outbox"]
    },
    Case("sync.permission", .no, "refuses to register a sync") {
      $0.permissions["background-sync"] = "denied"
    },
    Case("sync.pending", .note, "“outbox”, “other”") {
      $0.worker?.syncTags = ["outbox", "other"]
    },
    Case("sync.pending", .note, "“outbox” (attempt 2 of 3, in 5m 0s)") {
      $0.worker?.syncTags = ["outbox"]
      $0.pendingSyncs = [
        PendingSync(
          tag: "outbox", origin: $0.origin, registrationId: "0", attempts: 1, maxAttempts: 3,
          notBefore: $0.now + .minutes(5), minInterval: nil)
      ]
    },
    Case("sync.pending", .warning, "“outbox”") {
      $0.worker?.syncTags = ["outbox"]
      $0.isOnline = false
    },
    Case("periodic.permission", .no, "installed apps", "no-manifest", "--grant periodic") {
      $0.worker?.periodicTags = ["news"]
      $0.installProblems = ["no-manifest"]
    },
    Case("periodic.registered", .ok, "“news”") { $0.worker?.periodicTags = ["news"] },
    Case("periodic.registered", .no, "nothing fires", asked: [.periodicBackgroundSync]) { _ in },
    Case("periodic.used", .note, "not in use") { _ in },
    Case("fetch.handler", .no, "backgroundfetchsuccess, backgroundfetchfail") {
      $0.worker?.fetchIds = ["film"]
    },
    Case("fetch.handler", .warning, "backgroundfetchabort", "thrown away") {
      $0.handlers = .known(["backgroundfetchsuccess", "backgroundfetchfail"])
    },
    Case("fetch.permission", .warning, "asks before each fetch", asked: [.backgroundFetch]) {
      $0.permissions["background-fetch"] = "prompt"
    },
    Case("fetch.active", .note, "“film”") { $0.worker?.fetchIds = ["film"] },
    Case("payment.handler", .no, "paymentrequest", "nobody can pay", asked: [.paymentHandler]) {
      _ in
    },
    Case("payment.handler", .ok, "paymentrequest (not canmakepayment") {
      $0.handlers = .known(["paymentrequest"])
    },
    Case("push.recorded", .note, "1 of its events is recorded", "--service push") {
      $0.recorded = [.pushMessaging: 1]
    },
    Case("periodic.handler", .no, "does not handle periodicsync") {
      $0.recorded = [.periodicBackgroundSync: 3]
    },
  ]

  static let recording: [Case] = [
    Case("recording", .ok, "2d 0h more") { _ in },
    Case("recording", .warning, "not recorded", "offstage attach") {
      for service in Service.allCases { $0.recording[service] = .init(isOn: false) }
    },
    Case("recording", .warning, "not recorded", "offstage record on") {
      $0.browser.isRecorded = true
      for service in Service.allCases { $0.recording[service] = .init(isOn: false) }
    },
    Case("recording", .warning, "no longer recorded") {
      for service in Service.allCases { $0.recording[service]?.ends = $0.now - .days(1) }
    },
    Case("push.recording", .warning, "Push Messaging is not recorded") {
      $0.recording[.pushMessaging]?.isOn = false
    },
    Case("sync.recording", .ok, "Background Sync is recorded") {
      $0.recording[.pushMessaging]?.isOn = false
    },
  ]

  @Test(arguments: page + worker + services + recording)
  func `each thing that is seen is said, with a mend where there is one`(_ this: Case) throws {
    let facts = OriginFacts.healthy.with(this.change)
    let check = try #require(facts.check(this.id, asked: this.asked))
    #expect(check.verdict == this.verdict, "\(check.message)")
    let text = check.message + " " + (check.mend ?? "")
    for words in this.words { #expect(text.contains(words), "\(text)") }
    #expect(check.mend != nil || check.verdict != .no, "a fault without a mend: \(check.message)")
  }

  @Test func `a healthy site has nothing to be said against it`() {
    let checks = OriginFacts.healthy.checks()
    #expect(checks.allSatisfy { $0.verdict == .ok || $0.verdict == .note }, "\(checks)")
  }

  @Test func `each check has an id of its own`() {
    for this in Self.page + Self.worker + Self.services + Self.recording {
      let ids = OriginFacts.healthy.with(this.change).checks(asked: this.asked).map(\.id)
      #expect(Set(ids).count == ids.count, "\(ids)")
    }
  }

  @Test(arguments: [
    OriginFacts.healthy.with { $0.isSecure = false },
    OriginFacts.healthy.with { $0.visit = .failed("net::ERR_FAILED") },
    OriginFacts.healthy.with {
      $0.visit = .opened(url: "http://else/", status: 200, complaints: [])
    },
  ])
  func `what follows from a fault is not said`(_ facts: OriginFacts) {
    #expect(facts.checks().allSatisfy { $0.id.hasPrefix("page.") }, "\(facts.checks())")
    #expect(facts.checks().count { $0.verdict == .no } == 1)
  }

  @Test func `of services that were not asked about nothing is said`() {
    let checks = OriginFacts.healthy.checks(asked: [.backgroundSync])
    #expect(Set(checks.compactMap(\.service)) == [.backgroundSync])
    #expect(checks.contains { $0.id == "recording" } == false)
  }

  @Test func `a name that the site has chosen is cut where a person stops reading`() throws {
    let facts = OriginFacts.healthy.with {
      $0.worker?.syncTags = [String(repeating: "x", count: 5000)]
    }
    #expect(try #require(facts.check("sync.pending")).message.count < 100)
  }

  @Test(arguments: [
    ("https://App.Example/a?b", "https://app.example"), ("https://a:443/", "https://a"),
    ("http://a:80", "http://a"), ("http://a:8080#x", "http://a:8080"),
    ("https://me@a/", "https://a"), ("http://[::1]:3000/x", "http://[::1]:3000"),
    ("about:blank", nil), ("http://", nil),
  ])
  func `an origin is scheme, host and port`(_ url: String, _ origin: String?) {
    #expect(OriginFacts.origin(of: url) == origin)
  }
}
