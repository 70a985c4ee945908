/// What is in an encrypted body, step by step, up to what is wrong with it.
package struct PushDecryption: Sendable {
  package struct Record: Sendable, Hashable {
    /// Encrypted, in bytes.
    package var size: Int
    package var plaintextSize: Int
    package var padding: Int
  }

  /// Nil if the headers name one that is not known.
  package private(set) var encoding: PushContentEncoding?
  package private(set) var salt: [UInt8]?
  package private(set) var recordSize: Int?
  /// As it was sent, a point or not.
  package private(set) var senderKey: [UInt8]?
  /// Those that could be opened.
  package private(set) var records: [Record] = []
  /// What they hold.
  package private(set) var plaintext: [UInt8] = []
  /// Why it could not be decrypted.
  package private(set) var fault: PushDecryptionError?

  /// - Parameter headers: of the request: `Content-Encoding`, and for aesgcm `Encryption` and
  ///   `Crypto-Key`. Without the first, the others tell.
  package init(
    of body: [UInt8], headers: [(name: String, value: String)] = [], with keys: ReceiverKeys
  ) {
    do throws(PushDecryptionError) {
      switch try PushDecryption.encoding(headers) {
      case .aes128gcm:
        encoding = .aes128gcm
        try open(body, keys)
      case .aesgcm:
        encoding = .aesgcm
        try open(legacy: body, headers, keys)
      }
    } catch {
      fault = error
    }
  }

  static func encoding(
    _ headers: [(name: String, value: String)]
  ) throws(PushDecryptionError) -> PushContentEncoding {
    if let text = headers.header("Content-Encoding") {
      guard let encoding = PushContentEncoding(rawValue: text.trimmed.lowercased()) else {
        throw .unknownEncoding(text)
      }
      return encoding
    }
    let isLegacy = headers.header("Encryption") != nil
    return isLegacy ? .aesgcm : .aes128gcm
  }

  private mutating func open(
    _ body: [UInt8], _ keys: ReceiverKeys
  ) throws(PushDecryptionError) {
    let header = try EncryptedHeader.read(body)
    (salt, recordSize, senderKey) = (header.salt, header.recordSize, header.keyID)
    if let fault = header.keyFault { throw fault }
    guard let agreement = PushAgreement(receiver: keys, sender: header.keyID) else {
      throw .senderKeyNotAPoint
    }
    let content = ContentKeys(agreement, auth: keys.auth, salt: header.salt)
    var rest = body[header.size...]
    while !rest.isEmpty {
      let record = rest.prefix(header.recordSize)
      rest = rest.dropFirst(record.count)
      let opened = try ContentCoding.open(
        record, number: records.count, isLast: rest.isEmpty, with: content)
      keep(record.count, opened.plaintext, opened.padding)
    }
  }

  private mutating func open(
    legacy body: [UInt8], _ headers: [(name: String, value: String)], _ keys: ReceiverKeys
  ) throws(PushDecryptionError) {
    let header = try LegacyHeader.read(headers)
    (salt, recordSize, senderKey) = (header.salt, header.recordSize, header.senderKey)
    guard let agreement = PushAgreement(receiver: keys, sender: header.senderKey) else {
      throw .senderKeyNotAPoint
    }
    guard !body.isEmpty else { throw .noRecord }
    let content = ContentKeys(legacy: agreement, auth: keys.auth, salt: header.salt)
    let size = header.recordSize + ContentKeys.tagSize
    var rest = body[...]
    while !rest.isEmpty {
      let record = rest.prefix(size)
      rest = rest.dropFirst(record.count)
      let opened = try LegacyCoding.open(record, number: records.count, with: content)
      keep(record.count, opened.plaintext, opened.padding)
      if rest.isEmpty, record.count == size { throw .cutOff(records.count) }
    }
  }

  private mutating func keep(_ size: Int, _ part: ArraySlice<UInt8>, _ padding: Int) {
    records.append(Record(size: size, plaintextSize: part.count, padding: padding))
    plaintext += part
  }
}

/// What stands in the headers of a body in aesgcm (draft-ietf-webpush-encryption-04, section 4).
struct LegacyHeader: Sendable, Hashable {
  var salt: [UInt8]
  var recordSize: Int
  var senderKey: [UInt8]

  static func read(
    _ headers: [(name: String, value: String)]
  ) throws(PushDecryptionError) -> LegacyHeader {
    let encryption = HeaderParameters(headers.header("Encryption") ?? "")
    guard let salt = encryption.value("salt") else { throw .missingSalt }
    guard let saltBytes = Base64URL.decode(salt) else { throw .saltNotBase64URL }
    guard saltBytes.count == EncryptedHeader.saltSize else { throw .saltLength(saltBytes.count) }
    let keyID = encryption.keyID(with: "salt")
    let recordSize = try size(encryption.value("rs", keyID: keyID))
    let cryptoKey = HeaderParameters(headers.header("Crypto-Key") ?? "")
    guard let key = cryptoKey.value("dh", keyID: keyID) else { throw .missingSenderKey }
    guard let keyBytes = Base64URL.decode(key) else { throw .senderKeyNotBase64URL }
    guard keyBytes.count == 65 else { throw .senderKeyLength(keyBytes.count) }
    return LegacyHeader(salt: saltBytes, recordSize: recordSize, senderKey: keyBytes)
  }

  private static func size(_ text: String?) throws(PushDecryptionError) -> Int {
    guard let text else { return LegacyCoding.recordSize }
    guard let size = UInt32(text) else { throw .recordSizeUnreadable(text) }
    guard size >= LegacyCoding.smallestRecordSize else { throw .recordSizeTooSmall(Int(size)) }
    return Int(size)
  }
}
