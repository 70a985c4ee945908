import JSON
import Testing

@Suite struct JSONReaderTests {
  private static let document =
    #"{"a":[1,-2.5e3,true,false,null,{"b":"x\"y\\\u00e9\ud83d\ude00"}],"c":{},"d":[],"é":"ü"}"#

  @Test func `each value is read as what it is`() throws {
    var reader = JSONReader(Self.document)
    var numbers: [Double] = []
    var text = ""
    try reader.readObject { key, reader throws(JSONError) in
      guard key == "a" else { return try reader.skipValue() }
      try reader.readArray { reader throws(JSONError) in
        switch try reader.peekKind() {
        case .number: numbers.append(try reader.readDouble())
        case .bool: numbers.append(try reader.readBool() ? 1 : 0)
        case .null: #expect(try reader.readNull())
        case .object:
          try reader.readObject { _, reader throws(JSONError) in text = try reader.readString() }
        default: Issue.record("not in the text")
        }
      }
    }
    #expect(reader.isAtEnd())
    #expect(numbers == [1, -2500, 1, 0])
    #expect(text == "x\"y\\é😀")
  }

  @Test func `a text that is cut anywhere is refused`() {
    let bytes = Array(Self.document.utf8)
    for count in 0..<bytes.count {
      var reader = JSONReader(Array(bytes[..<count]))
      #expect(throws: JSONError.self) { try reader.skipValue() }
    }
    var reader = JSONReader(bytes)
    #expect(throws: Never.self) { try reader.skipValue() }
  }

  @Test func `no change of a byte makes it crash`() {
    let bytes = Array(Self.document.utf8)
    for position in bytes.indices {
      for byte in [0x00, 0x1F, 0x22, 0x5C, 0x2C, 0x3A, 0x5B, 0x5D, 0x7B, 0x7D, 0x75, 0x80, 0xFF] {
        var changed = bytes
        changed[position] = UInt8(byte)
        read(everythingIn: changed)
      }
    }
  }

  /// Reads by every way there is; errors are fine.
  private func read(everythingIn bytes: [UInt8]) {
    var skipping = JSONReader(bytes)
    try? skipping.skipValue()
    _ = try? JSONObject(parsing: bytes).raw
    var reader = JSONReader(bytes)
    try? reader.readObject { key, reader throws(JSONError) in
      _ = key.string
      try readValue(&reader)
    }
  }

  private func readValue(_ reader: inout JSONReader) throws(JSONError) {
    switch try reader.peekKind() {
    case .object:
      try reader.readObject { key, reader throws(JSONError) in
        _ = key.string
        try readValue(&reader)
      }
    case .array: try reader.readArray { reader throws(JSONError) in try readValue(&reader) }
    case .string: _ = try reader.readString()
    case .number: _ = try reader.readDouble()
    case .bool: _ = try reader.readBool()
    case .null: _ = try reader.readNull()
    }
  }

  @Test(arguments: [
    "01", "-", "1.", ".5", "1e", "1e+", "+1", "--1", "0x1", "NaN", "Infinity", "tru", "nul",
    "\"\\x\"", "\"\\u12\"", "\"\\u12G4\"", "\"\u{01}\"", "\"", "[1,]", "[,1]", "[1 2]", "{\"a\"}",
    "{\"a\":}", "{a:1}", "{\"a\":1,}", "{,}", "]", "}", "",
  ])
  func `what is no JSON is refused`(text: String) {
    var reader = JSONReader(text)
    #expect(throws: JSONError.self) {
      try reader.skipValue()
      if !reader.isAtEnd() { throw reader.error(.unexpectedByte) }
    }
  }

  @Test func `nesting has a limit and is forgiven after it`() throws {
    let deep = String(repeating: "[", count: 100_000)
    var reader = JSONReader(deep)
    #expect { try reader.skipValue() } throws: { ($0 as? JSONError)?.reason == .tooDeep }
    let wide = "[" + String(repeating: "[[]],", count: 10_000) + "[]]"
    var other = JSONReader(wide)
    try other.skipValue()
    #expect(other.isAtEnd())
  }

  @Test func `a string of many megabytes is read in one go`() throws {
    let count = 32 << 20
    var bytes = [UInt8](repeating: UInt8(ascii: "a"), count: count + 2)
    bytes[0] = UInt8(ascii: "\"")
    bytes[count + 1] = UInt8(ascii: "\"")
    var reader = JSONReader(bytes)
    let start = ContinuousClock.now
    #expect(try reader.readString().utf8.count == count)
    #expect(ContinuousClock.now - start < .seconds(20))
  }

  @Test(arguments: [
    (#""\ud83d""#, "\u{FFFD}"), (#""\ude00x""#, "\u{FFFD}x"),
    (#""\ud83d\ud83d\ude00""#, "\u{FFFD}😀"), (#""\ud83dA""#, "\u{FFFD}A"),
    (#""\u0000""#, "\0"), (#""\b\f\n\r\t\/""#, "\u{08}\u{0C}\n\r\t/"), (#""\u00E9\u20ac""#, "é€"),
  ])
  func `escapes stand for their characters`(text: String, expected: String) throws {
    var reader = JSONReader(text)
    #expect(try reader.readString() == expected)
  }

  @Test func `bytes that are no UTF-8 are replaced`() throws {
    var plain = JSONReader([0x22, 0x61, 0xFF, 0x62, 0x22])
    #expect(try plain.readString() == "a\u{FFFD}b")
    var escaped = JSONReader([0x22, 0x5C, 0x6E, 0xC3, 0x22])
    #expect(try escaped.readString() == "\n\u{FFFD}")
  }

  @Test(arguments: [
    ("0", 0), ("-0", 0), ("9223372036854775807", Int.max), ("-9223372036854775808", Int.min),
    ("1e3", 1000), ("5.0", 5),
  ])
  func `whole numbers may be written in several ways`(text: String, value: Int) throws {
    var reader = JSONReader(text)
    #expect(try reader.readInt() == value)
  }

  @Test(arguments: ["9223372036854775808", "0.5", "1e30", "1e400"])
  func `a number that is no whole number is refused as one`(text: String) {
    var reader = JSONReader(text)
    #expect(throws: JSONError.self) { try reader.readInt() }
  }

  @Test func `a number that no double holds is refused`() {
    var reader = JSONReader("1e999")
    #expect(throws: JSONError.self) { try reader.readDouble() }
  }

  @Test func `a reader of a part does not look past it`() throws {
    let bytes = Array("[1,23]".utf8)
    var reader = JSONReader(bytes, range: 3..<4)
    #expect(try reader.readInt() == 2)
    #expect(reader.isAtEnd())
  }
}
