extension JSONReader {
  /// A number as it was written, and its millionfold as a whole number, rounded half away from zero.
  ///
  /// Exact and quick where a detour over `Double` is neither.
  package mutating func readNumberTextAndMillionths() throws(JSONError) -> (String, Int64) {
    let range = try readNumberRange()
    let (text, millionths) = bytes.withUnsafeBufferPointer { buffer in
      let digits = UnsafeBufferPointer(rebasing: buffer[range])
      return (String(decoding: digits, as: UTF8.self), Self.millionths(digits))
    }
    if let millionths { return (text, millionths) }
    // With an exponent, or too large.
    guard let value = Double(text), let rounded = Int64(exactly: (value * 1e6).rounded()) else {
      throw error(.numberOutOfRange)
    }
    return (text, rounded)
  }

  /// nil if the number has an exponent or may not fit.
  private static func millionths(_ digits: UnsafeBufferPointer<UInt8>) -> Int64? {
    var value: Int64 = 0
    var position = 0
    let isNegative = digits.first == UInt8(ascii: "-")
    if isNegative { position += 1 }
    // Twelve digits and six make less than 2^63: nothing below overflows.
    let longest = position + 12
    while position < digits.count, digits[position] &- UInt8(ascii: "0") < 10 {
      guard position < longest else { return nil }
      value = value &* 10 &+ Int64(digits[position] &- UInt8(ascii: "0"))
      position &+= 1
    }
    var decimals = 0
    if position < digits.count, digits[position] == UInt8(ascii: ".") {
      position += 1
      while position < digits.count, digits[position] &- UInt8(ascii: "0") < 10 {
        let digit = Int64(digits[position] &- UInt8(ascii: "0"))
        if decimals < 6 {
          value = value &* 10 &+ digit
        } else if decimals == 6, digit >= 5 {
          value &+= 1
        }
        decimals &+= 1
        position &+= 1
      }
    }
    guard position == digits.count else { return nil }
    while decimals < 6 {
      value = value &* 10
      decimals += 1
    }
    return isNegative ? -value : value
  }
}
