extension Interval {
  private static let units: [(name: String, micros: Int64)] = [
    ("w", 604_800_000_000), ("d", 86_400_000_000), ("h", 3_600_000_000), ("m", 60_000_000),
    ("s", 1_000_000), ("ms", 1000), ("us", 1),
  ]

  /// Parses `30d`, `90s`, `1h30m`, `500ms`. Units: w, d, h, m, s, ms, us.
  package init(parsing text: String) throws(UsageError) {
    let mistake = UsageError(
      "“\(text.escapedForTerminal)” is no duration.",
      hint: "Write a number and a unit, such as 90s, 15m, 2h, 3d or 1h30m.")
    var rest = Substring(text)
    var total: Int64 = 0
    guard !rest.isEmpty else { throw mistake }
    while !rest.isEmpty {
      let digits = rest.prefix { $0.isASCII && $0.isNumber }
      rest = rest.dropFirst(digits.count)
      let name = rest.prefix { $0.isASCII && $0.isLetter }
      rest = rest.dropFirst(name.count)
      guard let count = Int64(digits),
        let unit = Interval.units.first(where: { $0.name == name.lowercased() || $0.name == name })
      else { throw mistake }
      let (product, tooLarge) = count.multipliedReportingOverflow(by: unit.micros)
      let (sum, overflow) = total.addingReportingOverflow(product)
      guard !tooLarge, !overflow else { throw mistake }
      total = sum
    }
    self.init(micros: total)
  }

  /// The two largest units, such as `2d 23h`, `4.1 s`, `13 ms` or `0.4 ms`.
  package var short: String {
    let magnitude = Int64(clamping: micros.magnitude)
    let sign = micros < 0 ? "-" : ""
    switch magnitude {
    case ..<1000: return "\(sign)\(Interval.oneDigit(magnitude * 10 / 1000)) ms"
    case ..<1_000_000: return "\(sign)\(magnitude / 1000) ms"
    case ..<60_000_000: return "\(sign)\(Interval.oneDigit(magnitude / 100_000)) s"
    default:
      var parts: [String] = []
      var rest = magnitude
      for (name, size) in Interval.units where size >= 1_000_000 && name != "w" {
        let count = rest / size
        rest %= size
        if count > 0 || !parts.isEmpty { parts.append("\(count)\(name)") }
        if parts.count == 2 { break }
      }
      return sign + parts.joined(separator: " ")
    }
  }

  private static func oneDigit(_ tenths: Int64) -> String { "\(tenths / 10).\(tenths % 10)" }
}

/// A point in time that a person gave: a moment, or how long ago.
package struct TimeBound: Sendable, Hashable {
  package var timestamp: Timestamp

  /// Takes RFC 3339 and durations (`2h` is two hours before `now`).
  package init(parsing text: String, now: Timestamp) throws(UsageError) {
    if let timestamp = Timestamp(iso8601: text) {
      self.timestamp = timestamp
      return
    }
    guard let interval = try? Interval(parsing: text) else {
      throw UsageError(
        "“\(text.escapedForTerminal)” is neither a duration nor a date.",
        hint: "Write how long ago, such as 2h or 3d, or a date as RFC 3339 does: "
          + "2026-11-22 or 2026-11-22T14:02:09Z.")
    }
    self.timestamp = now - interval
  }
}
