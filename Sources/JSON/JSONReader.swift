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
  package internal(set) var index: Int
  let end: Int
  /// Nesting left before the text is refused (a hostile text must not exhaust the stack).
  var depthLeft: Int32 = 256
  /// Where strings come from; keeps nothing unless it is set.
  package var cache = JSONStringCache(disabled: ())
  /// A container was entered and nothing of it was read yet.
  var isAtStart = false
  /// The name of the member that was read last.
  var memberName = JSONStringSlice(range: 0..<0, isPlain: true)

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
    try enterObject()
    while try nextMember() {
      try member(JSONKey(slice: memberName, bytes: bytes), &self)
    }
  }

  /// Reads an array; `element` must consume exactly one value per call.
  package mutating func readArray(
    _ element: (inout JSONReader) throws(JSONError) -> Void
  ) throws(JSONError) {
    try enterArray()
    while try nextElement() { try element(&self) }
  }

  /// Passes over one value, whatever it is, and checks its syntax.
  package mutating func skipValue() throws(JSONError) {
    switch try peekKind() {
    case .object:
      try enterObject()
      while try nextMember() { try skipValue() }
    case .array:
      try enterArray()
      while try nextElement() { try skipValue() }
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

  /// A place to come back to, from which the value there can be read again.
  package struct Place: Sendable {
    let index: Int
    let depthLeft: Int32
  }

  package var place: Place { Place(index: index, depthLeft: depthLeft) }

  package mutating func goBack(to place: Place) {
    index = place.index
    depthLeft = place.depthLeft
    isAtStart = false
  }

  /// True when nothing but white space is left.
  package func isAtEnd() -> Bool {
    var position = index
    while position < end, Self.isWhitespace(bytes[position]) { position += 1 }
    return position == end
  }

  // MARK: Scalars

  package mutating func readString() throws(JSONError) -> String {
    let slice = try readStringSlice()
    guard slice.isPlain else { return JSONKey(slice: slice, bytes: bytes).string }
    return bytes.withUnsafeBufferPointer { buffer in
      cache.string(UnsafeBufferPointer(rebasing: buffer[slice.range]))
    }
  }

  /// A string that is compared rather than kept.
  package mutating func readKey() throws(JSONError) -> JSONKey {
    JSONKey(slice: try readStringSlice(), bytes: bytes)
  }

  /// The string that was read at a place of this text.
  @inline(__always)
  package func key(_ slice: JSONStringSlice) -> JSONKey { JSONKey(slice: slice, bytes: bytes) }

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

  /// Consumes `null` if it comes next.
  package mutating func readNull() throws(JSONError) -> Bool {
    guard try peekByte() == UInt8(ascii: "n") else { return false }
    try literal("null")
    return true
  }
}
