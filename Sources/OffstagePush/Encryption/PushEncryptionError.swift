/// Why a push can't be encrypted.
package enum PushEncryptionError: PushFault {
  case keyNotBase64URL
  /// The length of what was given, in bytes.
  case keyLength(Int)
  case keyNotAPoint
  case authNotBase64URL
  case authLength(Int)
  case privateKeyUnreadable
  /// A private key of so many bytes.
  case privateKeyLength(Int)
  case privateKeyOutOfRange
  case saltLength(Int)
  /// Of so many bytes at most fewer can be sent.
  case tooLarge(Int, limit: Int)

  package var told: ToldFault {
    switch self {
    case .keyNotBase64URL:
      ToldFault(
        "p256dh-not-base64url", "The subscription's p256dh is no base64url.",
        "Take keys.p256dh of the subscription's JSON as it is (RFC 8291, section 2.1).")
    case .keyLength(let count):
      ToldFault(
        "p256dh-length", "The subscription's p256dh has \(count.bytesText), where 65 belong.",
        Self.lengthHint(count))
    case .keyNotAPoint:
      ToldFault(
        "p256dh-not-a-point", "The subscription's p256dh is no point on the curve P-256.",
        "It was changed on its way; take it from the browser anew (RFC 8291, section 3.1).")
    case .authNotBase64URL:
      ToldFault(
        "auth-not-base64url", "The subscription's auth is no base64url.",
        "Take keys.auth of the subscription's JSON as it is (RFC 8291, section 3.2).")
    case .authLength(let count):
      ToldFault(
        "auth-length", "The subscription's auth has \(count.bytesText), where 16 belong.",
        "Take keys.auth of the subscription's JSON as it is (RFC 8291, section 3.2).")
    case .privateKeyUnreadable:
      ToldFault(
        "private-key-unreadable", "That is no private key of the curve P-256.",
        "Give its 32 bytes in base64url, a PEM file or a JWK.")
    case .privateKeyLength(let count):
      ToldFault(
        "private-key-length", "The private key has \(count.bytesText), where 32 belong.",
        count == 65
          ? "That is a public key; the private one has 32 bytes."
          : "Give its 32 bytes in base64url, a PEM file or a JWK.")
    case .privateKeyOutOfRange:
      ToldFault(
        "private-key-out-of-range", "The private key is zero or past the curve's order.",
        "Make a new one: offstage push vapid.")
    case .saltLength(let count):
      ToldFault(
        "salt-length", "The salt has \(count.bytesText), where 16 belong.",
        "Leave it out and a random one is taken (RFC 8188, section 2.1).")
    case .tooLarge(let count, let limit):
      ToldFault(
        "plaintext-too-large",
        "The payload with its padding has \(count) bytes; at most \(limit) can be sent.",
        "Push services take a body of 4096 bytes (RFC 8291, section 4). Send less, and let the "
          + "worker fetch the rest.")
    }
  }

  private static func lengthHint(_ count: Int) -> String {
    switch count {
    case 33: "It is compressed; Web Push wants both coordinates (RFC 8291, section 3.1)."
    case 64: "The byte 4 is missing before the two coordinates (RFC 8291, section 3.1)."
    case 91: "It is an SPKI; its last 65 bytes are the point (RFC 8291, section 3.1)."
    case 32: "That may be a private key; p256dh is the public one (RFC 8291, section 3.1)."
    default: "Take keys.p256dh of the subscription's JSON as it is (RFC 8291, section 3.1)."
    }
  }
}
