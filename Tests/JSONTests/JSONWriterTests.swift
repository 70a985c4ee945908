import JSON
import Testing

@Suite struct JSONWriterTests {
  @Test func `what is written is read back`() throws {
    let texts = ["", "a\"b\\c", "\0\u{01}\u{1F}\u{7F}", "é€😀", "\u{2028}", "line\nfeed\ttab\r"]
    for text in texts {
      var writer = JSONWriter()
      writer.value(text)
      var reader = JSONReader(writer.bytes)
      #expect(try reader.readString() == text)
      #expect(writer.bytes.allSatisfy { $0 >= 0x20 })
    }
  }

  @Test func `commas stand between values and nowhere else`() {
    var writer = JSONWriter()
    writer.object { writer in
      writer.member("a", 1)
      writer.memberArray("b") { writer in
        writer.value("x")
        writer.null()
        writer.array { _ in }
      }
      writer.memberObject("c") { _ in }
      writer.member("d", 0.1)
    }
    #expect(writer.string == #"{"a":1,"b":["x",null,[]],"c":{},"d":0.1}"#)
  }

  @Test(arguments: [
    0.1, 1e300, 1_795_356_129.8376422, -0.0, .leastNonzeroMagnitude, 123456789012345680,
  ])
  func `doubles come back as they were`(value: Double) throws {
    var writer = JSONWriter()
    writer.value(value)
    var reader = JSONReader(writer.bytes)
    #expect(try reader.readDouble() == value)
  }
}
