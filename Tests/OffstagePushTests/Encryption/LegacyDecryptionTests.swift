@testable import OffstagePush
import Testing

/// What can be wrong with a body in aesgcm.
@Suite struct LegacyDecryptionTests {
  private static let receiver = ReceiverKeys()
  private static let sender = ReceiverKeys()
  private static let salt = [UInt8](repeating: 9, count: 16)

  private static func body(_ records: [[UInt8]]) -> [UInt8] {
    guard
      let agreement = PushAgreement(
        sender: sender.key, receiver: receiver.subscription.p256dh)
    else { return [] }
    let keys = ContentKeys(legacy: agreement, auth: receiver.auth, salt: salt)
    return records.enumerated().flatMap { keys.seal($0.element, number: $0.offset) }
  }

  private static func headers(
    salt: String? = Base64URL.encode(salt), key: String? = nil, more: String = ""
  ) -> [(name: String, value: String)] {
    let key = key ?? "dh=\(Base64URL.encode(sender.subscription.p256dh))"
    return [
      ("Content-Encoding", "aesgcm"), ("Encryption", salt.map { "salt=\($0)\(more)" } ?? "rs=7"),
      ("Crypto-Key", key),
    ]
  }

  private func fault(
    _ records: [[UInt8]], _ headers: [(name: String, value: String)] = headers()
  ) -> PushDecryptionError? {
    PushDecryption(of: Self.body(records), headers: headers, with: Self.receiver).fault
  }

  @Test func `headers that lack something or have something else are told`() {
    let record: [[UInt8]] = [[0, 0, 65]]
    #expect(fault(record) == nil)
    #expect(fault(record, [("Content-Encoding", "aesgcm")]) == .missingSalt)
    #expect(fault(record, Self.headers(salt: nil)) == .missingSalt)
    #expect(fault(record, Self.headers(salt: "%%")) == .saltNotBase64URL)
    #expect(fault(record, Self.headers(salt: "AAAA")) == .saltLength(3))
    #expect(fault(record, Self.headers(key: "")) == .missingSenderKey)
    #expect(fault(record, Self.headers(key: "p256ecdsa=AAAA")) == .missingSenderKey)
    #expect(fault(record, Self.headers(key: "dh=%%")) == .senderKeyNotBase64URL)
    #expect(fault(record, Self.headers(key: "dh=AAAA")) == .senderKeyLength(3))
    let none = Base64URL.encode([UInt8](repeating: 4, count: 65))
    #expect(fault(record, Self.headers(key: "dh=\(none)")) == .senderKeyNotAPoint)
    #expect(fault(record, Self.headers(more: "; rs=x")) == .recordSizeUnreadable("x"))
    #expect(fault(record, Self.headers(more: "; rs=2")) == .recordSizeTooSmall(2))
    #expect(fault(record, Self.headers(more: "; rs=99999999999")) != nil)
  }

  @Test func `padding is checked`() {
    #expect(fault([[0, 2, 0, 0, 65]]) == nil)
    #expect(fault([[0, 2, 0, 1, 65]]) == .paddingNotZero(1))
    #expect(fault([[1, 0, 0, 0, 65]]) == .paddingTooLong(1, padding: 256, bytes: 5))
    #expect(fault([[0]]) == .recordTruncated(1, bytes: 17))
    #expect(fault([]) == .noRecord)
  }

  @Test func `a body of full records alone is cut off`() throws {
    let headers = Self.headers(more: ";rs=3")
    #expect(fault([[0, 0, 65]], headers) == .cutOff(1))
    #expect(fault([[0, 0, 65], [0, 0]], headers) == nil)
    let body = Self.body([[0, 0, 65], [0, 1, 0], [0, 0, 66], [0, 0]])
    #expect(try PushEncryption.decrypt(body, headers: headers, with: Self.receiver).text == "AB")
  }

  @Test func `a key is found by the name that salt and key share`() {
    let right = "keyid=b; dh=\(Base64URL.encode(Self.sender.subscription.p256dh))"
    let wrong = "keyid=a; dh=\(Base64URL.encode(Self.receiver.subscription.p256dh))"
    #expect(
      fault([[0, 0, 65]], Self.headers(key: "\(wrong), \(right)", more: ";keyid=b")) == nil)
    #expect(fault([[0, 0, 65]], Self.headers(key: "\(wrong), \(right)")) == .tagWrong(1))
  }

  @Test func `headers of any length and with any bytes are read`() {
    let long = String(repeating: "a=\"b\\\"c\"; ,", count: 100_000)
    #expect(HeaderParameters(long).elements.count <= HeaderParameters.limit)
    let quoted = HeaderParameters("A = \"x,;=\\\"y\" ;b, =c,\"\",d=1=2")
    let read = quoted.elements.map { $0.map { "\($0.name)|\($0.value)" } }
    #expect(read == [["a|x,;=\"y", "b|"], ["|c"], ["d|1=2"]])
  }
}
