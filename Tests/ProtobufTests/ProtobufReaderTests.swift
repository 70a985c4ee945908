import Protobuf
import Testing

@Suite struct ProtobufReaderTests {
  private static let message = ProtobufWriter.message {
    $0.int(1, -5)
    $0.text(2, "text")
    $0.message(3) { $0.int(1, 7) }
    $0.text(2, "later")
    $0.bool(4, true)
    $0.message(3) { $0.int(1, 8) }
  }

  @Test func `fields are given by number and kind, the last of those that are there twice`() throws
  {
    let message = try #require(ProtobufReader.fields(Self.message[...]))
    #expect(message.int(1) == -5)
    #expect(message.text(2) == "later")
    #expect(message.message(3)?.int(1) == 8)
    #expect(message.messages(3).map { $0?.int(1) } == [7, 8])
    #expect(message.bool(4) == true)
    #expect(message.int(9) == nil)
  }

  @Test func `a field of another kind than is asked for is none`() throws {
    let message = try #require(ProtobufReader.fields(Self.message[...]))
    #expect(message.text(1) == nil)
    #expect(message.int(2) == nil)
    #expect(message.message(1) == nil)
  }

  @Test func `fields of all kinds are passed over`() throws {
    let bytes =
      [1 << 3 | 5, 1, 2, 3, 4, 2 << 3 | 1, 1, 2, 3, 4, 5, 6, 7, 8]
      + ProtobufWriter.message { $0.int(3, 9) }
    let message = try #require(ProtobufReader.fields(bytes[...]))
    #expect(message.int(3) == 9)
  }

  @Test func `what ends within a field is broken`() {
    let whole = ProtobufWriter.message {
      $0.int(1, 300)
      $0.text(2, "text")
    }
    let ends = [0, 3, whole.count]
    for count in 0...whole.count where !ends.contains(count) {
      #expect(ProtobufReader.fields(whole.prefix(count)) == nil, "\(count)")
    }
  }

  @Test(
    arguments: [
      // Field 0; groups; kinds that there are not; a length beyond all bounds.
      [0x00, 0x01], [0x0B, 0x0C], [0x0C], [0x0E], [0x0F],
      [0x0A, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01],
    ] as [[UInt8]])
  func `what no message is, is broken`(_ bytes: [UInt8]) {
    #expect(ProtobufReader.fields(bytes[...]) == nil)
  }

  @Test func `no depth of messages within messages costs anything`() throws {
    var message: [UInt8] = []
    for _ in 0..<2000 { message = ProtobufWriter.message { $0.bytes(3, message) } }
    #expect(try #require(ProtobufReader.fields(message[...])).message(3) != nil)
  }

  /// The examples of protobuf.dev, “Encoding”.
  @Test func `numbers, texts and messages are written as the format has them`() {
    #expect(ProtobufWriter.message { $0.int(1, 150) } == [0x08, 0x96, 0x01])
    #expect(
      ProtobufWriter.message { $0.text(2, "testing") } == [0x12, 0x07] + Array("testing".utf8))
    #expect(
      ProtobufWriter.message { $0.message(3) { $0.int(1, 150) } }
        == [0x1A, 0x03, 0x08, 0x96, 0x01])
    #expect(
      ProtobufWriter.message { $0.int(2, -2) }
        == [0x10, 0xFE, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01])
    #expect(
      ProtobufWriter.message { $0.fixed64(7, 0x0CF2_9FCD_5834_5FBF) }
        == [0x39, 0xBF, 0x5F, 0x34, 0x58, 0xCD, 0x9F, 0xF2, 0x0C])
  }
}
