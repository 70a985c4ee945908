/// Token and key as they stand in a request, not yet checked.
package struct VAPIDCredentials: Sendable, Hashable {
  package enum Scheme: String, Sendable {
    /// RFC 8292, section 3.
    case vapid
    /// Its drafts, with the key in `Crypto-Key: p256ecdsa=…`.
    case webPush = "WebPush"
  }

  package var scheme: Scheme
  /// The JWT.
  package var token: String
  /// In base64url.
  package var key: String

  /// A token has some 250 bytes, a key 87.
  static let limit = 8192

  /// The value of `Authorization`.
  package var authorization: String {
    switch scheme {
    case .vapid: "vapid t=\(token), k=\(key)"
    case .webPush: "WebPush \(token)"
    }
  }

  /// The headers of a request, `Authorization` and whatever else its scheme needs.
  package var headers: [(name: String, value: String)] {
    let authorization = (name: "Authorization", value: authorization)
    return scheme == .vapid
      ? [authorization] : [authorization, (name: "Crypto-Key", value: "p256ecdsa=\(key)")]
  }

  /// As an application server wrote them.
  ///
  /// - Parameters:
  ///   - authorization: the value of `Authorization`; nil if there is none.
  ///   - cryptoKey: the value of `Crypto-Key`, which the older scheme needs.
  package static func parse(
    authorization: String?, cryptoKey: String? = nil
  ) throws(VAPIDFault) -> VAPIDCredentials {
    guard let authorization else { throw .missing }
    guard authorization.utf8.count <= limit else { throw .tooLong(authorization.utf8.count) }
    let text = authorization.trimmed
    let name = text.prefix { !$0.isWhitespace }
    let rest = String(text.dropFirst(name.count)).trimmed
    switch name.lowercased() {
    case "vapid": return try current(rest)
    case "webpush": return try older(rest, cryptoKey)
    default: throw .unknownScheme(String(name))
    }
  }

  private static func current(_ text: String) throws(VAPIDFault) -> VAPIDCredentials {
    let parameters = HeaderParameters(text)
    guard let token = parameters.value("t"), !token.isEmpty else { throw .tokenMissing }
    guard let key = parameters.value("k"), !key.isEmpty else { throw .keyMissing }
    return VAPIDCredentials(scheme: .vapid, token: token, key: key)
  }

  private static func older(
    _ text: String, _ cryptoKey: String?
  ) throws(VAPIDFault) -> VAPIDCredentials {
    guard !text.isEmpty else { throw .tokenMissing }
    let parameters = HeaderParameters(cryptoKey ?? "")
    guard let key = parameters.value("p256ecdsa"), !key.isEmpty else { throw .olderKeyMissing }
    return VAPIDCredentials(scheme: .webPush, token: text, key: key)
  }
}
