extension Timestamp {
  /// RFC 3339 in UTC with six digits, such as `2026-11-22T14:02:09.837642Z`.
  ///
  /// Foundation's formatters stop at milliseconds, silently.
  package var iso8601: String {
    let date = CivilTime(self)
    var out: [UInt8] = []
    out.reserveCapacity(27)
    out.append(decimal: date.year, width: 4)
    out.append(UInt8(ascii: "-"))
    out.append(decimal: date.month, width: 2)
    out.append(UInt8(ascii: "-"))
    out.append(decimal: date.day, width: 2)
    out.append(UInt8(ascii: "T"))
    date.appendClock(fractionDigits: 6, to: &out)
    out.append(UInt8(ascii: "Z"))
    return String(decoding: out, as: UTF8.self)
  }

  /// To the second, in UTC, for people.
  package var minuteText: String {
    let time = CivilTime(self)
    return time.dayText + " " + time.clock(fractionDigits: 0) + "Z"
  }

  /// Parses RFC 3339: a date and a time with `Z` or an offset, or a date alone (midnight UTC).
  /// Fractions beyond six digits are cut off.
  package init?(iso8601 text: String) {
    var parser = TimestampParser(bytes: Array(text.utf8))
    guard let micros = parser.parse() else { return nil }
    self.micros = micros
  }
}

/// A moment's date and time of day in UTC, by the proleptic Gregorian calendar.
package struct CivilTime: Sendable {
  package var year: Int
  package var month: Int
  package var day: Int
  /// Microseconds since midnight.
  package var microsOfDay: Int64

  package static let microsPerDay: Int64 = 86_400_000_000

  package init(_ timestamp: Timestamp) {
    let (days, rest) = timestamp.micros.flooredDivision(by: CivilTime.microsPerDay)
    microsOfDay = rest
    // Days are counted from 0000-03-01, so that a leap day is a year's last day
    // (Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms").
    let (era, dayOfEra) = (days + 719_468).flooredDivision(by: 146_097)
    let yearOfEra =
      (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    day = Int(dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
    month = Int(shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9)
    year = Int(yearOfEra + era * 400) + (month <= 2 ? 1 : 0)
  }

  /// Days since 1970-01-01.
  static func days(year: Int, month: Int, day: Int) -> Int64 {
    let shiftedYear = Int64(month <= 2 ? year - 1 : year)
    let (era, yearOfEra) = shiftedYear.flooredDivision(by: 400)
    let shiftedMonth = Int64(month > 2 ? month - 3 : month + 9)
    let dayOfYear = (153 * shiftedMonth + 2) / 5 + Int64(day) - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }

  /// `2026-11-22`.
  package var dayText: String {
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    return "\(year)-\(two(month))-\(two(day))"
  }

  /// `hh:mm:ss` and, with digits asked for, a fraction of a second.
  package func clock(fractionDigits: Int) -> String {
    var out: [UInt8] = []
    appendClock(fractionDigits: fractionDigits, to: &out)
    return String(decoding: out, as: UTF8.self)
  }

  package func appendClock(fractionDigits: Int, to out: inout [UInt8]) {
    let seconds = Int(microsOfDay / 1_000_000)
    out.append(decimal: seconds / 3600, width: 2)
    out.append(UInt8(ascii: ":"))
    out.append(decimal: seconds / 60 % 60, width: 2)
    out.append(UInt8(ascii: ":"))
    out.append(decimal: seconds % 60, width: 2)
    guard fractionDigits > 0 else { return }
    out.append(UInt8(ascii: "."))
    out.append(decimal: Int(microsOfDay % 1_000_000), width: 6)
    out.removeLast(6 - fractionDigits)
  }
}

private struct TimestampParser {
  let bytes: [UInt8]
  var index = 0

  init(bytes: [UInt8]) { self.bytes = bytes }

  mutating func parse() -> Int64? {
    guard let year = number(4), take("-"), let month = number(2), take("-"),
      let day = number(2), (1...12).contains(month),
      (1...TimestampParser.length(of: month, in: year)).contains(day)
    else { return nil }
    let midnight = CivilTime.days(year: year, month: month, day: day) * CivilTime.microsPerDay
    if index == bytes.count { return midnight }
    guard take("T") || take("t") || take(" "), let hour = number(2), take(":"),
      let minute = number(2), hour < 24, minute < 60
    else { return nil }
    var micros = midnight + Int64(hour * 60 + minute) * 60_000_000
    if take(":") {
      // 60 is a leap second (RFC 3339 §5.6); it is the next minute's first.
      guard let second = number(2), second <= 60 else { return nil }
      micros += Int64(second) * 1_000_000
      if take(".") {
        guard let fraction = fraction() else { return nil }
        micros += fraction
      }
    }
    guard let offset = offset(), index == bytes.count else { return nil }
    return micros - offset
  }

  private static func length(of month: Int, in year: Int) -> Int {
    switch month {
    case 4, 6, 9, 11: 30
    case 2: (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 ? 29 : 28
    default: 31
    }
  }

  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard index < bytes.count, UInt32(bytes[index]) == character.value else { return false }
    index += 1
    return true
  }

  private mutating func number(_ digits: Int) -> Int? {
    guard index + digits <= bytes.count else { return nil }
    var value = 0
    for byte in bytes[index..<index + digits] {
      guard byte &- UInt8(ascii: "0") < 10 else { return nil }
      value = value * 10 + Int(byte - UInt8(ascii: "0"))
    }
    index += digits
    return value
  }

  private mutating func fraction() -> Int64? {
    var value: Int64 = 0
    var scale: Int64 = 100_000
    let start = index
    while index < bytes.count, bytes[index] &- UInt8(ascii: "0") < 10 {
      value += Int64(bytes[index] - UInt8(ascii: "0")) * scale
      scale /= 10
      index += 1
    }
    return index > start ? value : nil
  }

  /// Microseconds east of UTC.
  private mutating func offset() -> Int64? {
    if take("Z") || take("z") { return 0 }
    let sign: Int64
    if take("+") { sign = 1 } else if take("-") { sign = -1 } else { return nil }
    guard let hours = number(2), take(":"), let minutes = number(2), hours < 24, minutes < 60
    else { return nil }
    return sign * Int64(hours * 60 + minutes) * 60_000_000
  }
}

extension [UInt8] {
  fileprivate mutating func append(decimal value: Int, width: Int) {
    if value < 0 { append(UInt8(ascii: "-")) }
    var (unit, rest) = (1, Int(value.magnitude))
    for _ in 1..<width { unit *= 10 }
    while rest / unit >= 10 { unit *= 10 }
    while unit > 0 {
      append(UInt8(ascii: "0") + UInt8(rest / unit))
      rest %= unit
      unit /= 10
    }
  }
}

extension Int64 {
  fileprivate func flooredDivision(by divisor: Int64) -> (quotient: Int64, remainder: Int64) {
    let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
  }
}
