import Testing

@testable import OffstageInspect

@Suite struct SnappyTests {
  /// “abcd” as a literal, then copies of it with offsets of one, two and four bytes.
  private static let packed: [UInt8] = [
    20, 0x0C, 97, 98, 99, 100, 0x01, 4, 0x0E, 4, 0, 0x0F, 4, 0, 0, 0, 0x0E, 1, 0,
  ]

  @Test func `literals and copies of all kinds are unpacked`() {
    #expect(Snappy.unpacked(Self.packed[...]) == "abcdabcdabcdabcddddd".bytes)
  }

  @Test func `a long literal has its length in bytes of its own`() {
    let long = [UInt8](repeating: 7, count: 300)
    let packed: [UInt8] = [0xAC, 0x02, 0xF4, 0x2B, 0x01] + long
    #expect(Snappy.unpacked(packed[...]) == long)
  }

  @Test func `whatever is cut off is not whole`() {
    for count in 0..<Self.packed.count {
      #expect(Snappy.unpacked(Self.packed.prefix(count)) == nil, "\(count)")
    }
  }

  @Test(
    arguments: [
      // More, or less, than was said.
      [3, 0x0C, 97, 97, 97, 97], [5, 0x0C, 97, 97, 97, 97],
      // A copy of what there is not.
      [8, 0x0C, 97, 97, 97, 97, 1, 0], [8, 0x0C, 97, 97, 97, 97, 1, 5],
      // A length that nothing could unpack to.
      [0xFF, 0xFF, 0xFF, 0xFF, 0x0F, 0, 97],
      [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F, 0, 97],
      // A literal longer than all there is.
      [4, 0xFC, 0xFF, 0xFF, 0xFF, 0xFF, 97],
    ] as [[UInt8]])
  func `what lies about itself is not unpacked`(_ packed: [UInt8]) {
    #expect(Snappy.unpacked(packed[...]) == nil)
  }
}
