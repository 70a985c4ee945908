@testable import OffstagePush
import Testing

/// What can be wrong with a body, each with a code of its own.
@Suite struct PushDecryptionTests {
  private static let receiver = ReceiverKeys()
  private static let sender = ReceiverKeys()
  private static let salt = [UInt8](repeating: 9, count: 16)

  /// A body with records as they are given, before encryption.
  private static func body(_ records: [[UInt8]], recordSize: Int = 4096) -> [UInt8] {
    guard let agreement = PushAgreement(receiver: sender, sender: receiver.subscription.p256dh)
    else { return [] }
    let swapped = PushAgreement(sender: sender.key, receiver: receiver.subscription.p256dh)
    let keys = ContentKeys(swapped ?? agreement, auth: receiver.auth, salt: salt)
    let header = EncryptedHeader(
      salt: salt, recordSize: recordSize, keyID: sender.subscription.p256dh, contentSize: 0)
    return records.enumerated().reduce(header.bytes) { body, record in
      body + keys.seal(record.element, number: record.offset)
    }
  }

  private func fault(
    of body: [UInt8], _ headers: [(name: String, value: String)] = []
  ) -> PushDecryptionError? {
    PushDecryption(of: body, headers: headers, with: Self.receiver).fault
  }

  @Test func `a body that is cut off in its header is told how long it is`() {
    let whole = Self.body([[65, 2]])
    for count in [0, 1, 16, 20] {
      #expect(fault(of: Array(whole[..<count])) == .headerTruncated(count))
    }
    #expect(fault(of: Array(whole[..<85])) == .headerTruncated(85))
    #expect(fault(of: Array(whole[..<86])) == .noRecord)
    #expect(fault(of: Array(whole[..<87])) == .recordTruncated(1, bytes: 1))
    #expect(fault(of: Array(whole[..<102])) == .recordTruncated(1, bytes: 16))
    #expect(fault(of: Array(whole[..<103])) == .tagWrong(1))
    #expect(fault(of: whole) == nil)
  }

  @Test(arguments: [0, 1, 17]) func `a record size that holds nothing is refused`(_ size: Int) {
    #expect(fault(of: Self.body([[2]], recordSize: size)) == .recordSizeTooSmall(size))
  }

  @Test func `a key of another length is told, and one off the curve`() {
    var body = Self.body([[2]])
    body[20] = 64
    #expect(fault(of: body) == .senderKeyLength(64))
    body[20] = 0
    #expect(fault(of: body) == .senderKeyLength(0))
    body = Self.body([[2]])
    body[85] ^= 1
    #expect(fault(of: body) == .senderKeyNotAPoint)
  }

  @Test func `a body changed anywhere in its records has a wrong tag`() {
    let body = Self.body([Array("hello".utf8) + [2]])
    for index in 86..<body.count {
      var changed = body
      changed[index] ^= 0x10
      #expect(fault(of: changed) == .tagWrong(1))
    }
    #expect(PushDecryption(of: body, with: ReceiverKeys()).fault == .tagWrong(1))
  }

  @Test func `what ends a record is checked`() {
    let text = Array("hello".utf8)
    #expect(fault(of: Self.body([text])) == .noDelimiter(1, found: UInt8(ascii: "o")))
    #expect(fault(of: Self.body([text + [3, 0, 0]])) == .noDelimiter(1, found: 3))
    #expect(fault(of: Self.body([[0, 0, 0]])) == .allPadding(1))
    #expect(fault(of: Self.body([[]])) == .recordTruncated(1, bytes: 16))
    #expect(fault(of: Self.body([text + [1]])) == .goesOn(1))
    #expect(fault(of: Self.body([[65, 2], [66, 2]], recordSize: 18)) == .endsEarly(1))
    #expect(fault(of: Self.body([[65, 1], [66, 1]], recordSize: 18)) == .goesOn(2))
    #expect(
      fault(of: Self.body([[65, 1], [66, 9]], recordSize: 18)) == .noDelimiter(2, found: 9))
  }

  @Test func `what was found before the fault is told`() {
    var body = Self.body([[65, 66, 1], [67, 0, 2]], recordSize: 19)
    body[body.count - 1] ^= 1
    let decryption = PushDecryption(of: body, with: Self.receiver)
    #expect(decryption.fault == .tagWrong(2))
    #expect(decryption.plaintext.text == "AB")
    #expect(decryption.records == [.init(size: 19, plaintextSize: 2, padding: 0)])
    #expect(decryption.salt == Self.salt)
    #expect(decryption.recordSize == 19)
    #expect(decryption.senderKey == Self.sender.subscription.p256dh)
  }

  @Test func `several records are read as one payload`() throws {
    let body = Self.body([[65, 66, 1], [1, 0, 0], [67, 2]], recordSize: 19)
    #expect(try PushEncryption.decrypt(body, with: Self.receiver).text == "ABC")
    #expect(try EncryptedHeader.read(body).pushFault == .severalRecords(3))
  }

  @Test func `an encoding that nobody decrypts is named`() {
    let headers = [(name: "content-encoding", value: "gzip")]
    #expect(fault(of: Self.body([[2]]), headers) == .unknownEncoding("gzip"))
    #expect(fault(of: Self.body([[2]]), [("Content-Encoding", "AES128GCM ")]) == nil)
  }

  @Test func `every fault has a code of its own, a sentence and a hint`() {
    let faults: [PushDecryptionError] = [
      .unknownEncoding("x"), .headerTruncated(1), .recordSizeTooSmall(1), .senderKeyLength(1),
      .senderKeyNotAPoint, .missingSalt, .saltNotBase64URL, .saltLength(1), .missingSenderKey,
      .senderKeyNotBase64URL, .recordSizeUnreadable("x"), .noRecord, .severalRecords(2),
      .recordTruncated(1, bytes: 1), .tagWrong(1), .noDelimiter(1, found: 1), .allPadding(1),
      .endsEarly(1), .goesOn(1), .cutOff(1), .paddingTooLong(1, padding: 1, bytes: 1),
      .paddingNotZero(1),
    ]
    #expect(Set(faults.map(\.code)).count == faults.count)
    for fault in faults {
      #expect(fault.message.hasSuffix(".") && fault.hint.count > 20, "\(fault)")
    }
  }
}
