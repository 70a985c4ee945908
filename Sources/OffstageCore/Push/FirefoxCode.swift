/// What Firefox says of a push message, by the numbers of its push service's protocol
/// (dom/push/PushServiceWebSocket.sys.mjs).
package enum FirefoxCode: Int, Sendable, Hashable, CaseIterable {
  case delivered = 100
  case notDecrypted = 101
  case notDelivered = 102
  case uncaughtException = 301
  case unhandledRejection = 302
  case internalError = 303

  /// As it stands in the event.
  package var words: String {
    switch self {
    case .delivered: "Given to the worker"
    case .notDecrypted: "Could not be decrypted"
    case .notDelivered: "Not given to the worker"
    case .uncaughtException: "The handler threw"
    case .unhandledRejection: "What the handler waited for was rejected"
    case .internalError: "Firefox could not run the handler"
    }
  }
}
