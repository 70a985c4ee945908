package import JSON

/// A moment, in whole microseconds since 1970-01-01T00:00:00Z.
///
/// The browser stores its log's times as whole microseconds, and CDP gives them as seconds;
/// rounding gives the stored value exactly (Docs/browser-facts.md §2).
package struct Timestamp: Sendable, Hashable, Comparable, Codable {
  package var micros: Int64

  package init(micros: Int64) {
    self.micros = micros
  }

  /// From CDP's seconds; nil when they are no time that can be kept.
  package init?(seconds: JSONNumber) {
    guard let micros = seconds.millionths, micros.magnitude < Timestamp.limit else { return nil }
    self.micros = micros
  }

  /// The years -9999 to 9999: what RFC 3339 can write.
  private static let limit: UInt64 = 253_402_300_800_000_000

  package static func < (left: Timestamp, right: Timestamp) -> Bool { left.micros < right.micros }

  package static func + (left: Timestamp, right: Interval) -> Timestamp {
    Timestamp(micros: left.micros.addingSaturated(right.micros))
  }

  package static func - (left: Timestamp, right: Interval) -> Timestamp {
    Timestamp(micros: left.micros.subtractingSaturated(right.micros))
  }

  package static func - (left: Timestamp, right: Timestamp) -> Interval {
    Interval(micros: left.micros.subtractingSaturated(right.micros))
  }
}

/// A length of time in whole microseconds.
package struct Interval: Sendable, Hashable, Comparable {
  package var micros: Int64

  package init(micros: Int64) {
    self.micros = micros
  }

  package static func seconds(_ count: Int64) -> Interval { Interval(micros: count * 1_000_000) }
  package static func minutes(_ count: Int64) -> Interval { seconds(count * 60) }
  package static func hours(_ count: Int64) -> Interval { minutes(count * 60) }
  package static func days(_ count: Int64) -> Interval { hours(count * 24) }

  package static func < (left: Interval, right: Interval) -> Bool { left.micros < right.micros }

  package var seconds: Double { Double(micros) / 1e6 }
}

extension Int64 {
  /// The sum, or the end of the range that it would pass.
  fileprivate func addingSaturated(_ other: Int64) -> Int64 {
    let (sum, overflow) = addingReportingOverflow(other)
    guard overflow else { return sum }
    return other > 0 ? .max : .min
  }

  fileprivate func subtractingSaturated(_ other: Int64) -> Int64 {
    let (difference, overflow) = subtractingReportingOverflow(other)
    guard overflow else { return difference }
    return other > 0 ? .min : .max
  }
}
