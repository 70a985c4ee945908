import OffstagePush
import Testing

@Suite struct Base64URLTests {
  /// RFC 4648, section 10, without its padding.
  @Test(
    arguments: [
      ("", ""), ("f", "Zg"), ("fo", "Zm8"), ("foo", "Zm9v"), ("foob", "Zm9vYg"),
      ("fooba", "Zm9vYmE"), ("foobar", "Zm9vYmFy"),
    ])
  func `the examples of the RFC are written and read`(_ plain: String, _ text: String) {
    #expect(Base64URL.encode(plain.utf8) == text)
    #expect(Base64URL.decode(text) == Array(plain.utf8))
  }

  @Test func `both alphabets and padding are read, and one is written`() {
    #expect(Base64URL.encode([0xFB, 0xFF, 0xFE]) == "-__-")
    #expect(Base64URL.decode("+//+") == [0xFB, 0xFF, 0xFE])
    #expect(Base64URL.decode("Zg==") == [0x66])
  }

  @Test(arguments: ["Z", "Zm9vY", "Zh", "Zg=v", "Z g", "Zm9v\n", "Zg===", "Ä"])
  func `what no bytes are is refused`(_ text: String) {
    #expect(Base64URL.decode(text) == nil)
  }
}
