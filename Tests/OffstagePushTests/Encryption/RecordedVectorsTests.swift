import Crypto
import Foundation
import JSON
import OffstagePush
import Testing

/// What http_ece makes of 1,000 payloads (`Scripts/record-push-vectors` records it anew).
@Suite struct RecordedVectorsTests {
  private struct Case {
    var number = 0
    var encoding = PushContentEncoding.aes128gcm
    var size = 0
    var body: [UInt8]?
    var digest: [UInt8]?

    func derived(_ name: String, _ size: Int) -> [UInt8] {
      var bytes: [UInt8] = []
      while bytes.count < size {
        bytes += SHA256.hash(data: Array("\(name) \(number) \(bytes.count)".utf8))
      }
      return Array(bytes.prefix(size))
    }
  }

  private static func cases() throws -> [Case] {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("Fixtures/push/vectors.jsonl")
    let lines = try [UInt8](Data(contentsOf: file)).split(separator: UInt8(ascii: "\n"))
    return try lines.dropFirst().map { line in
      var found = Case()
      var reader = JSONReader(Array(line))
      try reader.readObject { key, reader throws(JSONError) in
        switch key {
        case "number": found.number = try reader.readInt()
        case "size": found.size = try reader.readInt()
        case "body": found.body = Base64URL.decode(try reader.readString())
        case "sha256": found.digest = Base64URL.decode(try reader.readString())
        case "encoding":
          found.encoding =
            PushContentEncoding(rawValue: try reader.readString()) ?? .aes128gcm
        default: try reader.skipValue()
        }
      }
      return found
    }
  }

  @Test
  func `a thousand payloads are encrypted to the bytes that http_ece makes, and read from them`()
    throws
  {
    let cases = try Self.cases()
    #expect(cases.count == 1000)
    for found in cases {
      let receiver = try ReceiverKeys(
        privateKey: found.derived("receiver", 32), auth: found.derived("auth", 16))
      let payload = found.derived("payload", found.size)
      let push = try PushEncryption.encrypt(
        payload, for: receiver.subscription, encoding: found.encoding,
        salt: found.derived("salt", 16), senderKey: found.derived("sender", 32))
      let read = try PushEncryption.decrypt(push.body, headers: push.headers, with: receiver)
      #expect(read == payload, "\(found)")
      if found.encoding == .aes128gcm, found.size == 0 {
        // It ends a body without a payload behind the header, where RFC 8188 wants a record.
        #expect(push.body.prefix(86).elementsEqual(found.body ?? []))
        #expect(throws: PushDecryptionError.noRecord) {
          try PushEncryption.decrypt(found.body ?? [], with: receiver)
        }
      } else if let body = found.body {
        #expect(push.body == body, "\(found)")
      } else {
        #expect(Array(SHA256.hash(data: push.body)) == found.digest, "\(found)")
      }
    }
  }
}
