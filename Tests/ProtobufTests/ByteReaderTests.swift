import Protobuf
import Testing

@Suite struct ByteReaderTests {
  @Test(
    arguments: [
      ([0x00], 0), ([0x7F], 127), ([0x80, 0x01], 128), ([0xFF, 0xFF, 0x03], 65535),
      ([0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01], UInt64.max),
    ] as [([UInt8], UInt64)])
  func `a varint is read`(_ bytes: [UInt8], _ value: UInt64) {
    var reader = ByteReader(bytes)
    #expect(reader.varint() == value)
    #expect(reader.isAtEnd)
  }

  @Test(
    arguments: [
      [], [0x80], [0xFF, 0xFF],
      [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x02],
      [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01],
    ] as [[UInt8]])
  func `a varint without an end, or of more than 64 bits, is none`(_ bytes: [UInt8]) {
    var reader = ByteReader(bytes)
    #expect(reader.varint() == nil)
  }

  @Test(arguments: [3, 255, UInt64.max, UInt64(Int.max), UInt64(Int.max) + 1])
  func `more bytes than there are, are none`(_ count: UInt64) {
    var reader = ByteReader([1, 2])
    #expect(reader.bytes(count) == nil)
    #expect(reader.bytes(2).map(Array.init) == [1, 2])
  }

  @Test func `fixed numbers have their lowest byte first`() {
    var reader = ByteReader([1, 2, 3, 4, 1, 2, 3, 4, 5, 6, 7, 8])
    #expect(reader.fixed32() == 0x0403_0201)
    #expect(reader.fixed64() == 0x0807_0605_0403_0201)
    #expect(reader.fixed32() == nil)
  }
}
