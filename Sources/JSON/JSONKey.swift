/// A string of a JSON text, where it stands and whether it holds escapes.
package struct JSONStringSlice: Sendable {
  let range: Range<Int>
  let isPlain: Bool

  static func shortEscape(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): byte
    case UInt8(ascii: "b"): 0x08
    case UInt8(ascii: "f"): 0x0C
    case UInt8(ascii: "n"): 0x0A
    case UInt8(ascii: "r"): 0x0D
    case UInt8(ascii: "t"): 0x09
    default: nil
    }
  }

  /// Compares bytes of `buffer`, within which `range` must lie, with a text.
  static func equals(
    _ buffer: UnsafeRawBufferPointer, _ range: Range<Int>, _ text: StaticString
  ) -> Bool {
    guard range.count == text.utf8CodeUnitCount else { return false }
    return equals(
      buffer, range, UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }

  static func equals(
    _ buffer: UnsafeRawBufferPointer, _ range: Range<Int>, _ other: UnsafeRawBufferPointer
  ) -> Bool {
    precondition(range.upperBound <= buffer.count)
    guard range.count == other.count, let a = buffer.baseAddress, let b = other.baseAddress else {
      return range.count == other.count
    }
    return equals(a + range.lowerBound, b, count: other.count)
  }

  /// Words that overlap at the end, instead of the last bytes one by one.
  @inline(__always)
  static func equals(
    _ a: UnsafeRawPointer, _ b: UnsafeRawPointer, count: Int
  ) -> Bool {
    func differ<T: FixedWidthInteger>(_ type: T.Type, _ offset: Int) -> Bool {
      a.loadUnaligned(fromByteOffset: offset, as: T.self)
        != b.loadUnaligned(fromByteOffset: offset, as: T.self)
    }
    if count >= 8 {
      var offset = 0
      while offset <= count &- 8 {
        if differ(UInt64.self, offset) { return false }
        offset &+= 8
      }
      return !differ(UInt64.self, count &- 8)
    }
    if count >= 4 { return !differ(UInt32.self, 0) && !differ(UInt32.self, count &- 4) }
    if count >= 2 && differ(UInt16.self, 0) { return false }
    return count == 0 || !differ(UInt8.self, count &- 1)
  }

  /// The four hex digits at `position`, or nil.
  static func hexValue(_ bytes: [UInt8], at position: Int, end: Int) -> UInt16? {
    guard position + 4 <= end else { return nil }
    var value: UInt16 = 0
    for byte in bytes[position..<position + 4] {
      let digit: UInt8
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = byte - UInt8(ascii: "0")
      case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = byte - UInt8(ascii: "a") + 10
      case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = byte - UInt8(ascii: "A") + 10
      default: return nil
      }
      value = value << 4 | UInt16(digit)
    }
    return value
  }
}

/// The name of an object's member, compared without being copied.
package struct JSONKey: Sendable {
  let slice: JSONStringSlice
  let bytes: [UInt8]

  package static func ~= (pattern: StaticString, key: JSONKey) -> Bool { key == pattern }

  package static func == (key: JSONKey, text: StaticString) -> Bool {
    guard key.slice.isPlain else { return key.string == text.description }
    return key.bytes.withUnsafeBytes { JSONStringSlice.equals($0, key.slice.range, text) }
  }

  /// The string as it stands in the text, with its quotes.
  package var writtenBytes: ArraySlice<UInt8> {
    bytes[slice.range.lowerBound - 1..<slice.range.upperBound + 1]
  }

  package static func == (key: JSONKey, text: String) -> Bool {
    guard key.slice.isPlain else { return key.string == text }
    let range = key.slice.range
    let isEqual = text.utf8.withContiguousStorageIfAvailable { other in
      key.bytes.withUnsafeBytes { buffer in
        JSONStringSlice.equals(buffer, range, UnsafeRawBufferPointer(other))
      }
    }
    return isEqual ?? (key.string == text)
  }

  package static func != (key: JSONKey, text: String) -> Bool { !(key == text) }

  /// The text. A surrogate without its partner becomes U+FFFD, as in any UTF-8 conversion.
  package var string: String {
    guard !slice.isPlain else { return String(decoding: bytes[slice.range], as: UTF8.self) }
    // Without its escapes a string is never longer: six bytes make at most three.
    return String(unsafeUninitializedCapacity: slice.range.count) { out in
      bytes.withUnsafeBufferPointer { unescape($0, into: out) }
    }
  }

  private func unescape(
    _ bytes: UnsafeBufferPointer<UInt8>, into out: UnsafeMutableBufferPointer<UInt8>
  ) -> Int {
    var count = 0
    var position = slice.range.lowerBound
    let end = slice.range.upperBound
    while position < end {
      let byte = bytes[position]
      guard byte == UInt8(ascii: "\\") else {
        out[count] = byte
        count += 1
        position += 1
        continue
      }
      if let plain = JSONStringSlice.shortEscape(bytes[position + 1]) {
        out[count] = plain
        count += 1
        position += 2
        continue
      }
      let (scalar, length) = unicodeEscape(at: position, end: end)
      for unit in UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter {
        out[count] = unit
        count += 1
      }
      position += length
    }
    return count
  }

  /// The scalar that `\uXXXX`, or a pair of them, stands for, and the length of the escape.
  private func unicodeEscape(at position: Int, end: Int) -> (Unicode.Scalar, Int) {
    let replacement: Unicode.Scalar = "\u{FFFD}"
    guard let first = JSONStringSlice.hexValue(bytes, at: position + 2, end: end) else {
      return (replacement, 2)
    }
    guard UTF16.isLeadSurrogate(first) else {
      return (Unicode.Scalar(first) ?? replacement, 6)
    }
    guard position + 12 <= end, bytes[position + 6] == UInt8(ascii: "\\"),
      bytes[position + 7] == UInt8(ascii: "u"),
      let second = JSONStringSlice.hexValue(bytes, at: position + 8, end: end),
      UTF16.isTrailSurrogate(second)
    else { return (replacement, 6) }
    let value = 0x10000 + (UInt32(first) - 0xD800) << 10 + (UInt32(second) - 0xDC00)
    return (Unicode.Scalar(value) ?? replacement, 12)
  }
}
