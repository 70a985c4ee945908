import Protobuf

/// The records of a `.log` or `MANIFEST` file.
///
/// Source: leveldb, doc/log_format.md. A file is blocks of 32 KiB; a record lies in one of them or in
/// several, in parts.
struct BlockLog {
  private static let blockSize = 32_768
  private static let headerSize = 7

  private enum Kind: UInt8 {
    case full = 1
    case first, middle, last
  }

  private(set) var records: [[UInt8]] = []
  /// Something within it can't be read. A torn end is none: whoever wrote it died, or still writes.
  private(set) var isDamaged = false
  private var begun: [UInt8]?

  init(_ bytes: [UInt8]) {
    var start = 0
    while start < bytes.count {
      let end = min(start + Self.blockSize, bytes.count)
      read(bytes[start..<end], isLast: end == bytes.count)
      start = end
    }
  }

  private mutating func read(_ block: ArraySlice<UInt8>, isLast: Bool) {
    var reader = ByteReader(block)
    // A shorter rest of a block is padding.
    while reader.rest.count >= Self.headerSize {
      guard let checksum = reader.fixed32(), let low = reader.byte(), let high = reader.byte(),
        let type = reader.byte()
      else { return }
      let length = Int(high) << 8 | Int(low)
      // Space that was set aside and not written.
      if type == 0, length == 0, checksum == 0 { return }
      guard let part = reader.bytes(length) else {
        if !isLast { drop() }
        return
      }
      guard let kind = Kind(rawValue: type), CRC32C.masked([type], part) == checksum else {
        // Where the next record begins can't be known within this block.
        return drop()
      }
      take(part, kind)
    }
  }

  private mutating func drop() {
    isDamaged = true
    begun = nil
  }

  private mutating func take(_ part: ArraySlice<UInt8>, _ kind: Kind) {
    switch kind {
    case .full:
      begun = nil
      records.append(Array(part))
    case .first:
      begun = Array(part)
    case .middle:
      // Without a beginning it is the rest of what was dropped.
      begun?.append(contentsOf: part)
    case .last:
      guard var record = begun else { return }
      begun = nil
      record += part
      records.append(record)
    }
  }
}
