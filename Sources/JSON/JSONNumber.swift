/// A JSON number exactly as it was written.
///
/// A plain decimal, which nearly all are, needs no memory of its own and is reckoned with exactly; a
/// detour over `Double` gives neither.
package enum JSONNumber: Hashable, Sendable, CustomStringConvertible {
  /// `digits` with the decimal point before the last `scale` of them.
  case decimal(digits: Int64, scale: Int)
  /// What a decimal would not print the same: an exponent, a negative zero, many digits.
  case text(String)

  /// More digits might not fit.
  private static let mostDigits = 18

  /// The shortest text of so many millionths.
  package init(millionths: Int64) {
    var (digits, scale) = (millionths, 6)
    while scale > 0, digits % 10 == 0 {
      digits /= 10
      scale -= 1
    }
    self = .decimal(digits: digits, scale: scale)
  }

  /// Nil if the text is no JSON number.
  package init?(_ text: String) {
    var reader = JSONReader(text)
    guard let number = try? reader.readNumber(), reader.isAtEnd() else { return nil }
    self = number
  }

  /// - Parameter text: a JSON number.
  init(written text: UnsafeBufferPointer<UInt8>) {
    self = JSONNumber.decimal(text) ?? .text(String(decoding: text, as: UTF8.self))
  }

  private static func decimal(_ text: UnsafeBufferPointer<UInt8>) -> JSONNumber? {
    var digits: Int64 = 0
    var point = text.count
    var left = mostDigits
    let isNegative = text.first == UInt8(ascii: "-")
    for position in (isNegative ? 1 : 0)..<text.count {
      let byte = text[position]
      if byte == UInt8(ascii: ".") {
        point = position + 1
      } else {
        left -= 1
        guard byte &- UInt8(ascii: "0") < 10, left >= 0 else { return nil }
        digits = digits &* 10 &+ Int64(byte &- UInt8(ascii: "0"))
      }
    }
    guard !isNegative || digits != 0 else { return nil }
    return .decimal(digits: isNegative ? -digits : digits, scale: text.count - point)
  }

  /// The number's text.
  package var description: String {
    switch self {
    case .text(let text): return text
    case .decimal(let digits, 0): return String(digits)
    case .decimal(let digits, let scale):
      let magnitude = String(digits.magnitude)
      let padded = String(repeating: "0", count: max(0, scale + 1 - magnitude.count)) + magnitude
      return (digits < 0 ? "-" : "") + padded.dropLast(scale) + "." + padded.suffix(scale)
    }
  }

  /// A million times the number, rounded half away from zero; nil if that does not fit.
  package var millionths: Int64? {
    switch self {
    case .text(let text):
      return Double(text).flatMap { Int64(exactly: ($0 * 1e6).rounded()) }
    case .decimal(let digits, let scale) where scale <= 6:
      let (product, overflow) = digits.multipliedReportingOverflow(by: Self.power(6 - scale))
      return overflow ? nil : product
    case .decimal(let digits, let scale):
      // With so few digits there are at most 18 after the point.
      let unit = Self.power(scale - 6)
      let (whole, rest) = digits.quotientAndRemainder(dividingBy: unit)
      return whole + (rest.magnitude * 2 >= unit.magnitude ? digits.signum() : 0)
    }
  }

  private static func power(_ exponent: Int) -> Int64 {
    var power: Int64 = 1
    for _ in 0..<exponent { power &*= 10 }
    return power
  }
}

extension JSONReader {
  package mutating func readNumber() throws(JSONError) -> JSONNumber {
    let range = try readNumberRange()
    return bytes.withUnsafeBufferPointer { JSONNumber(written: .init(rebasing: $0[range])) }
  }
}
