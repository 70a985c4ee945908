import Crypto
import JSON

/// A private key of the curve P-256 in any of the ways in which people keep one.
enum PrivateKeyText {
  /// A PEM file has some 250 bytes, a JWK less.
  private static let limit = 1 << 14

  /// The key's 32 bytes.
  static func read(_ text: String) throws(PushEncryptionError) -> [UInt8] {
    guard text.utf8.count <= limit else { throw .privateKeyUnreadable }
    let text = text.trimmed
    if text.hasPrefix("-----") { return try pem(text) }
    if text.hasPrefix("{") { return try jwk(text) }
    guard let bytes = Base64URL.decode(text) else { throw .privateKeyUnreadable }
    guard bytes.count == 32 else { throw .privateKeyLength(bytes.count) }
    return bytes
  }

  static func agreementKey(
    _ bytes: [UInt8]
  ) throws(PushEncryptionError) -> P256.KeyAgreement.PrivateKey {
    guard bytes.count == 32 else { throw .privateKeyLength(bytes.count) }
    guard let key = try? P256.KeyAgreement.PrivateKey(rawRepresentation: bytes) else {
      throw .privateKeyOutOfRange
    }
    return key
  }

  private static func pem(_ text: String) throws(PushEncryptionError) -> [UInt8] {
    guard let key = try? P256.Signing.PrivateKey(pemRepresentation: text) else {
      throw .privateKeyUnreadable
    }
    return Array(key.rawRepresentation)
  }

  /// RFC 7518, section 6.2.
  private static func jwk(_ text: String) throws(PushEncryptionError) -> [UInt8] {
    guard let object = try? JSONObject(parsing: Array(text.utf8)),
      object.text("kty") == "EC", object.text("crv") == "P-256", let written = object.text("d"),
      let bytes = Base64URL.decode(written)
    else { throw .privateKeyUnreadable }
    guard bytes.count == 32 else { throw .privateKeyLength(bytes.count) }
    return bytes
  }
}

extension JSONObject {
  /// The string of a member; nil if it is missing or something else.
  func text(_ key: String) -> String? {
    guard let raw = self[key] else { return nil }
    var reader = JSONReader(raw.bytes)
    return try? reader.readString()
  }
}

extension String {
  /// Without white space around it.
  var trimmed: String {
    var rest = Substring(self)
    while let first = rest.first, first.isWhitespace { rest.removeFirst() }
    while let last = rest.last, last.isWhitespace { rest.removeLast() }
    return String(rest)
  }
}
