/// What was seen of one page's origin in one browser: what decides whether its background services
/// can work there. What could not be looked at is nil.
package struct OriginFacts: Sendable, Hashable {
  /// The page that was asked about, and its origin.
  package var url: String
  package var origin: String
  package var browser: Browser
  /// What came of opening the page; nil where that was not asked for.
  package var visit: Visit?
  package var isSecure: Bool?
  package var isOnline: Bool?
  package var isOffTheRecord = false
  /// Pages of the origin that are open off the record, beside what was looked at.
  package var pagesOffTheRecord = 0
  /// The registration whose scope covers the page.
  package var worker: Worker?
  /// Nil when the registrations could not be read: whether there is a worker is not known then.
  package var scopes: [String]?
  package var handlers = Handlers.unknown(.noWorker)
  /// By the W3C's name: `granted`, `prompt` or `denied`.
  package var permissions: [String: String] = [:]
  package var recording: [Service: Recording] = [:]
  /// Events in the store, by service.
  package var recorded: [Service: Int64] = [:]
  /// Of the profile, where they can be read.
  package var pendingSyncs: [PendingSync]?
  /// What keeps the page from being installed as an app, in the browser's words.
  package var installProblems: [String]?
  package var now: Timestamp

  package init(url: String, origin: String, browser: Browser, now: Timestamp) {
    self.url = url
    self.origin = origin
    self.browser = browser
    self.now = now
  }

  package struct Browser: Sendable, Hashable {
    /// Such as `Chrome/156.0.8078.108`.
    package var product: String
    package var isHeadless: Bool
    /// Launched to look, as opposed to one that the person uses.
    package var isOurs: Bool
    /// A recorder of Offstage's has it, which can be asked for things.
    package var isRecorded = false
    /// Its notifications appear with Offstage.
    package var showsWithUs = false
    /// Where our push service listens, if its pushes come from there: `127.0.0.1:7789`.
    package var pushService: String?

    package init(product: String, isHeadless: Bool, isOurs: Bool) {
      self.product = product
      self.isHeadless = isHeadless
      self.isOurs = isOurs
    }
  }

  package enum Visit: Sendable, Hashable {
    /// Where it led, the status of the answer (nil if the browser keeps it to itself), and what the
    /// page said of service workers in its console.
    case opened(url: String, status: Int?, complaints: [String])
    /// The browser's name of the error, such as `net::ERR_CONNECTION_REFUSED`.
    case failed(String)
  }

  package struct Worker: Sendable, Hashable {
    package var scope: String
    package var scriptURL: String
    /// Of its active version; nil if it has none.
    package var activeState: String?
    package var isInstalling = false
    package var isWaiting = false
    package var script: Script?
    /// What its script threw as it started.
    package var startError: String?
    /// What the push service is, if there is a subscription.
    package var subscription = Subscription.unknown
    /// Tags that wait to fire; ids of fetches that are under way.
    package var syncTags: [String]?
    package var periodicTags: [String]?
    package var fetchIds: [String]?

    package init(scope: String, scriptURL: String, activeState: String? = nil) {
      self.scope = scope
      self.scriptURL = scriptURL
      self.activeState = activeState
    }
  }

  package enum Script: Sendable, Hashable {
    case answered(status: Int, type: String?)
    case failed(String)
  }

  package enum Subscription: Sendable, Hashable {
    case unknown
    case none
    /// The host of its endpoint; the rest is a secret.
    case at(host: String)
    /// At our own push service.
    case atOurs
  }

  /// The events that the worker's script listens to. Only a worker that runs can tell.
  package enum Handlers: Sendable, Hashable {
    case known(Set<String>)
    case unknown(Reason)

    package enum Reason: Sendable, Hashable {
      case noWorker
      /// It sleeps, and was not woken.
      case asleep
      /// It did not start; with its error, if it had one.
      case wouldNotStart(String?)
    }
  }

  package struct Recording: Sendable, Hashable {
    /// As the browser says; it notices the end of a lease late.
    package var isOn: Bool
    /// Until when, as far as it is known.
    package var ends: Timestamp?

    package init(isOn: Bool, ends: Timestamp? = nil) {
      self.isOn = isOn
      self.ends = ends
    }
  }
}

extension OriginFacts {
  /// Everything there is to say of a page, in the order in which it is read.
  ///
  /// - Parameter asked: the services that the person cares about: what these lack is a fault, and
  ///   the others are left out. Empty means all; what then is not in use is no fault.
  package func checks(asked: Set<Service> = []) -> [OriginCheck] {
    var checks = pageChecks
    // All else is a consequence.
    guard isSecure != false, !leadsAway, !hasFailed else { return checks }
    checks += workerChecks
    checks += recordingChecks(asked)
    for service in OriginFacts.order where asked.isEmpty || asked.contains(service) {
      checks += serviceChecks(service, isAsked: asked.contains(service))
    }
    return checks
  }

  /// Those that people ask about first come first.
  static let order: [Service] = [
    .pushMessaging, .notifications, .backgroundSync, .periodicBackgroundSync, .backgroundFetch,
    .paymentHandler,
  ]
}
