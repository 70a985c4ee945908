package import OffstageCore

/// What is wrong with the identification of an application server (RFC 8292).
package enum VAPIDFault: PushFault {
  // The headers.
  case missing
  /// So many bytes.
  case tooLong(Int)
  case unknownScheme(String)
  case tokenMissing
  case keyMissing
  case olderKeyMissing

  // The token.
  case partCount(Int)
  case partNotBase64URL(VAPIDClaims.Part)
  case partNotUTF8(VAPIDClaims.Part)
  case partNotJSON(VAPIDClaims.Part)
  case algorithm(String?)
  /// Of so many bytes.
  case signatureLength(Int)
  case signatureWrong
  case audienceMissing
  case audienceWrong([String], expected: String)
  case expiryMissing
  case expiryNotANumber
  /// So long ago.
  case expired(Interval)
  /// So long from now.
  case expiresTooLate(Interval)
  case subjectMissing
  case subjectNoContact(String)

  // The key.
  case keyNotBase64URL
  case keyLength(Int)
  case keyNotAPoint
  case keyOfAnother

  /// The RFC leaves it out of what must be; push services may refuse it all the same.
  package var isAdvice: Bool { self == .subjectMissing }

  package var told: ToldFault { headerTold ?? tokenTold ?? claimTold }

  private var headerTold: ToldFault? {
    switch self {
    case .missing:
      ToldFault(
        "vapid-missing", "The request has no Authorization.",
        "The subscription was made with an applicationServerKey, so that only the holder of that "
          + "key may send: Authorization: vapid t=…, k=… (RFC 8292, sections 3 and 4.2).")
    case .tooLong(let count):
      ToldFault(
        "vapid-too-long",
        "The Authorization has \(count) bytes; more than \(VAPIDCredentials.limit) are not read.",
        "A token with its key has some 350 (RFC 8292, section 3).")
    case .unknownScheme(let name):
      ToldFault(
        "vapid-scheme", "The Authorization is of the scheme \(name.quoted).",
        "Write Authorization: vapid t=…, k=… (RFC 8292, section 3).")
    case .tokenMissing:
      ToldFault(
        "vapid-token-missing", "The Authorization has no token.",
        "Write Authorization: vapid t=TOKEN, k=KEY (RFC 8292, section 3.1).")
    case .keyMissing:
      ToldFault(
        "vapid-key-missing", "The Authorization has no key.",
        "Write Authorization: vapid t=TOKEN, k=KEY (RFC 8292, section 3.2).")
    case .olderKeyMissing:
      ToldFault(
        "vapid-key-missing",
        "The Authorization is of the older scheme WebPush, and no key is there.",
        "It wants Crypto-Key: p256ecdsa=KEY; better write Authorization: vapid t=TOKEN, k=KEY "
          + "(RFC 8292, section 3.2).")
    default: nil
    }
  }

  private var tokenTold: ToldFault? {
    switch self {
    case .partCount(let count):
      ToldFault(
        "jwt-parts",
        "The token has \(count == 1 ? "1 part" : "\(count) parts"), where a JWT has 3.",
        "It is header.claims.signature (RFC 7515, section 7.1; RFC 8292, section 2).")
    case .partNotBase64URL(let part):
      ToldFault(
        "jwt-\(part.rawValue)-not-base64url", "The token's \(part.rawValue) is no base64url.",
        "A JWT has the alphabet with - and _, and no = at the end (RFC 7515, section 2; RFC 8292, "
          + "section 2).")
    case .partNotUTF8(let part):
      ToldFault(
        "jwt-\(part.rawValue)-not-utf8", "The token's \(part.rawValue) is no UTF-8 text.",
        "It is a JSON object (RFC 7519, section 7.1; RFC 8292, section 2).")
    case .partNotJSON(let part):
      ToldFault(
        "jwt-\(part.rawValue)-not-json", "The token's \(part.rawValue) is no JSON object.",
        "The header is {\"typ\":\"JWT\",\"alg\":\"ES256\"}, the claims are aud, exp and sub (RFC 8292, "
          + "section 2).")
    case .algorithm(let name):
      ToldFault(
        "jwt-algorithm",
        name.map { "The token's alg is \($0.quoted), where only ES256 is taken." }
          ?? "The token's header has no alg.",
        "Sign with ECDSA on P-256 and write \"alg\":\"ES256\" (RFC 8292, section 2).")
    case .signatureLength(let count):
      ToldFault(
        "jwt-signature-length", "The token's signature has \(count.bytesText), where 64 belong.",
        (70...72).contains(count)
          ? "It is DER; a JWT has r and s, 32 bytes each (RFC 7518, section 3.4; RFC 8292, section 2)."
          : "It is r and s, 32 bytes each (RFC 7518, section 3.4; RFC 8292, section 2).")
    case .signatureWrong:
      ToldFault(
        "jwt-signature", "The token was not signed by the key that is sent with it.",
        "Sign with the private key that belongs to k, over the token's first two parts as they are sent "
          + "(RFC 8292, section 2).")
    case .keyNotBase64URL:
      ToldFault(
        "vapid-key-not-base64url", "The key is no base64url.",
        "k is the public key, 65 bytes in base64url (RFC 8292, section 3.2).")
    case .keyLength(let count):
      ToldFault(
        "vapid-key-length", "The key has \(count.bytesText), where 65 belong.",
        "k is the public key as an uncompressed point (RFC 8292, section 3.2).")
    case .keyNotAPoint:
      ToldFault(
        "vapid-key-not-a-point", "The key is no point on the curve P-256.",
        "k is the public key as an uncompressed point (RFC 8292, section 3.2).")
    case .keyOfAnother:
      ToldFault(
        "vapid-key-of-another", "The key is not the one that the subscription was made for.",
        "Sign with the key whose public half the page gave to pushManager.subscribe as "
          + "applicationServerKey, or let the page subscribe anew (RFC 8292, section 4.2).")
    default: nil
    }
  }

  private var claimTold: ToldFault {
    switch self {
    case .audienceMissing:
      ToldFault(
        "aud-missing", "The token has no aud, or one that is no text.",
        "aud is the origin of the endpoint, such as https://push.example.net (RFC 8292, section 2)."
      )
    case .audienceWrong(let found, let expected):
      ToldFault(
        "aud-wrong",
        "The token's aud is \(found.joined(separator: ", ").quoted), where \(expected.quoted) belongs.",
        audienceHint(found, expected))
    case .expiryMissing:
      ToldFault(
        "exp-missing", "The token has no exp.",
        "exp is when it ends, in seconds since 1970, at most 24 hours from now (RFC 8292, section 2)."
      )
    case .expiryNotANumber:
      ToldFault(
        "exp-not-a-number", "The token's exp is no number.",
        "Write seconds since 1970 as a number, without quotes (RFC 7519, section 4.1.4; RFC 8292, "
          + "section 2).")
    case .expired(let ago):
      ToldFault(
        "exp-past", "The token ended \(ago.short) ago.",
        "Sign a new one" + Self.clockHint(ago) + " (RFC 8292, section 2).")
    case .expiresTooLate(let ahead):
      ToldFault(
        "exp-too-late",
        "The token ends in \(ahead.short), \((ahead - VAPIDToken.longest).short) more than the 24 hours "
          + "that are allowed.",
        (ahead > .days(365 * 100)
          ? "Are these milliseconds? exp counts seconds"
          : "Let it end earlier" + Self.clockHint(ahead - VAPIDToken.longest))
          + " (RFC 8292, section 2).")
    case .subjectNoContact(let text):
      ToldFault(
        "sub-no-contact", "The token's sub is \(text.quoted), where nobody can be written to.",
        "Write mailto:you@example.org, or an https: address (RFC 8292, section 2.1).")
    default:
      ToldFault(
        "sub-missing", "The token has no sub.",
        "Push services want somebody to write to, and some refuse a token without: "
          + "mailto:you@example.org (RFC 8292, section 2.1).")
    }
  }

  private func audienceHint(_ found: [String], _ expected: String) -> String {
    let one = found.first ?? ""
    if one.hasPrefix(expected + "/") {
      return "It is the origin alone, without a slash or a path behind it (RFC 8292, section 2)."
    }
    if one.lowercased() == expected.lowercased() {
      return "An origin is written in lower case (RFC 8292, section 2)."
    }
    return "It is the origin of the endpoint that is sent to, port included (RFC 8292, section 2)."
  }

  /// So little is more likely a clock than a mistake.
  private static func clockHint(_ by: Interval) -> String {
    by < .minutes(15) ? ", and see whether the application server's clock is right" : ""
  }
}

extension Interval {
  fileprivate static func - (left: Interval, right: Interval) -> Interval {
    Interval(micros: left.micros - right.micros)
  }
}
