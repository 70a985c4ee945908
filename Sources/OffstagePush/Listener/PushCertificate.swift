import Crypto
package import Foundation
import NIOSSL
import SwiftASN1
import X509

/// What the push service proves itself with over TLS: a key of its own, signed by itself.
///
/// Browsers that we launch trust it by the hash of its key (`--ignore-certificate-errors-spki-list`)
/// and nothing else by it; other programs are given `certificate.pem` as a further root. It names
/// the loopback only.
package struct PushCertificate: Sendable {
  /// The files' folder.
  package var folder: String
  private let key: P256.Signing.PrivateKey
  private let der: [UInt8]

  package var path: String { Self.certificatePath(folder) }

  /// The folder's certificate; made if there is none, or if its time is over.
  package init(folder: String, now: Date) throws {
    self.folder = folder
    if let kept = Self.kept(folder, now) {
      (key, der) = kept
      return
    }
    key = P256.Signing.PrivateKey()
    let certificate = try Self.made(for: key, now: now)
    der = try Self.serialized(certificate)
    try FileManager.default.createDirectory(
      atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    // The key first: a certificate without its key would be kept.
    try PrivateFile.write(key.pemRepresentation, to: Self.keyPath(folder))
    try PrivateFile.write(try certificate.serializeAsPEM().pemString + "\n", to: path)
  }

  /// In base64: the SHA-256 of the key as SubjectPublicKeyInfo.
  package var keyHash: String {
    Data(SHA256.hash(data: key.publicKey.derRepresentation)).base64EncodedString()
  }

  func context() throws -> NIOSSLContext {
    var configuration = TLSConfiguration.makeServerConfiguration(
      certificateChain: [.certificate(try NIOSSLCertificate(bytes: der, format: .der))],
      privateKey: .privateKey(
        try NIOSSLPrivateKey(bytes: Array(key.derRepresentation), format: .der)))
    configuration.minimumTLSVersion = .tlsv12
    return try NIOSSLContext(configuration: configuration)
  }

  // MARK: How

  private static func certificatePath(_ folder: String) -> String { folder + "/certificate.pem" }
  private static func keyPath(_ folder: String) -> String { folder + "/key.pem" }

  private static func kept(_ folder: String, _ now: Date) -> (P256.Signing.PrivateKey, [UInt8])? {
    guard let keyText = try? String(contentsOfFile: keyPath(folder), encoding: .utf8),
      let key = try? P256.Signing.PrivateKey(pemRepresentation: keyText),
      let text = try? String(contentsOfFile: certificatePath(folder), encoding: .utf8),
      let certificate = try? Certificate(pemEncoded: text),
      certificate.publicKey == Certificate.PublicKey(key.publicKey),
      certificate.notValidAfter > now, certificate.notValidBefore <= now,
      let der = try? serialized(certificate)
    else { return nil }
    return (key, der)
  }

  private static func made(for key: P256.Signing.PrivateKey, now: Date) throws -> Certificate {
    let name = try DistinguishedName { CommonName("Offstage push service") }
    let day: TimeInterval = 24 * 3600
    return try Certificate(
      version: .v3, serialNumber: Certificate.SerialNumber(),
      publicKey: Certificate.PublicKey(key.publicKey), notValidBefore: now.addingTimeInterval(-day),
      // The most that browsers take of a certificate in a person's own list.
      notValidAfter: now.addingTimeInterval(825 * day), issuer: name, subject: name,
      signatureAlgorithm: .ecdsaWithSHA256,
      extensions: try Certificate.Extensions {
        Critical(BasicConstraints.notCertificateAuthority)
        // No key usage: with one that can't sign certificates BoringSSL takes it for no root.
        try ExtendedKeyUsage([.serverAuth])
        SubjectAlternativeNames([
          .dnsName("localhost"),
          .ipAddress(ASN1OctetString(contentBytes: [127, 0, 0, 1])),
          .ipAddress(
            ASN1OctetString(contentBytes: ArraySlice([UInt8](repeating: 0, count: 15) + [1]))),
        ])
      }, issuerPrivateKey: Certificate.PrivateKey(key))
  }

  private static func serialized(_ certificate: Certificate) throws -> [UInt8] {
    var serializer = DER.Serializer()
    try serializer.serialize(certificate)
    return serializer.serializedBytes
  }
}
