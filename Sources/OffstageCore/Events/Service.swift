/// One of the background services that the browser logs, spelled as CDP spells it.
///
/// Source: the `BackgroundService` domain of the Chrome DevTools Protocol.
package enum Service: String, CaseIterable, Sendable, Hashable {
  case backgroundFetch
  case backgroundSync
  case periodicBackgroundSync
  case notifications
  case pushMessaging
  case paymentHandler

  /// A number that never changes: it is stored and takes part in the time order.
  package var code: Int {
    switch self {
    case .backgroundFetch: 1
    case .backgroundSync: 2
    case .periodicBackgroundSync: 3
    case .notifications: 4
    case .pushMessaging: 5
    case .paymentHandler: 6
    }
  }

  package init?(code: Int) {
    guard let service = Service.allCases.first(where: { $0.code == code }) else { return nil }
    self = service
  }

  /// The short name that the command line takes and prints.
  package var shortName: String {
    switch self {
    case .backgroundFetch: "fetch"
    case .backgroundSync: "sync"
    case .periodicBackgroundSync: "periodic"
    case .notifications: "notifications"
    case .pushMessaging: "push"
    case .paymentHandler: "payment"
    }
  }

  /// The name for people.
  package var title: String {
    switch self {
    case .backgroundFetch: "Background Fetch"
    case .backgroundSync: "Background Sync"
    case .periodicBackgroundSync: "Periodic Background Sync"
    case .notifications: "Notifications"
    case .pushMessaging: "Push Messaging"
    case .paymentHandler: "Payment Handler"
    }
  }

  /// Takes CDP's spelling and the short name.
  package init(parsing text: String) throws(UsageError) {
    let found = Service.allCases.first { $0.rawValue == text || $0.shortName == text }
    guard let service = found else {
      throw UsageError(
        "There is no service “\(text.escapedForTerminal)”.",
        hint: "Services are "
          + Service.allCases.map(\.shortName).joined(separator: ", ") + ".")
    }
    self = service
  }
}
