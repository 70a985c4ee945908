import OffstagePush
import Testing

@Suite struct PushEncryptionTests {
  private typealias Current = PushVectors.RFC8291
  private typealias Draft = PushVectors.Draft04

  @Test func `the example of RFC 8291 is encrypted to its bytes and read from them`() throws {
    let keys = try SubscriptionKeys(p256dh: Current.receiverPublic, auth: Current.auth)
    let push = try PushEncryption.encrypt(
      Array(Current.plaintext.utf8), for: keys, salt: PushVectors.bytes(Current.salt),
      senderKey: PushVectors.bytes(Current.senderPrivate))
    #expect(Base64URL.encode(push.body) == Current.body)
    #expect(push.headers.map(\.name) == ["Content-Encoding"])
    let receiver = try ReceiverKeys(privateKey: Current.receiverPrivate, auth: Current.auth)
    #expect(receiver.subscription == keys)
    #expect(
      try PushEncryption.decrypt(PushVectors.bytes(Current.body), with: receiver).text
        == Current.plaintext)
  }

  @Test func `the example of the draft is encrypted to its bytes and read from them`() throws {
    let keys = try SubscriptionKeys(p256dh: Draft.receiverPublic, auth: Draft.auth)
    let push = try PushEncryption.encrypt(
      Array(Draft.plaintext.utf8), for: keys, encoding: .aesgcm,
      salt: PushVectors.bytes(Draft.salt), senderKey: PushVectors.bytes(Draft.senderPrivate))
    #expect(Base64URL.encode(push.body) == Draft.body)
    #expect(
      push.headers.map { "\($0.name): \($0.value)" } == [
        "Content-Encoding: aesgcm", "Encryption: salt=\(Draft.salt)",
        "Crypto-Key: dh=\(Draft.senderPublic)",
      ])
    let receiver = try ReceiverKeys(privateKey: Draft.receiverPrivate, auth: Draft.auth)
    let headers = [
      (name: "encryption", value: "keyid=\"dhkey\"; salt=\"\(Draft.salt)\""),
      (name: "crypto-key", value: "p256ecdsa=AAAA, keyid=\"dhkey\"; dh=\"\(Draft.senderPublic)\""),
    ]
    let read = try PushEncryption.decrypt(
      PushVectors.bytes(Draft.body), headers: headers, with: receiver)
    #expect(read.text == Draft.plaintext)
  }

  @Test(arguments: PushContentEncoding.allCases, [0, 1, 2, 63, 3992, 3993, 4077, 4078])
  func `what is encrypted for a subscription its receiver reads`(
    _ encoding: PushContentEncoding, _ size: Int
  ) throws {
    let receiver = ReceiverKeys()
    let plaintext = (0..<size).map { UInt8(truncatingIfNeeded: $0) }
    guard size <= encoding.largestPlaintext else {
      #expect(throws: PushEncryptionError.tooLarge(size, limit: encoding.largestPlaintext)) {
        try PushEncryption.encrypt(plaintext, for: receiver.subscription, encoding: encoding)
      }
      return
    }
    let push = try PushEncryption.encrypt(
      plaintext, for: receiver.subscription, encoding: encoding)
    #expect(push.body.count <= 4096)
    #expect(
      try PushEncryption.decrypt(push.body, headers: push.headers, with: receiver) == plaintext)
  }

  @Test(arguments: PushContentEncoding.allCases)
  func `padding makes bodies of one size`(_ encoding: PushContentEncoding) throws {
    let receiver = ReceiverKeys()
    let pushes = try [0, 1, 99, 100].map { size in
      try PushEncryption.encrypt(
        [UInt8](repeating: 7, count: size), for: receiver.subscription, encoding: encoding,
        paddedTo: 100)
    }
    #expect(Set(pushes.map(\.body.count)).count == 1)
    for (push, size) in zip(pushes, [0, 1, 99, 100]) {
      let decryption = PushDecryption(of: push.body, headers: push.headers, with: receiver)
      #expect(decryption.fault == nil)
      #expect(decryption.plaintext == [UInt8](repeating: 7, count: size))
      #expect(decryption.records.map(\.padding) == [100 - size])
      #expect(decryption.encoding == encoding)
    }
    #expect(throws: PushEncryptionError.tooLarge(5000, limit: encoding.largestPlaintext)) {
      try PushEncryption.encrypt(
        [], for: receiver.subscription, encoding: encoding, paddedTo: 5000)
    }
  }

  @Test func `each message has keys and a salt of its own`() throws {
    let receiver = ReceiverKeys()
    let bodies = try (0..<3).map { _ in
      try PushEncryption.encrypt([1], for: receiver.subscription).body.prefix(86)
    }
    #expect(Set(bodies).count == 3)
  }

  @Test func `a salt or a private key of another length is refused`() throws {
    let keys = ReceiverKeys().subscription
    #expect(throws: PushEncryptionError.saltLength(15)) {
      try PushEncryption.encrypt([], for: keys, salt: [UInt8](repeating: 0, count: 15))
    }
    #expect(throws: PushEncryptionError.privateKeyLength(31)) {
      try PushEncryption.encrypt([], for: keys, senderKey: [UInt8](repeating: 1, count: 31))
    }
    #expect(throws: PushEncryptionError.privateKeyOutOfRange) {
      try PushEncryption.encrypt([], for: keys, senderKey: [UInt8](repeating: 0, count: 32))
    }
  }
}
