import Crypto
import JSON

/// The key pair by which an application server says who it is (RFC 8292).
package struct VAPIDKey: Sendable {
  let signing: P256.Signing.PrivateKey
  /// 65 bytes: what a page hands to `pushManager.subscribe` as `applicationServerKey`.
  package let publicKey: [UInt8]

  /// A new one.
  package init() {
    self.init(P256.Signing.PrivateKey(compactRepresentable: false))
  }

  /// - Parameter bytes: 32 of them.
  package init(privateKey bytes: [UInt8]) throws(PushEncryptionError) {
    guard bytes.count == 32 else { throw .privateKeyLength(bytes.count) }
    guard let key = try? P256.Signing.PrivateKey(rawRepresentation: bytes) else {
      throw .privateKeyOutOfRange
    }
    self.init(key)
  }

  /// From base64url, a PEM file or a JWK.
  package init(parsing text: String) throws(PushEncryptionError) {
    try self.init(privateKey: try PrivateKeyText.read(text))
  }

  private init(_ key: P256.Signing.PrivateKey) {
    signing = key
    publicKey = Array(key.publicKey.x963Representation)
  }

  /// 32 bytes.
  package var privateKey: [UInt8] { Array(signing.rawRepresentation) }

  /// In base64url, as subscribing pages and most libraries want it.
  package var applicationServerKey: String { Base64URL.encode(publicKey) }

  /// PKCS #8.
  package var pem: String { signing.pemRepresentation }

  /// RFC 7518, section 6.2.
  package var jwk: String {
    var writer = JSONWriter()
    writer.object { writer in
      writer.member("kty", "EC")
      writer.member("crv", "P-256")
      writer.member("x", Base64URL.encode(publicKey[1..<33]))
      writer.member("y", Base64URL.encode(publicKey[33...]))
      writer.member("d", Base64URL.encode(privateKey))
    }
    return writer.string
  }
}
