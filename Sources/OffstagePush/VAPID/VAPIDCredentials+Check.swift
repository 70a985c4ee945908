import Crypto
package import OffstageCore

extension VAPIDCredentials {
  /// All that is wrong with them, the worst first; empty if they are as they should be.
  ///
  /// - Parameters:
  ///   - now: at the push service.
  ///   - audience: the origin under which the push service was asked.
  ///   - subscriptionKey: the applicationServerKey that the subscription was made with, 65 bytes; nil
  ///     if it was made with none.
  package func check(
    now: Timestamp, audience: String, subscriptionKey: [UInt8]?
  ) -> [VAPIDFault] {
    let keyFaults = self.keyFaults(subscriptionKey)
    do throws(VAPIDFault) {
      let claims = try VAPIDClaims(reading: token)
      return keyFaults + signatureFaults(claims)
        + VAPIDCredentials.faults(of: claims, now: now, audience: audience)
    } catch {
      return keyFaults + [error]
    }
  }

  /// The key's 65 bytes; nil if it is none.
  package var publicKey: [UInt8]? {
    guard let bytes = Base64URL.decode(key), Point.isOnCurve(bytes) else { return nil }
    return bytes
  }

  private func keyFaults(_ subscriptionKey: [UInt8]?) -> [VAPIDFault] {
    guard let bytes = Base64URL.decode(key) else { return [.keyNotBase64URL] }
    guard bytes.count == 65 else { return [.keyLength(bytes.count)] }
    guard Point.isOnCurve(bytes) else { return [.keyNotAPoint] }
    guard let subscriptionKey, subscriptionKey != bytes else { return [] }
    return [.keyOfAnother]
  }

  private func signatureFaults(_ claims: VAPIDClaims) -> [VAPIDFault] {
    guard claims.algorithm == "ES256" else { return [.algorithm(claims.algorithm)] }
    guard claims.signature.count == 64 else { return [.signatureLength(claims.signature.count)] }
    // Without a key there is nothing to hold it against, and that was said.
    guard let bytes = Base64URL.decode(key),
      let key = try? P256.Signing.PublicKey(x963Representation: bytes)
    else { return [] }
    guard
      let signature = try? P256.Signing.ECDSASignature(rawRepresentation: claims.signature),
      key.isValidSignature(signature, for: claims.signedText)
    else { return [.signatureWrong] }
    return []
  }

  private static func faults(
    of claims: VAPIDClaims, now: Timestamp, audience: String
  ) -> [VAPIDFault] {
    var faults: [VAPIDFault] = []
    if let found = claims.audiences, !found.isEmpty {
      if !found.contains(audience) { faults.append(.audienceWrong(found, expected: audience)) }
    } else {
      faults.append(.audienceMissing)
    }
    if let fault = expiry(claims, now) { faults.append(fault) }
    if let subject = claims.subject {
      if !isContact(subject) { faults.append(.subjectNoContact(subject)) }
    } else {
      faults.append(.subjectMissing)
    }
    return faults
  }

  private static func expiry(_ claims: VAPIDClaims, _ now: Timestamp) -> VAPIDFault? {
    guard claims.hasExpires else { return .expiryMissing }
    guard let seconds = claims.expires else { return .expiryNotANumber }
    // Farther than a thousand years off, the microseconds might not fit.
    let bounded = max(-3e10, min(3e10, seconds))
    let left = Timestamp(micros: Int64(bounded * 1e6)) - now
    if left.micros <= 0 { return .expired(Interval(micros: -left.micros)) }
    return left > VAPIDToken.longest ? .expiresTooLate(left) : nil
  }

  private static func isContact(_ subject: String) -> Bool {
    let lower = subject.lowercased()
    if lower.hasPrefix("https://") { return lower.utf8.count > "https://".utf8.count }
    return lower.hasPrefix("mailto:") && lower.contains("@")
  }
}
