import Crypto
import JSON
package import OffstageCore

/// The token that an application server signs for a push service (RFC 8292, section 2).
package struct VAPIDToken: Sendable, Hashable {
  /// The origin of the push service.
  package var audience: String
  package var expires: Timestamp
  /// `mailto:` or `https:`, where the push service finds somebody.
  package var subject: String?

  package init(audience: String, expires: Timestamp, subject: String?) {
    self.audience = audience
    self.expires = expires
    self.subject = subject
  }

  /// The longest that one may be good for.
  package static let longest = Interval.hours(24)

  package func signed(by key: VAPIDKey) -> VAPIDCredentials {
    var claims = JSONWriter()
    claims.object { writer in
      writer.member("aud", audience)
      writer.member("exp", expires.micros / 1_000_000)
      if let subject { writer.member("sub", subject) }
    }
    let text =
      Base64URL.encode(#"{"typ":"JWT","alg":"ES256"}"#.utf8) + "." + Base64URL.encode(claims.bytes)
    guard let signature = try? key.signing.signature(for: Array(text.utf8)) else {
      preconditionFailure("a key that could be read signs anything")
    }
    return VAPIDCredentials(
      scheme: .vapid, token: text + "." + Base64URL.encode(signature.rawRepresentation),
      key: key.applicationServerKey)
  }
}
