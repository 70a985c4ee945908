/// What a rule is about, as the documentation lists it.
package struct RuleNote: Sendable, Hashable {
  /// Kebab-case; it never changes.
  package var id: String
  package var severity: Finding.Severity
  /// What it finds, in one sentence.
  package var about: String
  package var reference: String

  init(_ id: String, _ severity: Finding.Severity, _ about: String, reference: String) {
    self.id = id
    self.severity = severity
    self.about = about
    self.reference = reference
  }
}

/// What a rule says of one case.
struct Verdict {
  var message: String
  var mend: String
  var at: Timestamp
  var events: [Int64]
}

/// Looks at one operation. Truncated and simulated ones are never shown to it.
protocol OperationRule: Sendable {
  static var note: RuleNote { get }
  static var services: Set<Service> { get }
  static func verdict(on subject: OperationCase) -> Verdict?
}

/// Looks at a mistake that a worker reported.
protocol WorkerRule: Sendable {
  static var note: RuleNote { get }
  static func verdict(on mistake: WorkerMistake) -> Verdict?
  /// The service that it concerns, if it is one.
  static var service: Service? { get }
}

/// Where the specifications and the documentation of the platform stand.
enum Reference {
  static let push = "https://www.w3.org/TR/push-api/"
  static let pushEvent = push + "#the-push-event"
  static let pushReceiving = push + "#receiving-a-push-message"
  static let pushEncryption = "https://www.rfc-editor.org/rfc/rfc8291"
  static let pushPost = "https://www.rfc-editor.org/rfc/rfc8030#section-5"
  static let pushTTL = "https://www.rfc-editor.org/rfc/rfc8030#section-5.2"
  static let pushTopic = "https://www.rfc-editor.org/rfc/rfc8030#section-5.4"
  static let pushSize = "https://www.rfc-editor.org/rfc/rfc8030#section-7.2"
  static let pushGone = "https://www.rfc-editor.org/rfc/rfc8030#section-7.3"
  static let pushOverload = "https://www.rfc-editor.org/rfc/rfc8030#section-8.4"
  static let vapid = "https://www.rfc-editor.org/rfc/rfc8292"
  static let userVisibleOnly =
    "https://developer.mozilla.org/en-US/docs/Web/API/PushManager/subscribe#uservisibleonly"
  static let extendableEvent =
    "https://developer.mozilla.org/en-US/docs/Web/API/ExtendableEvent/waitUntil"
  static let sync = "https://wicg.github.io/background-sync/spec/"
  static let syncEvent = sync + "#sync-event"
  static let syncRegister = sync + "#dom-syncmanager-register"
  static let periodicSync = "https://wicg.github.io/periodic-background-sync/"
  static let periodicInterval = periodicSync + "#dom-backgroundsyncoptions-mininterval"
  static let fetch = "https://wicg.github.io/background-fetch/"
  static let fetchFailure = fetch + "#enumdef-backgroundfetchfailurereason"
  static let fetchStart = fetch + "#background-fetch-manager-fetch"
  static let fetchTotal = fetch + "#dom-backgroundfetchoptions-downloadtotal"
  static let notifications = "https://notifications.spec.whatwg.org/"
  static let notificationTag = notifications + "#tags-example"
  static let notificationPersistent =
    notifications + "#dom-serviceworkerregistration-shownotification"
  static let notificationEvents = notifications + "#activating-a-notification"
  static let payment = "https://w3c.github.io/payment-handler/"
  static let paymentResponse = payment + "#dom-paymenthandlerresponse"
  static let paymentRequestEvent = payment + "#the-paymentrequestevent"
  static let canMakePayment = payment + "#the-canmakepaymentevent"
  static let workerLifetime = "https://w3c.github.io/ServiceWorker/#service-worker-lifetime"
  static let workerUpdate = "https://w3c.github.io/ServiceWorker/#update-algorithm"
  static let unregister = "https://w3c.github.io/ServiceWorker/#navigator-service-worker-unregister"
  static let recording =
    "https://chromedevtools.github.io/devtools-protocol/tot/BackgroundService/"
}
