import OffstageCore

/// The browser counts microseconds and minutes since 1601-01-01 UTC (base/time/time.h).
enum BrowserTime {
  private static let epochSeconds: Int64 = 11_644_473_600

  static func timestamp(micros: Int64) -> Timestamp? {
    let (unix, overflow) = micros.subtractingReportingOverflow(epochSeconds * 1_000_000)
    return overflow ? nil : Timestamp(micros: unix)
  }

  /// 0 stands for none.
  static func optionalTimestamp(micros: Int64?) -> Timestamp? {
    guard let micros, micros != 0, micros != .max else { return nil }
    return timestamp(micros: micros)
  }

  static func timestamp(minutes: Int64) -> Timestamp? {
    let (seconds, overflow) = minutes.multipliedReportingOverflow(by: 60)
    guard !overflow, seconds.magnitude < 1 << 43 else { return nil }
    return Timestamp(micros: (seconds - epochSeconds) * 1_000_000)
  }
}

extension Service {
  /// By the browser's own number (content/browser/devtools, background_service.proto), which is also
  /// the key in its settings.
  init?(browserNumber: Int64) {
    switch browserNumber {
    case 2: self = .backgroundFetch
    case 3: self = .backgroundSync
    case 4: self = .pushMessaging
    case 5: self = .notifications
    case 6: self = .paymentHandler
    case 7: self = .periodicBackgroundSync
    default: return nil
    }
  }

  var browserNumber: Int64 {
    switch self {
    case .backgroundFetch: 2
    case .backgroundSync: 3
    case .pushMessaging: 4
    case .notifications: 5
    case .paymentHandler: 6
    case .periodicBackgroundSync: 7
    }
  }
}
