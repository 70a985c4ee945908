/// A string of a JSON text, where it stands and whether it holds escapes.
struct JSONStringSlice: Sendable {
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
    let range = key.slice.range
    guard range.count == text.utf8CodeUnitCount else { return false }
    return key.bytes.withUnsafeBufferPointer { buffer in
      var position = range.lowerBound
      for offset in 0..<range.count {
        if buffer[position] != text.utf8Start[offset] { return false }
        position += 1
      }
      return true
    }
  }

  package static func == (key: JSONKey, text: String) -> Bool {
    guard key.slice.isPlain else { return key.string == text }
    return key.bytes[key.slice.range].elementsEqual(text.utf8)
  }

  package static func != (key: JSONKey, text: String) -> Bool { !(key == text) }

  /// The text. A surrogate without its partner becomes U+FFFD, as in any UTF-8 conversion.
  package var string: String {
    guard !slice.isPlain else { return String(decoding: bytes[slice.range], as: UTF8.self) }
    var out: [UInt8] = []
    out.reserveCapacity(slice.range.count)
    var position = slice.range.lowerBound
    let end = slice.range.upperBound
    while position < end {
      let byte = bytes[position]
      guard byte == UInt8(ascii: "\\") else {
        out.append(byte)
        position += 1
        continue
      }
      let escape = bytes[position + 1]
      if let plain = JSONStringSlice.shortEscape(escape) {
        out.append(plain)
        position += 2
        continue
      }
      let (scalar, length) = unicodeEscape(at: position, end: end)
      out.append(contentsOf: UTF8.encode(scalar).map { Array($0) } ?? [])
      position += length
    }
    return String(decoding: out, as: UTF8.self)
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
