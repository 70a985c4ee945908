import OffstagePush
import Testing

@Suite struct SubscriptionKeysTests {
  private static let good = PushVectors.RFC8291.receiverPublic
  private static let auth = PushVectors.RFC8291.auth

  private static let badKeys: [(String, PushEncryptionError)] = {
    let bytes = PushVectors.bytes(good)
    var offTheCurve = bytes
    offTheCurve[64] ^= 1
    return [
      ("", .keyLength(0)), ("BCV xsr", .keyNotBase64URL), ("BCVx", .keyLength(3)),
      (Base64URL.encode(bytes[1...]), .keyLength(64)),
      (Base64URL.encode([2] + bytes[1..<33]), .keyLength(33)),
      (Base64URL.encode(offTheCurve), .keyNotAPoint),
      (Base64URL.encode([UInt8](repeating: 0, count: 65)), .keyNotAPoint),
      (Base64URL.encode([6] + bytes[1...]), .keyNotAPoint),
    ]
  }()

  @Test(arguments: badKeys)
  func `a p256dh that is none is told for what it is`(
    _ text: String, _ error: PushEncryptionError
  ) {
    #expect(throws: error) { try SubscriptionKeys(p256dh: text, auth: Self.auth) }
  }

  @Test func `an auth that is none is told for what it is`() {
    #expect(throws: PushEncryptionError.authLength(15)) {
      try SubscriptionKeys(p256dh: Self.good, auth: "BTBZMqHH6r4Tts7J_aSI")
    }
    #expect(throws: PushEncryptionError.authNotBase64URL) {
      try SubscriptionKeys(p256dh: Self.good, auth: "?")
    }
    #expect(throws: PushEncryptionError.authNotBase64URL) {
      try ReceiverKeys(privateKey: PushVectors.RFC8291.receiverPrivate, auth: "?")
    }
  }

  @Test func `keys with padding and in the other alphabet are taken`() throws {
    let other = Self.good.map { $0 == "-" ? "+" : $0 == "_" ? "/" : $0 }
    let keys = try SubscriptionKeys(p256dh: String(other) + "=", auth: Self.auth + "==")
    #expect(try SubscriptionKeys(p256dh: Self.good, auth: Self.auth) == keys)
  }

  @Test func `a hint tells a compressed point and an SPKI`() {
    #expect(PushEncryptionError.keyLength(33).hint.contains("compressed"))
    #expect(PushEncryptionError.keyLength(91).hint.contains("SPKI"))
    #expect(PushEncryptionError.privateKeyLength(65).hint.contains("public key"))
  }

  @Test func `a private key is read as bytes, as PEM and as a JWK`() throws {
    let key = VAPIDKey()
    for text in [Base64URL.encode(key.privateKey), key.pem, key.jwk, "  \(key.jwk)\n"] {
      #expect(try VAPIDKey(parsing: text).publicKey == key.publicKey)
      let receiver = try ReceiverKeys(privateKey: text, auth: Self.auth)
      #expect(receiver.subscription.p256dh == key.publicKey)
      #expect(receiver.privateKey == key.privateKey)
    }
  }

  @Test(arguments: [
    "", "{}", "{\"kty\":\"EC\",\"crv\":\"P-384\",\"d\":\"AQ\"}", "-----BEGIN PRIVATE KEY-----", "!",
    String(repeating: "A", count: 1 << 20),
    "{\"kty\":\"EC\",\"crv\":\"P-256\",\"d\":7}",
  ])
  func `a text that is no private key is refused`(_ text: String) {
    #expect(throws: PushEncryptionError.self) { try VAPIDKey(parsing: text) }
  }
}
