import Crypto

/// The key and the nonces of one encrypted body (RFC 8188, sections 2.2 and 2.3).
struct ContentKeys: Sendable {
  static let tagSize = 16

  private let key: SymmetricKey
  private let nonce: [UInt8]

  /// - Parameter secret: the input keying material.
  init(_ secret: SymmetricKey, salt: [UInt8]) {
    self.init(secret, salt: salt, encoding: .aes128gcm, context: [])
  }

  /// - Parameter context: what the older encoding puts behind what it names its keys.
  init(
    _ secret: SymmetricKey, salt: [UInt8], encoding: PushContentEncoding, context: [UInt8]
  ) {
    let random = HKDF<SHA256>.extract(inputKeyMaterial: secret, salt: salt)
    func expanded(_ name: String, _ count: Int) -> SymmetricKey {
      HKDF<SHA256>.expand(
        pseudoRandomKey: random, info: Array("Content-Encoding: \(name)\0".utf8) + context,
        outputByteCount: count)
    }
    key = expanded(encoding.rawValue, 16)
    nonce = expanded("nonce", 12).withUnsafeBytes { Array($0) }
  }

  /// Record and tag.
  func seal(_ record: [UInt8], number: Int) -> [UInt8] {
    guard let box = try? AES.GCM.seal(record, using: key, nonce: nonce(of: number)) else {
      preconditionFailure("AES-GCM takes any record of a body that fits into memory")
    }
    return Array(box.ciphertext) + box.tag
  }

  /// Nil if the tag is wrong.
  func open(_ record: ArraySlice<UInt8>, number: Int) -> [UInt8]? {
    guard record.count >= Self.tagSize,
      let box = try? AES.GCM.SealedBox(
        nonce: nonce(of: number), ciphertext: record.dropLast(Self.tagSize),
        tag: record.suffix(Self.tagSize)),
      let plaintext = try? AES.GCM.open(box, using: key)
    else { return nil }
    return Array(plaintext)
  }

  private func nonce(of number: Int) throws -> AES.GCM.Nonce {
    var bytes = nonce
    for place in 0..<8 { bytes[11 - place] ^= UInt8(truncatingIfNeeded: number >> (8 * place)) }
    return try AES.GCM.Nonce(data: bytes)
  }
}

extension ContentKeys {
  /// Those of a push (RFC 8291, section 3.3).
  init(_ agreement: PushAgreement, auth: [UInt8], salt: [UInt8]) {
    let info = Array("WebPush: info\0".utf8) + agreement.receiver + agreement.sender
    self.init(agreement.secret(auth: auth, info: info), salt: salt)
  }

  /// Those of a push in the older encoding (draft-ietf-webpush-encryption-04, section 3).
  init(legacy agreement: PushAgreement, auth: [UInt8], salt: [UInt8]) {
    let length: [UInt8] = [0, 65]
    let context =
      Array("P-256\0".utf8) + length + agreement.receiver + length + agreement.sender
    let info = Array("Content-Encoding: auth\0".utf8)
    self.init(
      agreement.secret(auth: auth, info: info), salt: salt, encoding: .aesgcm, context: context)
  }
}

/// What sender and receiver share, each by its own private key.
struct PushAgreement: Sendable {
  /// The points of both.
  let receiver: [UInt8]
  let sender: [UInt8]
  private let shared: SharedSecret

  /// Nil if the receiver's key is no point.
  init?(sender: P256.KeyAgreement.PrivateKey, receiver: [UInt8]) {
    guard let point = Point.key(receiver),
      let shared = try? sender.sharedSecretFromKeyAgreement(with: point)
    else { return nil }
    self.shared = shared
    self.receiver = receiver
    self.sender = Array(sender.publicKey.x963Representation)
  }

  /// Nil if the sender's key is no point.
  init?(receiver: ReceiverKeys, sender: [UInt8]) {
    guard let point = Point.key(sender),
      let shared = try? receiver.key.sharedSecretFromKeyAgreement(with: point)
    else { return nil }
    self.shared = shared
    self.receiver = receiver.subscription.p256dh
    self.sender = sender
  }

  func secret(auth: [UInt8], info: [UInt8]) -> SymmetricKey {
    shared.hkdfDerivedSymmetricKey(
      using: SHA256.self, salt: auth, sharedInfo: info, outputByteCount: 32)
  }
}
