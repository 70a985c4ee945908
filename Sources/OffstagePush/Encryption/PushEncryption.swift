import Crypto

/// A push as it goes to a push service.
package struct EncryptedPush: Sendable {
  package var encoding: PushContentEncoding
  /// `Content-Encoding`, and for aesgcm `Encryption` and `Crypto-Key`.
  package var headers: [(name: String, value: String)]
  package var body: [UInt8]
}

/// Message encryption for Web Push (RFC 8291), and as its draft had it.
///
/// ```swift
/// let keys = try SubscriptionKeys(p256dh: "BCVx…", auth: "BTBZ…")
/// let push = try PushEncryption.encrypt(Array("hello".utf8), for: keys)
/// ```
package enum PushEncryption {
  /// - Parameters:
  ///   - salt: 16 bytes that no other message to the same keys had; random if there is none.
  ///   - senderKey: a private key that was made for this message; random if there is none.
  ///   - paddedTo: payload and padding have at least so many bytes, so that the body's size tells
  ///     less of it.
  package static func encrypt(
    _ plaintext: [UInt8], for keys: SubscriptionKeys,
    encoding: PushContentEncoding = .aes128gcm, salt: [UInt8]? = nil, senderKey: [UInt8]? = nil,
    paddedTo: Int = 0
  ) throws(PushEncryptionError) -> EncryptedPush {
    let size = max(plaintext.count, paddedTo)
    guard size <= encoding.largestPlaintext else {
      throw .tooLarge(size, limit: encoding.largestPlaintext)
    }
    let salt = salt ?? RandomBytes.make(EncryptedHeader.saltSize)
    guard salt.count == EncryptedHeader.saltSize else { throw .saltLength(salt.count) }
    let sender = try privateKey(senderKey)
    guard let agreement = PushAgreement(sender: sender, receiver: keys.p256dh) else {
      throw .keyNotAPoint
    }
    let padding = size - plaintext.count
    switch encoding {
    case .aes128gcm:
      let header = EncryptedHeader(
        salt: salt, recordSize: 4096, keyID: agreement.sender, contentSize: 0)
      let body = ContentCoding.encrypt(
        plaintext, with: ContentKeys(agreement, auth: keys.auth, salt: salt), header: header,
        padding: padding)
      return EncryptedPush(
        encoding: encoding, headers: [("Content-Encoding", "aes128gcm")], body: body)
    case .aesgcm:
      let body = LegacyCoding.encrypt(
        plaintext, with: ContentKeys(legacy: agreement, auth: keys.auth, salt: salt),
        padding: padding)
      let headers = [
        (name: "Content-Encoding", value: "aesgcm"),
        (name: "Encryption", value: "salt=\(Base64URL.encode(salt))"),
        (name: "Crypto-Key", value: "dh=\(Base64URL.encode(agreement.sender))"),
      ]
      return EncryptedPush(encoding: encoding, headers: headers, body: body)
    }
  }

  /// The payload that was sent.
  package static func decrypt(
    _ body: [UInt8], headers: [(name: String, value: String)] = [], with keys: ReceiverKeys
  ) throws(PushDecryptionError) -> [UInt8] {
    let decryption = PushDecryption(of: body, headers: headers, with: keys)
    if let fault = decryption.fault { throw fault }
    return decryption.plaintext
  }

  private static func privateKey(
    _ bytes: [UInt8]?
  ) throws(PushEncryptionError) -> P256.KeyAgreement.PrivateKey {
    // One that need not be compact is made in one attempt, where others take two.
    guard let bytes else { return P256.KeyAgreement.PrivateKey(compactRepresentable: false) }
    return try PrivateKeyText.agreementKey(bytes)
  }
}
