/// A service the fake browser logs, spelled as CDP spells it.
package enum FakeService: String, CaseIterable, Sendable, Hashable {
  case backgroundFetch
  case backgroundSync
  case periodicBackgroundSync
  case notifications
  case pushMessaging
  case paymentHandler

  /// Its place in `allCases`.
  var ordinal: Int {
    switch self {
    case .backgroundFetch: 0
    case .backgroundSync: 1
    case .periodicBackgroundSync: 2
    case .notifications: 3
    case .pushMessaging: 4
    case .paymentHandler: 5
    }
  }

  /// An enumeration of strings would hash the string, which a storm asks for a million times.
  package func hash(into hasher: inout Hasher) {
    hasher.combine(ordinal)
  }
}
