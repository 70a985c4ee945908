/// Writes JSON as UTF-8 by appending.
///
/// ```swift
/// var writer = JSONWriter()
/// writer.object { writer in
///   writer.member("id", 42)
///   writer.member("name", "sync")
/// }
/// ```
package struct JSONWriter: Sendable {
  package private(set) var bytes: [UInt8] = []
  private var needsComma = false

  package init(reservingCapacity capacity: Int = 0) {
    bytes.reserveCapacity(capacity)
  }

  package var string: String { String(decoding: bytes, as: UTF8.self) }

  /// Empties the writer and keeps its memory.
  package mutating func removeAll() {
    bytes.removeAll(keepingCapacity: true)
    needsComma = false
  }

  /// Bytes between values, such as a line's end; no comma follows.
  package mutating func separator(_ text: StaticString) {
    append(text)
    needsComma = false
  }

  // MARK: Containers

  package mutating func object<E: Error>(
    _ body: (inout JSONWriter) throws(E) -> Void
  ) throws(E) {
    try container(UInt8(ascii: "{"), UInt8(ascii: "}"), body)
  }

  package mutating func array<E: Error>(
    _ body: (inout JSONWriter) throws(E) -> Void
  ) throws(E) {
    try container(UInt8(ascii: "["), UInt8(ascii: "]"), body)
  }

  private mutating func container<E: Error>(
    _ open: UInt8, _ close: UInt8, _ body: (inout JSONWriter) throws(E) -> Void
  ) throws(E) {
    startValue()
    bytes.append(open)
    needsComma = false
    try body(&self)
    bytes.append(close)
    needsComma = true
  }

  // MARK: Members

  package mutating func key(_ key: String) {
    startValue()
    quote(key)
    bytes.append(UInt8(ascii: ":"))
    needsComma = false
  }

  package mutating func member(_ key: String, _ value: String) {
    self.key(key)
    self.value(value)
  }

  package mutating func member(_ key: String, _ value: some BinaryInteger) {
    self.key(key)
    self.value(value)
  }

  package mutating func member(_ key: String, _ value: Double) {
    self.key(key)
    self.value(value)
  }

  package mutating func member(_ key: String, _ value: Bool) {
    self.key(key)
    self.value(value)
  }

  package mutating func member(_ key: String, raw: RawJSON) {
    self.key(key)
    self.value(raw: raw)
  }

  package mutating func memberObject<E: Error>(
    _ key: String, _ body: (inout JSONWriter) throws(E) -> Void
  ) throws(E) {
    self.key(key)
    try object(body)
  }

  package mutating func memberArray<E: Error>(
    _ key: String, _ body: (inout JSONWriter) throws(E) -> Void
  ) throws(E) {
    self.key(key)
    try array(body)
  }

  package mutating func memberNull(_ key: String) {
    self.key(key)
    null()
  }

  /// The member as `null` if there is no value.
  package mutating func member(orNull key: String, _ value: String?) {
    if let value { member(key, value) } else { memberNull(key) }
  }

  package mutating func member(orNull key: String, _ value: (some BinaryInteger)?) {
    if let value { member(key, value) } else { memberNull(key) }
  }

  // MARK: Values

  package mutating func value(_ text: String) {
    startValue()
    quote(text)
    needsComma = true
  }

  package mutating func value(_ number: some BinaryInteger) {
    startValue()
    if let small = Int64(exactly: number) {
      append(small)
    } else {
      bytes.append(contentsOf: String(number).utf8)
    }
    needsComma = true
  }

  /// The shortest text that reads back as the same number; JSON has no NaN, it is `null` here.
  package mutating func value(_ number: Double) {
    startValue()
    if number.isFinite {
      var text = number.description
      if text.hasSuffix(".0") { text.removeLast(2) }
      bytes.append(contentsOf: text.utf8)
    } else {
      append("null")
    }
    needsComma = true
  }

  package mutating func value(_ flag: Bool) {
    startValue()
    append(flag ? "true" : "false")
    needsComma = true
  }

  package mutating func value(raw: RawJSON) {
    startValue()
    bytes.append(contentsOf: raw.bytes)
    needsComma = true
  }

  /// A number as it was written elsewhere.
  package mutating func value(_ number: JSONNumber) {
    startValue()
    bytes.append(contentsOf: number.description.utf8)
    needsComma = true
  }

  package mutating func null() {
    startValue()
    append("null")
    needsComma = true
  }

  // MARK: Bytes

  private mutating func startValue() {
    if needsComma { bytes.append(UInt8(ascii: ",")) }
  }

  private mutating func append(_ text: StaticString) {
    bytes.append(
      contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }

  private mutating func append(_ number: Int64) {
    // The longest has 19 digits and a sign.
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 20) { digits in
      var start = digits.count
      var rest = number.magnitude
      repeat {
        start -= 1
        digits[start] = UInt8(ascii: "0") + UInt8(rest % 10)
        rest /= 10
      } while rest > 0
      if number < 0 {
        start -= 1
        digits[start] = UInt8(ascii: "-")
      }
      bytes.append(contentsOf: UnsafeBufferPointer(rebasing: digits[start...]))
    }
  }

  private mutating func quote(_ text: String) {
    var text = text
    text.withUTF8 { utf8 in
      bytes.append(UInt8(ascii: "\""))
      var start = 0
      var position = JSONText.nextSpecial(UnsafeRawBufferPointer(utf8), from: 0)
      while position < utf8.count {
        bytes.append(contentsOf: UnsafeBufferPointer(rebasing: utf8[start..<position]))
        escape(utf8[position])
        start = position + 1
        position = JSONText.nextSpecial(UnsafeRawBufferPointer(utf8), from: start)
      }
      bytes.append(contentsOf: UnsafeBufferPointer(rebasing: utf8[start...]))
      bytes.append(UInt8(ascii: "\""))
    }
  }

  private mutating func escape(_ byte: UInt8) {
    switch byte {
    case UInt8(ascii: "\""): append("\\\"")
    case UInt8(ascii: "\\"): append("\\\\")
    case 0x08: append("\\b")
    case 0x09: append("\\t")
    case 0x0A: append("\\n")
    case 0x0C: append("\\f")
    case 0x0D: append("\\r")
    default:
      let hex: StaticString = "0123456789abcdef"
      append("\\u00")
      bytes.append(hex.utf8Start[Int(byte >> 4)])
      bytes.append(hex.utf8Start[Int(byte & 15)])
    }
  }
}
