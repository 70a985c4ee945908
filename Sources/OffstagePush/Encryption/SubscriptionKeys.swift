import Crypto

/// What a subscription gives to those who send to it (RFC 8291, section 2.1).
package struct SubscriptionKeys: Sendable, Hashable {
  /// The browser's public key: 65 bytes, an uncompressed point.
  package var p256dh: [UInt8]
  /// The secret that shows that a sender was given the subscription: 16 bytes.
  package var auth: [UInt8]

  package init(p256dh: [UInt8], auth: [UInt8]) throws(PushEncryptionError) {
    guard p256dh.count == 65 else { throw .keyLength(p256dh.count) }
    guard Point.isOnCurve(p256dh) else { throw .keyNotAPoint }
    guard auth.count == 16 else { throw .authLength(auth.count) }
    self.p256dh = p256dh
    self.auth = auth
  }

  /// From base64url, as in `JSON.stringify(subscription)`.
  package init(p256dh: String, auth: String) throws(PushEncryptionError) {
    guard let key = Base64URL.decode(p256dh) else { throw .keyNotBase64URL }
    guard let secret = Base64URL.decode(auth) else { throw .authNotBase64URL }
    try self.init(p256dh: key, auth: secret)
  }

  /// For keys that are known to be good.
  init(unchecked p256dh: [UInt8], auth: [UInt8]) {
    self.p256dh = p256dh
    self.auth = auth
  }
}

/// What a browser keeps of a subscription, which decrypts what is sent to it.
package struct ReceiverKeys: Sendable {
  /// 32 bytes.
  package var privateKey: [UInt8] { Array(key.rawRepresentation) }
  package let auth: [UInt8]
  /// What it gives to senders.
  package let subscription: SubscriptionKeys
  let key: P256.KeyAgreement.PrivateKey

  /// New ones.
  package init() {
    self.init(
      P256.KeyAgreement.PrivateKey(compactRepresentable: false), auth: RandomBytes.make(16))
  }

  package init(privateKey: [UInt8], auth: [UInt8]) throws(PushEncryptionError) {
    guard auth.count == 16 else { throw .authLength(auth.count) }
    self.init(try PrivateKeyText.agreementKey(privateKey), auth: auth)
  }

  /// - Parameters:
  ///   - privateKey: base64url, PEM or a JWK.
  ///   - auth: base64url.
  package init(privateKey: String, auth: String) throws(PushEncryptionError) {
    guard let secret = Base64URL.decode(auth) else { throw .authNotBase64URL }
    try self.init(privateKey: try PrivateKeyText.read(privateKey), auth: secret)
  }

  private init(_ key: P256.KeyAgreement.PrivateKey, auth: [UInt8]) {
    self.key = key
    self.auth = auth
    subscription = SubscriptionKeys(
      unchecked: Array(key.publicKey.x963Representation), auth: auth)
  }
}

/// The curve's points, uncompressed.
enum Point {
  static func isOnCurve(_ bytes: [UInt8]) -> Bool { key(bytes) != nil }

  static func key(_ bytes: [UInt8]) -> P256.KeyAgreement.PublicKey? {
    guard bytes.count == 65 else { return nil }
    return try? P256.KeyAgreement.PublicKey(x963Representation: bytes)
  }
}

enum RandomBytes {
  static func make(_ count: Int) -> [UInt8] {
    // Each question costs a call of the system, so eight bytes are asked for at once.
    var random = SystemRandomNumberGenerator()
    var bytes: [UInt8] = []
    bytes.reserveCapacity(count + 8)
    while bytes.count < count {
      let word: UInt64 = random.next()
      withUnsafeBytes(of: word) { bytes.append(contentsOf: $0) }
    }
    return Array(bytes.prefix(count))
  }
}
