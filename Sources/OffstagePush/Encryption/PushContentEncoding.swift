/// How a push is encrypted, as its `Content-Encoding` says.
package enum PushContentEncoding: String, Sendable, Hashable, CaseIterable {
  /// RFC 8188 and RFC 8291: salt, record size and the sender's key stand before the records.
  case aes128gcm
  /// draft-ietf-webpush-encryption-04, which browsers still take: they stand in `Encryption` and
  /// `Crypto-Key`.
  case aesgcm

  /// What fits into the 4096 bytes that every push service takes (RFC 8030, section 7.2).
  package var largestPlaintext: Int {
    switch self {
    // Less the header, 86 bytes, the tag, 16, and the delimiter (RFC 8291, section 4).
    case .aes128gcm: 3993
    // Less the tag, and two bytes for the length of the padding.
    case .aesgcm: 4078
    }
  }
}
