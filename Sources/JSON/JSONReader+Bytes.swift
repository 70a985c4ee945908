extension JSONReader {
  package func error(_ reason: JSONError.Reason) -> JSONError {
    JSONError(reason: reason, offset: index)
  }

  @inline(__always)
  package static func isWhitespace(_ byte: UInt8) -> Bool {
    byte <= 0x20 && (byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09)
  }

  @inline(__always)
  mutating func skipWhitespace() {
    while index < end, Self.isWhitespace(bytes[index]) { index += 1 }
  }

  @inline(__always)
  mutating func peekByte() throws(JSONError) -> UInt8 {
    if index < end {
      let byte = bytes[index]
      if byte > 0x20 { return byte }
    }
    skipWhitespace()
    guard index < end else { throw error(.truncated) }
    return bytes[index]
  }

  @inline(__always)
  mutating func expect(_ byte: UInt8) throws(JSONError) {
    guard try peekByte() == byte else { throw error(.unexpectedByte) }
    index += 1
  }

  mutating func literal(_ text: StaticString) throws(JSONError) {
    _ = try peekByte()
    let count = text.utf8CodeUnitCount
    guard end - index >= count else { throw error(.truncated) }
    for offset in 0..<count where bytes[index + offset] != text.utf8Start[offset] {
      throw error(.unexpectedByte)
    }
    index += count
  }

  /// Passes over a string; the slice leaves the quotes out.
  package mutating func readStringSlice() throws(JSONError) -> JSONStringSlice {
    try expect(UInt8(ascii: "\""))
    let start = index
    var position = start
    var isPlain = true
    while true {
      position = nextSpecial(from: position)
      guard position < end else {
        index = end
        throw error(.truncated)
      }
      switch bytes[position] {
      case UInt8(ascii: "\""):
        index = position + 1
        let slice = JSONStringSlice(range: start..<position, isPlain: isPlain)
        if !isPlain { try checkEscapes(in: slice.range) }
        return slice
      case UInt8(ascii: "\\"):
        isPlain = false
        position += 2
      default:
        index = position
        throw error(.unexpectedByte)
      }
    }
  }

  @inline(__always)
  private func nextSpecial(from start: Int) -> Int {
    bytes.withUnsafeBytes { JSONText.nextSpecial(.init(rebasing: $0[..<end]), from: start) }
  }

  func checkEscapes(in range: Range<Int>) throws(JSONError) {
    var position = range.lowerBound
    while position < range.upperBound {
      guard bytes[position] == UInt8(ascii: "\\") else {
        position += 1
        continue
      }
      let escape = bytes[position + 1]
      if escape == UInt8(ascii: "u") {
        guard JSONStringSlice.hexValue(bytes, at: position + 2, end: range.upperBound) != nil else {
          throw JSONError(reason: .badEscape, offset: position)
        }
        position += 6
      } else if JSONStringSlice.shortEscape(escape) != nil {
        position += 2
      } else {
        throw JSONError(reason: .badEscape, offset: position)
      }
    }
  }

  mutating func readNumberRange() throws(JSONError) -> Range<Int> {
    _ = try peekByte()
    let start = index
    if bytes[index] == UInt8(ascii: "-") { index += 1 }
    let integer = index
    try digits()
    guard bytes[integer] != UInt8(ascii: "0") || index == integer + 1 else {
      throw error(.unexpectedByte)
    }
    if index < end, bytes[index] == UInt8(ascii: ".") {
      index += 1
      try digits()
    }
    if index < end, bytes[index] | 0x20 == UInt8(ascii: "e") {
      index += 1
      if index < end, bytes[index] == UInt8(ascii: "+") || bytes[index] == UInt8(ascii: "-") {
        index += 1
      }
      try digits()
    }
    return start..<index
  }

  @inline(__always)
  mutating func digits() throws(JSONError) {
    let start = index
    while index < end, bytes[index] &- UInt8(ascii: "0") < 10 { index += 1 }
    guard index > start else { throw error(index < end ? .unexpectedByte : .truncated) }
  }
}

enum JSONText {
  /// The next quote, backslash or control character, else the end: eight bytes at a time.
  @inline(__always)
  static func nextSpecial(_ bytes: UnsafeRawBufferPointer, from start: Int) -> Int {
    let ones: UInt64 = 0x0101_0101_0101_0101
    let highBits: UInt64 = 0x8080_8080_8080_8080
    var position = start
    while position + 8 <= bytes.count {
      let word = UInt64(
        littleEndian: bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self))
      // A byte that is zero, or less than n, borrows into its highest bit. Bytes above the first
      // hit may be wrong, the first is not.
      let quote = word ^ (ones &* UInt64(UInt8(ascii: "\"")))
      let backslash = word ^ (ones &* UInt64(UInt8(ascii: "\\")))
      let hits =
        ((quote &- ones) & ~quote) | ((backslash &- ones) & ~backslash)
        | ((word &- (ones &* 0x20)) & ~word)
      if hits & highBits != 0 { return position + (hits & highBits).trailingZeroBitCount / 8 }
      position += 8
    }
    while position < bytes.count {
      let byte = bytes[position]
      if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") || byte < 0x20 { break }
      position += 1
    }
    return position
  }
}
