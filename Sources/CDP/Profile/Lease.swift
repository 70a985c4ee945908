/// Until when a browser records a service. It stops three days after it was last asked to.
package enum Lease: Hashable, Sendable {
  case off
  /// Microseconds since 1970; whole minutes in the browser.
  case until(unixMicros: Int64)

  /// - Parameter unixMicros: microseconds since 1970.
  package func isRunning(at unixMicros: Int64) -> Bool {
    switch self {
    case .off: false
    case .until(let end): end > unixMicros
    }
  }

  static let microsPerMinute: Int64 = 60_000_000
  /// From 1601, where the browser's clock begins, to 1970.
  static let windowsEpochSeconds: Int64 = 11_644_473_600

  /// From the minutes that stand in the profile (chrome/browser/devtools, the preference
  /// `devtools.backgroundserviceexpiration`).
  init(minutes: Int) {
    let (seconds, overflow) = Int64(minutes).multipliedReportingOverflow(by: 60)
    guard minutes > 0, !overflow, seconds < 1 << 43 else {
      self = .off
      return
    }
    self = .until(unixMicros: (seconds - Self.windowsEpochSeconds) * 1_000_000)
  }

  var minutes: Int {
    switch self {
    case .off: 0
    case .until(let micros):
      Int(micros / Self.microsPerMinute + Self.windowsEpochSeconds / 60)
    }
  }

  /// The key of a service in the profile: its number in background_service.proto.
  static func key(_ service: BackgroundService.ServiceName) -> String? {
    switch service {
    case .backgroundFetch: "2"
    case .backgroundSync: "3"
    case .pushMessaging: "4"
    case .notifications: "5"
    case .paymentHandler: "6"
    case .periodicBackgroundSync: "7"
    default: nil
    }
  }
}

extension BackgroundService.ServiceName {
  /// The six that are recorded, in the order in which DevTools lists them.
  package static let recorded: [BackgroundService.ServiceName] = [
    .backgroundFetch, .backgroundSync, .notifications, .paymentHandler, .periodicBackgroundSync,
    .pushMessaging,
  ]
}
