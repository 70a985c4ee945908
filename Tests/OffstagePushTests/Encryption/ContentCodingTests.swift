import Crypto
@testable import OffstagePush
import Testing

/// The content coding by itself (RFC 8188).
@Suite struct ContentCodingTests {
  private static let plaintext = Array("I am the walrus".utf8)

  private static func keys(_ key: String, _ salt: String) -> ContentKeys {
    ContentKeys(SymmetricKey(data: PushVectors.bytes(key)), salt: PushVectors.bytes(salt))
  }

  private func open(_ body: [UInt8], _ keys: ContentKeys) throws -> [UInt8] {
    let header = try EncryptedHeader.read(body)
    var rest = body[header.size...]
    var (plaintext, number): ([UInt8], Int) = ([], 0)
    while !rest.isEmpty {
      let record = rest.prefix(header.recordSize)
      rest = rest.dropFirst(record.count)
      plaintext += try ContentCoding.open(
        record, number: number, isLast: rest.isEmpty, with: keys
      ).plaintext
      number += 1
    }
    return plaintext
  }

  @Test func `the first example of the RFC is written to its bytes and read from them`() throws {
    typealias Vector = PushVectors.RFC8188
    let keys = Self.keys(Vector.key1, Vector.salt1)
    let header = EncryptedHeader(
      salt: PushVectors.bytes(Vector.salt1), recordSize: 4096, keyID: [], contentSize: 0)
    let body = ContentCoding.encrypt(Self.plaintext, with: keys, header: header)
    #expect(Base64URL.encode(body) == Vector.body1)
    #expect(try open(body, keys) == Self.plaintext)
  }

  @Test func `the second example, of two records, is written to its bytes and read from them`()
    throws
  {
    typealias Vector = PushVectors.RFC8188
    let keys = Self.keys(Vector.key2, Vector.salt2)
    let header = EncryptedHeader(
      salt: PushVectors.bytes(Vector.salt2), recordSize: 25, keyID: Array("a1".utf8),
      contentSize: 0)
    let body = ContentCoding.encrypt(Self.plaintext, with: keys, header: header, padding: 1)
    #expect(Base64URL.encode(body) == Vector.body2)
    #expect(try open(body, keys) == Self.plaintext)
  }

  @Test(arguments: [18, 19, 25, 4096], [0, 1, 2, 3, 8, 300])
  func `any record size and padding bring the payload back`(
    _ recordSize: Int, _ padding: Int
  ) throws {
    let keys = Self.keys(PushVectors.RFC8188.key1, PushVectors.RFC8188.salt1)
    for size in [0, 1, 2, 7, 8, 9, 100] {
      let plaintext = [UInt8](repeating: 5, count: size)
      let header = EncryptedHeader(
        salt: PushVectors.bytes(PushVectors.RFC8188.salt1), recordSize: recordSize, keyID: [],
        contentSize: 0)
      let body = ContentCoding.encrypt(plaintext, with: keys, header: header, padding: padding)
      #expect(try open(body, keys) == plaintext)
      let read = try EncryptedHeader.read(body)
      #expect(read.plaintextSize.contains(size))
      #expect(read.plaintextSize.upperBound == size + padding)
      #expect(read.pushFault == .senderKeyLength(0))
    }
  }

  @Test func `a body tells without a key what it is`() throws {
    let header = try EncryptedHeader.read(PushVectors.bytes(PushVectors.RFC8188.body2))
    #expect(header.salt == PushVectors.bytes(PushVectors.RFC8188.salt2))
    #expect(header.keyID.text == "a1")
    #expect(header.recordSize == 25)
    #expect(header.records == 2)
    #expect(header.plaintextSize == 0...16)
    let push = try EncryptedHeader.read(PushVectors.bytes(PushVectors.RFC8291.body))
    #expect(push.pushFault == nil)
    #expect(push.records == 1)
    #expect(push.plaintextSize == 0...41)
  }

  @Test(arguments: [
    "{\"title\":\"Hello\"}", "hello", "", String(repeating: "plain text ", count: 40),
  ])
  func `text that nobody encrypted is refused`(_ text: String) {
    let header = try? EncryptedHeader.read(Array(text.utf8))
    #expect(header.map { $0.pushFault != nil } ?? true)
  }
}
