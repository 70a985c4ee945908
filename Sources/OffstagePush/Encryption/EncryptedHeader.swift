/// What can be said of a body in aes128gcm without any key (RFC 8188, section 2.1).
package struct EncryptedHeader: Sendable, Hashable {
  package var salt: [UInt8]
  package var recordSize: Int
  /// In a push the sender's key: 65 bytes, a point.
  package var keyID: [UInt8]
  /// Of the records that follow it.
  package var contentSize: Int

  static let saltSize = 16
  static let smallestRecordSize = 18

  /// In bytes.
  package var size: Int { 21 + keyID.count }

  /// How many records there are, the last of which may be shorter.
  package var records: Int { (contentSize + recordSize - 1) / recordSize }

  /// How long the payload can be, from all that is padding to none of it.
  package var plaintextSize: ClosedRange<Int> {
    0...max(0, contentSize - records * (ContentKeys.tagSize + 1))
  }

  /// Reads the header, and refuses a body that can't be one of aes128gcm.
  package static func read(_ body: [UInt8]) throws(PushDecryptionError) -> EncryptedHeader {
    guard body.count >= 21 else { throw .headerTruncated(body.count) }
    let recordSize = body[16..<20].reduce(0) { $0 << 8 | Int($1) }
    guard recordSize >= smallestRecordSize else { throw .recordSizeTooSmall(recordSize) }
    let end = 21 + Int(body[20])
    guard body.count >= end else { throw .headerTruncated(body.count) }
    let header = EncryptedHeader(
      salt: Array(body[..<saltSize]), recordSize: recordSize, keyID: Array(body[21..<end]),
      contentSize: body.count - end)
    guard header.contentSize > 0 else { throw .noRecord }
    let last = (header.contentSize - 1) % recordSize + 1
    guard last > ContentKeys.tagSize else { throw .recordTruncated(header.records, bytes: last) }
    return header
  }

  /// What keeps it from being a push (RFC 8291, section 4), although it may be aes128gcm.
  package var pushFault: PushDecryptionError? {
    keyFault ?? (records > 1 ? .severalRecords(records) : nil)
  }

  var keyFault: PushDecryptionError? {
    guard keyID.count == 65 else { return .senderKeyLength(keyID.count) }
    return Point.isOnCurve(keyID) ? nil : .senderKeyNotAPoint
  }

  var bytes: [UInt8] {
    var bytes = salt
    for place in (0..<4).reversed() {
      bytes.append(UInt8(truncatingIfNeeded: recordSize >> (8 * place)))
    }
    bytes.append(UInt8(keyID.count))
    return bytes + keyID
  }
}
