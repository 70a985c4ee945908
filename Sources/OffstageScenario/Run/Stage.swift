package import OffstageCore

/// What a scenario plays on: a site, and a browser that is recorded and can be driven.
package protocol Stage: Sendable {
  /// Holds what this scenario's browser logged and nothing else.
  var store: any EventStore { get }
  /// What `${site}` stands for: the site's origin.
  var origin: String { get }
  /// Nil where notifications can't be seen.
  var desk: (any NotificationDesk)? { get }
  /// Waits at most `patience` for what comes of it.
  func trigger(
    _ action: TriggerAction, patience: Interval
  ) async throws(StageError) -> TriggerAnswer

  /// The public half of the key that real pushes are signed with, as `subscribe()` takes it.
  var applicationServerKey: String { get }
  /// Encrypts, signs and posts a push, as the site's application server does; waits at most
  /// `patience` for the subscription.
  func send(_ push: SentPush, patience: Interval) async throws(StageError) -> SentPushAnswer
  /// What the push service knows of a message.
  func pushMessage(_ id: String) async throws(StageError) -> PushMessage?

  /// Returns when something ended without being asked to: the browser, the site. Nil when the task
  /// is cancelled.
  func trouble() async -> StageError?

  /// Opens a tab and returns when its page has loaded; what follows is of that page.
  ///
  /// - Parameter status: what its answer has to be; nil: anything below 400.
  func open(
    _ url: String, expecting status: Int?, within limit: Interval
  ) async throws(StageError)
  /// Returns when there is a page of that address, whoever opened it; what follows is of it.
  func findPage(_ url: String, within limit: Interval) async throws(StageError)
  /// What the last statement came to, as JSON.
  func evaluate(
    _ script: String, hasGesture: Bool, within limit: Interval
  ) async throws(StageError) -> String
  func click(_ selector: String, within limit: Interval) async throws(StageError)
  /// Returns when the expression is true in the page.
  func wait(for expression: String, within limit: Interval) async throws(StageError)
  func closePages() async throws(StageError)
  func restartBrowser() async throws(StageError)
  func closeBrowser() async throws(StageError)
  func killBrowser() async throws(StageError)
  /// One of each page, as PNG; empty where there is none, or no browser.
  func pictures() async -> [[UInt8]]
}

/// Why something could not be done on a stage.
package struct StageError: Error, Sendable, Hashable {
  package enum Kind: Sendable, Hashable {
    /// The site did not do what the step wants.
    case unmet
    /// The machine, the browser or the site's server: nothing is said of the site's code.
    case broken
  }

  package var kind: Kind
  package var message: String
  package var hint: String?

  package init(_ kind: Kind, _ message: String, hint: String? = nil) {
    self.kind = kind
    self.message = message
    self.hint = hint
  }
}
