/// Why the body of a push can't be decrypted. Records count from 1.
package enum PushDecryptionError: PushFault {
  // The header of aes128gcm, or the headers that stand for it in aesgcm.
  case unknownEncoding(String)
  /// A body of so many bytes.
  case headerTruncated(Int)
  case recordSizeTooSmall(Int)
  case senderKeyLength(Int)
  case senderKeyNotAPoint
  case missingSalt
  case saltNotBase64URL
  case saltLength(Int)
  case missingSenderKey
  case senderKeyNotBase64URL
  case recordSizeUnreadable(String)

  // The records.
  case noRecord
  /// So many, each of which may be sound: only browsers that are strict refuse them.
  case severalRecords(Int)
  /// One of so many bytes.
  case recordTruncated(Int, bytes: Int)
  case tagWrong(Int)
  case noDelimiter(Int, found: UInt8)
  case allPadding(Int)
  case endsEarly(Int)
  case goesOn(Int)
  case cutOff(Int)
  /// Padding of so many bytes in a record that has fewer.
  case paddingTooLong(Int, padding: Int, bytes: Int)
  case paddingNotZero(Int)

  package var told: ToldFault { headerTold ?? recordTold }

  private var headerTold: ToldFault? {
    switch self {
    case .unknownEncoding(let text):
      ToldFault(
        "unknown-encoding", "The Content-Encoding is \(text.quoted), which no browser decrypts.",
        "Send aes128gcm (RFC 8291, section 4); aesgcm is taken too.")
    case .headerTruncated(let count):
      ToldFault(
        "header-truncated",
        "The body has \(count.bytesText); its header, with salt, record size and the sender's key, "
          + "would have 86.",
        "Was it encrypted at all? A body in aes128gcm begins with that header (RFC 8188, "
          + "section 2.1).")
    case .recordSizeTooSmall(let size):
      ToldFault(
        "record-size", "The record size is \(size), which holds no record.",
        "In aes128gcm it is at least 18 (RFC 8188, section 2.1), in aesgcm at least 3. Senders "
          + "write 4096.")
    case .senderKeyLength(let count):
      ToldFault(
        "sender-key-length", "The sender's key has \(count.bytesText), where 65 belong.",
        "It is the uncompressed point of a key made for this message (RFC 8291, section 4). "
          + "Without encryption the body's 21st byte is taken for this length.")
    case .senderKeyNotAPoint:
      ToldFault(
        "sender-key-not-a-point", "The sender's key is no point on the curve P-256.",
        "The body was damaged, or is in no aes128gcm (RFC 8291, section 3.1).")
    case .missingSalt:
      ToldFault(
        "missing-salt", "There is no salt: the Encryption header lacks it.",
        "aesgcm wants Encryption: salt=… (draft-ietf-webpush-encryption-04, section 4).")
    case .saltNotBase64URL:
      ToldFault(
        "salt-not-base64url", "The salt in the Encryption header is no base64url.",
        "It is 16 bytes in base64url (draft-ietf-webpush-encryption-04, section 4).")
    case .saltLength(let count):
      ToldFault(
        "salt-length", "The salt has \(count.bytesText), where 16 belong.",
        "It is 16 random bytes (draft-ietf-webpush-encryption-04, section 4).")
    case .missingSenderKey:
      ToldFault(
        "missing-sender-key", "There is no key of the sender: the Crypto-Key header lacks dh.",
        "aesgcm wants Crypto-Key: dh=… (draft-ietf-webpush-encryption-04, section 4).")
    case .senderKeyNotBase64URL:
      ToldFault(
        "sender-key-not-base64url", "The key in the Crypto-Key header is no base64url.",
        "dh is the uncompressed point in base64url (draft-ietf-webpush-encryption-04, section 4).")
    case .recordSizeUnreadable(let text):
      ToldFault(
        "record-size-unreadable", "The record size in the Encryption header is \(text.quoted).",
        "Write rs as a number, or leave it out for 4096.")
    default: nil
    }
  }

  private var recordTold: ToldFault {
    switch self {
    case .severalRecords(let count):
      ToldFault(
        "several-records", "The body has \(count) records, and a push is one.",
        "Make the record size larger than the payload; senders write 4096 (RFC 8291, section 4). "
          + "Browsers may refuse it.")
    case .recordTruncated(let number, let bytes):
      ToldFault(
        "record-truncated",
        "Record \(number) has \(bytes.bytesText), too few for its tag and what ends it.",
        "The body was cut off on its way (RFC 8188, section 2).")
    case .tagWrong(let number):
      ToldFault(
        "tag-wrong",
        "The tag of record \(number) is wrong: other keys encrypted it, or other bytes "
          + "were encrypted.",
        "Was it encrypted for this subscription, with its p256dh and its auth (RFC 8291, section 3.4)? "
          + "Else the body was changed on its way.")
    case .noDelimiter(let number, let found):
      ToldFault(
        "no-delimiter", "Record \(number) ends with the byte \(found), where 1 or 2 ends a record.",
        "Append the byte 2 to the payload before it is encrypted (RFC 8188, section 2).")
    case .allPadding(let number):
      ToldFault(
        "all-padding", "Record \(number) is nothing but padding, without the byte that ends it.",
        "The byte 2 stands between payload and padding (RFC 8188, section 2).")
    case .endsEarly(let number):
      ToldFault(
        "ends-early", "Record \(number) says that it is the last, and another follows.",
        "All records but the last end with the byte 1 (RFC 8188, section 2).")
    case .goesOn(let number):
      ToldFault(
        "goes-on", "Record \(number) says that another follows, and it is the last.",
        "The last record ends with the byte 2 (RFC 8188, section 2). The body may be cut off.")
    case .cutOff(let number):
      ToldFault(
        "cut-off", "Record \(number) is a full one, and it is the last.",
        "In aesgcm a shorter record ends the body, be it an empty one. The body may be cut off.")
    case .paddingTooLong(let number, let padding, let bytes):
      ToldFault(
        "padding-too-long",
        "Record \(number) says it has \(padding.bytesText) of padding, and has \(bytes) in all.",
        "In aesgcm the padding's length, two bytes, stands before it.")
    case .paddingNotZero(let number):
      ToldFault(
        "padding-not-zero", "The padding of record \(number) is not all zero.",
        "In aesgcm two bytes for the padding's length stand before the payload; were they left out?"
      )
    default:
      ToldFault(
        "no-record", "The body ends where its records should begin.",
        "An empty payload is encrypted too, as one record (RFC 8188, section 2). A push without one "
          + "has neither body nor Content-Encoding.")
    }
  }
}
