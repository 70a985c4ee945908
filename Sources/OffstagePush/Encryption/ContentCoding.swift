/// The content coding aes128gcm (RFC 8188): a header, then records of one size.
enum ContentCoding {
  /// Tag and delimiter.
  static let overhead = ContentKeys.tagSize + 1

  /// - Parameter padding: so many zeros, spread from the first record on.
  static func encrypt(
    _ plaintext: [UInt8], with keys: ContentKeys, header: EncryptedHeader, padding: Int = 0
  ) -> [UInt8] {
    precondition(header.recordSize >= EncryptedHeader.smallestRecordSize)
    var body = header.bytes
    let room = header.recordSize - overhead
    var rest = plaintext[...]
    var zeros = padding
    var number = 0
    var isLast = false
    while !isLast {
      // A record that is all padding would never bring the payload to its end.
      let padded = rest.isEmpty ? min(zeros, room) : min(zeros, room - 1)
      let part = Array(rest.prefix(room - padded))
      rest = rest.dropFirst(part.count)
      zeros -= padded
      isLast = rest.isEmpty && zeros == 0
      let record = part + [isLast ? 2 : 1] + [UInt8](repeating: 0, count: padded)
      body += keys.seal(record, number: number)
      number += 1
    }
    return body
  }

  /// One record, opened: what it holds and how much padding.
  ///
  /// - Parameter number: from 0.
  static func open(
    _ record: ArraySlice<UInt8>, number: Int, isLast: Bool, with keys: ContentKeys
  ) throws(PushDecryptionError) -> (plaintext: ArraySlice<UInt8>, padding: Int) {
    guard record.count >= overhead else {
      throw .recordTruncated(number + 1, bytes: record.count)
    }
    guard let opened = keys.open(record, number: number) else { throw .tagWrong(number + 1) }
    guard let end = opened.lastIndex(where: { $0 != 0 }) else { throw .allPadding(number + 1) }
    switch (opened[end], isLast) {
    case (2, true), (1, false): return (opened[..<end], opened.count - end - 1)
    case (2, false): throw .endsEarly(number + 1)
    case (1, true): throw .goesOn(number + 1)
    case (let found, _): throw .noDelimiter(number + 1, found: found)
    }
  }
}

/// The older coding aesgcm (draft-ietf-httpbis-encryption-encoding-03): padding stands first.
enum LegacyCoding {
  /// The length of the padding.
  static let overhead = 2
  static let smallestRecordSize = 3
  static let recordSize = 4096

  /// One record: more than that is no push.
  static func encrypt(_ plaintext: [UInt8], with keys: ContentKeys, padding: Int) -> [UInt8] {
    precondition(plaintext.count + padding + overhead < recordSize)
    let length = [UInt8(padding >> 8), UInt8(padding & 255)]
    let record = length + [UInt8](repeating: 0, count: padding) + plaintext
    return keys.seal(record, number: 0)
  }

  /// - Parameter number: from 0.
  static func open(
    _ record: ArraySlice<UInt8>, number: Int, with keys: ContentKeys
  ) throws(PushDecryptionError) -> (plaintext: ArraySlice<UInt8>, padding: Int) {
    guard record.count >= overhead + ContentKeys.tagSize else {
      throw .recordTruncated(number + 1, bytes: record.count)
    }
    guard let opened = keys.open(record, number: number) else { throw .tagWrong(number + 1) }
    let padding = Int(opened[0]) << 8 | Int(opened[1])
    let start = overhead + padding
    guard start <= opened.count else {
      throw .paddingTooLong(number + 1, padding: padding, bytes: opened.count)
    }
    guard opened[overhead..<start].allSatisfy({ $0 == 0 }) else {
      throw .paddingNotZero(number + 1)
    }
    return (opened[start...], padding)
  }
}
