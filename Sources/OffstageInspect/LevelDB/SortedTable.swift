import Protobuf

/// The entries of an `.ldb` file.
///
/// Source: leveldb, doc/table_format.md. Nothing in it is taken at its word: the footer has no
/// checksum, and LevelDB's own reader ends the process over a size that is made up.
struct SortedTable {
  private(set) var entries: [LevelDBEntry] = []
  /// Blocks that can't be read; what is in the others is in `entries`.
  private(set) var damagedBlocks = 0
  /// Of the whole file nothing can be read.
  private(set) var isUnreadable = false

  /// Bytes that blocks, keys and entries may still take.
  private var budget: Int

  private static let footerSize = 48
  private static let magic: UInt64 = 0xDB47_7524_8B80_FB57
  private static let trailerSize = 5

  private struct Handle {
    var offset: UInt64
    var size: UInt64

    init?(_ reader: inout ByteReader) {
      guard let offset = reader.varint(), let size = reader.varint() else { return nil }
      self.offset = offset
      self.size = size
    }
  }

  /// - Parameter budget: what may be unpacked; what this table has taken of it is gone after.
  init(_ bytes: [UInt8], budget: inout Int) {
    self.budget = budget
    read(bytes)
    budget = self.budget
  }

  private mutating func read(_ bytes: [UInt8]) {
    guard let index = Self.index(bytes), let block = block(index, of: bytes) else {
      isUnreadable = true
      return
    }
    var handles: [Handle?] = []
    let isWhole = walk(block) { _, value in
      var reader = ByteReader(value)
      handles.append(Handle(&reader))
    }
    for handle in handles {
      let isRead = handle.flatMap { self.block($0, of: bytes) }.map { take($0) } ?? false
      if !isRead { damagedBlocks += 1 }
    }
    if !isWhole { damagedBlocks += 1 }
  }

  private static func index(_ bytes: [UInt8]) -> Handle? {
    guard bytes.count >= footerSize else { return nil }
    var reader = ByteReader(bytes.suffix(footerSize))
    var magic = ByteReader(bytes.suffix(8))
    guard magic.fixed64() == Self.magic, Handle(&reader) != nil else { return nil }
    return Handle(&reader)
  }

  /// A block's bytes, unpacked and checked.
  private mutating func block(_ handle: Handle, of bytes: [UInt8]) -> ArraySlice<UInt8>? {
    var reader = ByteReader(bytes)
    guard reader.bytes(handle.offset) != nil, let block = reader.bytes(handle.size),
      let type = reader.byte(), let checksum = reader.fixed32(),
      CRC32C.masked(block, [type]) == checksum
    else { return nil }
    switch type {
    case 0: return block
    case 1:
      guard let unpacked = Snappy.unpacked(block, limit: budget) else { return nil }
      budget -= unpacked.count
      return unpacked[...]
    default: return nil
    }
  }

  private mutating func take(_ block: ArraySlice<UInt8>) -> Bool {
    var found: [LevelDBEntry] = []
    defer { entries += found }
    return walk(block) { key, value in
      guard key.count >= 8 else { return }
      // The key's last eight bytes are the number of the change and its kind.
      var reader = ByteReader(key.suffix(8))
      let end = reader.fixed64() ?? 0
      let kind = end & 0xFF
      guard kind <= 1 else { return }
      found.append(
        LevelDBEntry(
          key: key.dropLast(8)[...], value: kind == 1 ? value : nil, sequence: end >> 8))
    }
  }

  /// Calls `body` for each key and value of a block; false if it is not whole.
  private mutating func walk(
    _ block: ArraySlice<UInt8>, _ body: (_ key: [UInt8], _ value: ArraySlice<UInt8>) -> Void
  ) -> Bool {
    // The block's end: where keys stand that share nothing with the one before, then their number.
    var trailer = ByteReader(block.suffix(4))
    guard let restarts = trailer.fixed32(),
      let size = Optional(block.count - 4 - Int(restarts) * 4), size >= 0
    else { return false }
    var reader = ByteReader(block.prefix(size))
    var key: [UInt8] = []
    while !reader.isAtEnd {
      guard let shared = reader.varint(), let own = reader.varint(), let length = reader.varint(),
        shared <= UInt64(key.count), Int(shared) + LevelDBEntry.cost <= budget,
        let rest = reader.bytes(own),
        let value = reader.bytes(length)
      else { return false }
      // Many keys that share much are more than the bytes they take; and one block may be named often.
      budget -= Int(shared) + LevelDBEntry.cost
      key.removeLast(key.count - Int(shared))
      key += rest
      body(key, value)
    }
    return true
  }
}
