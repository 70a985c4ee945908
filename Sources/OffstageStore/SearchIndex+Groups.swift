internal import GRDB

/// Signatures of several blocks side by side.
extension SearchIndex {
  /// The newest group whose blocks all have a signature of their own.
  func groupWaiting(_ db: Database) throws -> Int64? {
    let count = SearchShape.blocksOfGroup
    return try db.row(
      """
      SELECT number / \(count) FROM event_block WHERE state = 1
      GROUP BY 1 HAVING count(*) = \(count) ORDER BY 1 DESC LIMIT 1
      """
    ) { $0.int(0) }
  }

  /// Row after row, each with those of the blocks one after the other; nil if a part is missing.
  func signature(ofGroup group: Int64, _ db: Database) throws -> [UInt64]? {
    let words = SearchShape.rowBytes / 8
    let wordsOfRow = SearchShape.groupRowBytes / 8
    var rows = [UInt64](repeating: 0, count: SearchShape.rows * wordsOfRow)
    for place in 0..<Int(SearchShape.blocksOfGroup) {
      let block = group * SearchShape.blocksOfGroup + Int64(place)
      let part = try stored("block_signature", of: block, shift: 9, db)
      guard part.count == SearchShape.rows * words else { return nil }
      for row in 0..<SearchShape.rows {
        for word in 0..<words {
          rows[row * wordsOfRow + place * words + word] = part[row * words + word]
        }
      }
    }
    return rows
  }

  static let chunksAtOnce = 300

  /// A part of a group's signature, which nothing reads until it is whole.
  func store(
    _ signature: [UInt64], ofGroup group: Int64, chunks: Range<Int>, _ db: Database
  ) throws {
    let bytesOfChunk = SearchShape.groupRowsOfChunk * SearchShape.groupRowBytes
    try signature.withUnsafeBytes { bits in
      for chunk in chunks {
        let start = chunk * bytesOfChunk
        try insert(
          bits[start..<min(start + bytesOfChunk, bits.count)], into: "group_signature",
          SearchShape.groupChunk(chunk, of: group), db)
      }
    }
  }

  /// From here on the blocks are searched by their group; false if one was given up meanwhile.
  func use(group: Int64, _ db: Database) throws -> Bool {
    let first = group * SearchShape.blocksOfGroup
    guard try groupIsWhole(first, db) else { return false }
    for block in first..<first + SearchShape.blocksOfGroup {
      try db.run("UPDATE event_block SET state = 2 WHERE number = ?1") { $0.bind(block, at: 1) }
      try EventBlock.delete(from: "block_signature", block, shift: 9, db)
    }
    return true
  }

  private func groupIsWhole(_ first: Int64, _ db: Database) throws -> Bool {
    try db.row(
      "SELECT count(*) FROM event_block WHERE state = 1 AND number BETWEEN ?1 AND ?2"
    ) {
      $0.bind(first, at: 1)
      $0.bind(first + SearchShape.blocksOfGroup - 1, at: 2)
    } _: {
      $0.int(0)
    } == SearchShape.blocksOfGroup
  }

  // MARK: Care

  /// True if the stored signature has all bits that it must have; more do no harm.
  func isSound(_ block: EventBlock, _ db: Database) throws -> Bool {
    let wanted = try signature(of: block.number, db)
    let letters = try stored("block_letters", of: block.number, shift: 6, db)
    return try covers(rows(of: block, db), wanted.rows) && covers(letters, wanted.letters)
  }

  private func rows(of block: EventBlock, _ db: Database) throws -> [UInt64] {
    guard block.state == .grouped else {
      return try stored("block_signature", of: block.number, shift: 9, db)
    }
    let (group, place) = block.number.quotientAndRemainder(dividingBy: SearchShape.blocksOfGroup)
    let all = try stored("group_signature", of: group, shift: 12, db)
    let wordsOfRow = SearchShape.groupRowBytes / 8
    return stride(from: Int(place) * 8, to: all.count, by: wordsOfRow).flatMap { start in
      all[start..<min(start + 8, all.count)]
    }
  }

  private func covers(_ stored: [UInt64], _ wanted: [UInt64]) -> Bool {
    stored.count == wanted.count
      && wanted.indices.allSatisfy { wanted[$0] & ~stored[$0] == 0 }
  }

  private func stored(
    _ table: String, of number: Int64, shift: Int64, _ db: Database
  ) throws -> [UInt64] {
    try db.rows("SELECT bits FROM \(table) WHERE id BETWEEN ?1 AND ?2 ORDER BY id") {
      $0.bind(number << shift, at: 1)
      $0.bind((number + 1) << shift - 1, at: 2)
    } _: { row in
      row.withBlob(0) { bytes in
        (0..<bytes.count / 8).map { bytes.loadUnaligned(fromByteOffset: $0 * 8, as: UInt64.self) }
      }
    }.flatMap { $0 }
  }
}
