import OffstageCore

extension OriginFacts {
  /// A site that uses push, notifications and sync, and lacks nothing, in the profile of a person.
  static var healthy: OriginFacts {
    var facts = OriginFacts(
      url: "https://app.example/in/", origin: "https://app.example",
      browser: Browser(product: "Chrome/156.0.8078.108", isHeadless: false, isOurs: false),
      now: Timestamp(micros: 1_795_356_129_000_000))
    facts.isSecure = true
    facts.isOnline = true
    facts.scopes = ["https://app.example/"]
    var worker = Worker(
      scope: "https://app.example/", scriptURL: "https://app.example/sw.js",
      activeState: "activated")
    worker.script = .answered(status: 200, type: "text/javascript")
    worker.subscription = .at(host: "push.example")
    worker.syncTags = []
    worker.periodicTags = []
    worker.fetchIds = []
    facts.worker = worker
    facts.handlers = .known(["install", "push", "notificationclick", "notificationclose", "sync"])
    facts.permissions = [
      "push": "granted", "notifications": "granted", "background-sync": "granted",
      "periodic-background-sync": "denied", "background-fetch": "granted",
      "payment-handler": "granted",
    ]
    for service in Service.allCases {
      facts.recording[service] = Recording(isOn: true, ends: facts.now + .days(2))
    }
    return facts
  }

  func with(_ change: (inout OriginFacts) -> Void) -> OriginFacts {
    var facts = self
    change(&facts)
    return facts
  }

  func check(_ id: String, asked: Set<Service> = []) -> OriginCheck? {
    checks(asked: asked).first { $0.id == id }
  }
}
