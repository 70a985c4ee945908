/// What Capture reports of one browser context, in the order in which it arrived.
package enum CaptureSignal: Sendable {
  /// - Parameter trigger: what of ours caused it.
  case event(LoggedEvent, received: Timestamp, trigger: Int64? = nil)
  case recordingState(Service, isRecording: Bool, at: Timestamp)
  /// The reply to `startObserving`: the end of that service's history.
  case replayEnded(Service, at: Timestamp)
  /// The browser refused to observe.
  case observationFailed(Service, message: String, at: Timestamp)
  /// `stopObserving` was answered.
  case observationStopped(Service, at: Timestamp)
  /// The reply to `clearEvents`; a message means that it failed.
  case cleared(Service, failure: String?, at: Timestamp)
  case registration(WorkerRegistration, at: Timestamp)
  /// Indirect: it is large and rare, and every signal would be of its size.
  indirect case worker(WorkerContext, at: Timestamp)
  /// Nothing more comes of this context.
  case ended(ContextEnd, at: Timestamp)
}

/// Why a context's signals end.
package enum ContextEnd: Sendable, Hashable {
  /// We left; the browser may go on.
  case left
  /// The context or the whole browser ended in good order.
  case closed
  /// The connection broke; the browser may still run.
  case connectionLost
}

/// What Capture is asked to do in one context. Answers come as signals.
package enum CaptureCommand: Sendable, Hashable {
  case startObserving(Service)
  case stopObserving(Service)
  case setRecording(Service, Bool)
  case clearEvents(Service)
}

/// A service worker registration as `ServiceWorker.workerRegistrationUpdated` tells it.
package struct WorkerRegistration: Sendable, Hashable {
  package var registrationId: String
  package var scope: String
  package var isDeleted: Bool

  package init(registrationId: String, scope: String, isDeleted: Bool) {
    self.registrationId = registrationId
    self.scope = scope
    self.isDeleted = isDeleted
  }
}

/// What happened to a worker beside the events, kept to explain them.
package struct WorkerContext: Sendable, Hashable {
  package enum Kind: Int, Sendable, CaseIterable {
    case error = 1
    case version = 2
    /// The network was set off or on for the worker or for its page, which no event tells.
    case network = 3

    package var name: String {
      switch self {
      case .error: "error"
      case .version: "version"
      case .network: "network"
      }
    }
  }

  package var kind: Kind
  package var registrationId: String
  package var versionId: String
  package var scriptURL: String?
  /// Of a version: its status, such as `activated`, or `unregistered`. Of an error: its message. Of the
  /// network: whose, and what it became.
  package var text: String
  /// Of a version: `running`, `stopped`, …
  package var runningStatus: String?
  /// Of an error, from 0 as CDP counts.
  package var line: Int?
  package var column: Int?

  /// The text of `network`.
  package static let (pageOffline, pageOnline) = ("page offline", "page online")
  package static let (workerOffline, workerOnline) = ("worker offline", "worker online")

  /// The status of what is left when a registration was removed: no version of it runs again.
  package static let unregistered = "unregistered"

  package init(
    kind: Kind, registrationId: String, versionId: String, scriptURL: String?, text: String,
    runningStatus: String? = nil, line: Int? = nil, column: Int? = nil
  ) {
    self.kind = kind
    self.registrationId = registrationId
    self.versionId = versionId
    self.scriptURL = scriptURL
    self.text = text
    self.runningStatus = runningStatus
    self.line = line
    self.column = column
  }
}
