/// A pull reader over one JSON text in UTF-8.
///
/// It decodes what it is asked for and passes over the rest, so that a message costs what is read
/// of it. Foundation's decoders cost ten times as much and drop what the type does not name.
///
/// ```swift
/// var reader = JSONReader(bytes)
/// try reader.readObject { key, reader in
///   switch key {
///   case "id": id = try reader.readInt()
///   default: try reader.skipValue()
///   }
/// }
/// ```
package struct JSONReader: Sendable {
  package let bytes: [UInt8]
  package private(set) var index: Int
  private let end: Int
  /// Nesting left before the text is refused (a hostile text must not exhaust the stack).
  private var depthLeft = 256

  package init(_ bytes: [UInt8]) {
    self.init(bytes, range: 0..<bytes.count)
  }

  /// A reader of `range` within `bytes`; both stay as they are.
  package init(_ bytes: [UInt8], range: Range<Int>) {
    precondition(range.upperBound <= bytes.count)
    self.bytes = bytes
    self.index = range.lowerBound
    self.end = range.upperBound
  }

  package init(_ text: String) {
    self.init(Array(text.utf8))
  }

  /// What kind of value comes next.
  package enum Kind: Sendable {
    case object, array, string, number, bool, null
  }

  package mutating func peekKind() throws(JSONError) -> Kind {
    switch try peekByte() {
    case UInt8(ascii: "{"): .object
    case UInt8(ascii: "["): .array
    case UInt8(ascii: "\""): .string
    case UInt8(ascii: "t"), UInt8(ascii: "f"): .bool
    case UInt8(ascii: "n"): .null
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): .number
    default: throw error(.unexpectedByte)
    }
  }

  // MARK: Containers

  /// Reads an object; `member` must consume exactly one value per call.
  package mutating func readObject(
    _ member: (JSONKey, inout JSONReader) throws(JSONError) -> Void
  ) throws(JSONError) {
    try open(UInt8(ascii: "{"))
    if try closes(UInt8(ascii: "}")) { return }
    while true {
      guard try peekByte() == UInt8(ascii: "\"") else { throw error(.unexpectedByte) }
      let key = JSONKey(slice: try readStringSlice(), bytes: bytes)
      try expect(UInt8(ascii: ":"))
      try member(key, &self)
      guard try continues(until: UInt8(ascii: "}")) else { return }
    }
  }

  /// Reads an array; `element` must consume exactly one value per call.
  package mutating func readArray(
    _ element: (inout JSONReader) throws(JSONError) -> Void
  ) throws(JSONError) {
    try open(UInt8(ascii: "["))
    if try closes(UInt8(ascii: "]")) { return }
    while true {
      try element(&self)
      guard try continues(until: UInt8(ascii: "]")) else { return }
    }
  }

  /// Passes over one value, whatever it is, and checks its syntax.
  package mutating func skipValue() throws(JSONError) {
    switch try peekKind() {
    case .object: try readObject { _, reader throws(JSONError) in try reader.skipValue() }
    case .array: try readArray { reader throws(JSONError) in try reader.skipValue() }
    case .string: _ = try readStringSlice()
    case .number: _ = try readNumberRange()
    case .bool: _ = try readBool()
    case .null: try literal("null")
    }
  }

  /// Passes over one value and gives where it stands in `bytes`.
  package mutating func readRange() throws(JSONError) -> Range<Int> {
    _ = try peekByte()
    let start = index
    try skipValue()
    return start..<index
  }

  /// One value as it was written.
  package mutating func readRaw() throws(JSONError) -> RawJSON {
    let range = try readRange()
    return RawJSON(unchecked: Array(bytes[range]))
  }

  /// True when nothing but white space is left.
  package mutating func isAtEnd() -> Bool {
    skipWhitespace()
    return index == end
  }

  // MARK: Scalars

  package mutating func readString() throws(JSONError) -> String {
    guard try peekByte() == UInt8(ascii: "\"") else { throw error(.unexpectedByte) }
    let slice = try readStringSlice()
    return JSONKey(slice: slice, bytes: bytes).string
  }

  /// A string that is compared rather than kept.
  package mutating func readKey() throws(JSONError) -> JSONKey {
    guard try peekByte() == UInt8(ascii: "\"") else { throw error(.unexpectedByte) }
    return JSONKey(slice: try readStringSlice(), bytes: bytes)
  }

  package mutating func readBool() throws(JSONError) -> Bool {
    if try peekByte() == UInt8(ascii: "t") {
      try literal("true")
      return true
    }
    try literal("false")
    return false
  }

  package mutating func readInt() throws(JSONError) -> Int {
    let range = try readNumberRange()
    if let value = Int(String(decoding: bytes[range], as: UTF8.self)) { return value }
    // A whole number may be written `1e3` or `5.0`.
    if let double = Double(String(decoding: bytes[range], as: UTF8.self)),
      let value = Int(exactly: double)
    {
      return value
    }
    throw error(.numberOutOfRange)
  }

  package mutating func readDouble() throws(JSONError) -> Double {
    let range = try readNumberRange()
    guard let value = Double(String(decoding: bytes[range], as: UTF8.self)), value.isFinite else {
      throw error(.numberOutOfRange)
    }
    return value
  }

  /// A number exactly as it was written.
  package mutating func readNumberText() throws(JSONError) -> String {
    String(decoding: bytes[try readNumberRange()], as: UTF8.self)
  }

  /// A number, and how it was written.
  package mutating func readDoubleAndText() throws(JSONError) -> (Double, String) {
    let text = try readNumberText()
    guard let value = Double(text), value.isFinite else { throw error(.numberOutOfRange) }
    return (value, text)
  }

  /// Consumes `null` if it comes next.
  package mutating func readNull() throws(JSONError) -> Bool {
    guard try peekByte() == UInt8(ascii: "n") else { return false }
    try literal("null")
    return true
  }
}

// MARK: - Bytes

extension JSONReader {
  package func error(_ reason: JSONError.Reason) -> JSONError {
    JSONError(reason: reason, offset: index)
  }

  private mutating func skipWhitespace() {
    while index < end {
      switch bytes[index] {
      case 0x20, 0x0A, 0x0D, 0x09: index += 1
      default: return
      }
    }
  }

  private mutating func peekByte() throws(JSONError) -> UInt8 {
    skipWhitespace()
    guard index < end else { throw error(.truncated) }
    return bytes[index]
  }

  private mutating func expect(_ byte: UInt8) throws(JSONError) {
    guard try peekByte() == byte else { throw error(.unexpectedByte) }
    index += 1
  }

  private mutating func open(_ byte: UInt8) throws(JSONError) {
    try expect(byte)
    depthLeft -= 1
    guard depthLeft > 0 else { throw error(.tooDeep) }
  }

  private mutating func closes(_ byte: UInt8) throws(JSONError) -> Bool {
    guard try peekByte() == byte else { return false }
    index += 1
    depthLeft += 1
    return true
  }

  private mutating func continues(until close: UInt8) throws(JSONError) -> Bool {
    if try closes(close) { return false }
    try expect(UInt8(ascii: ","))
    return true
  }

  private mutating func literal(_ text: StaticString) throws(JSONError) {
    _ = try peekByte()
    let count = text.utf8CodeUnitCount
    guard end - index >= count else { throw error(.truncated) }
    for offset in 0..<count where bytes[index + offset] != text.utf8Start[offset] {
      throw error(.unexpectedByte)
    }
    index += count
  }

  /// Passes over a string; the slice leaves the quotes out.
  private mutating func readStringSlice() throws(JSONError) -> JSONStringSlice {
    let start = index + 1
    var position = start
    var isPlain = true
    let end = self.end
    // 0: the closing quote was found at `position`; else the reason why not.
    let failure: JSONError.Reason? = bytes.withUnsafeBufferPointer { buffer in
      while position < end {
        let byte = buffer[position]
        if byte == UInt8(ascii: "\"") { return nil }
        if byte == UInt8(ascii: "\\") {
          isPlain = false
          position += 1
        } else if byte < 0x20 {
          return .unexpectedByte
        }
        position += 1
      }
      return .truncated
    }
    if let failure {
      index = min(position, end)
      throw error(failure)
    }
    index = position + 1
    let slice = JSONStringSlice(range: start..<position, isPlain: isPlain)
    if !isPlain { try checkEscapes(in: slice.range) }
    return slice
  }

  private func checkEscapes(in range: Range<Int>) throws(JSONError) {
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

  private mutating func readNumberRange() throws(JSONError) -> Range<Int> {
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

  private mutating func digits() throws(JSONError) {
    let start = index
    while index < end, bytes[index] &- UInt8(ascii: "0") < 10 { index += 1 }
    guard index > start else { throw error(index < end ? .unexpectedByte : .truncated) }
  }
}
