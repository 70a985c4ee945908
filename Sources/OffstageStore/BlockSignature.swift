internal import GRDB

/// Reads the bits of blocks that are in the index.
final class BlockSignature {
  private let rows: RowReader<SearchShape.Granules>
  private let groupRows: RowReader<SearchShape.Group>
  private let letters: RawStatement
  private let terms: SearchTerms
  /// What was found of whole groups.
  private var groups: [Int64: SearchShape.Group] = [:]

  static let every = SearchShape.Granules(repeating: .max)

  init(_ db: Database, _ terms: SearchTerms) throws {
    self.terms = terms
    rows = try RowReader(
      db, table: "block_signature", shift: 9, rowsOfChunk: SearchShape.rowsOfChunk)
    groupRows = try RowReader(
      db, table: "group_signature", shift: 12, rowsOfChunk: SearchShape.groupRowsOfChunk)
    letters = try RawStatement(db, "SELECT bits FROM block_letters WHERE id = ?1")
  }

  /// The granules that may hold what is asked for.
  func granules(of block: EventBlock) throws -> SearchShape.Granules {
    var found: SearchShape.Granules
    switch block.state {
    case .read: return Self.every
    case .indexed: found = try bits(of: terms, block.number, rows)
    case .grouped: found = try part(of: block.number)
    }
    if found != .zero, try !mayHold(terms, block.number) { found = .zero }
    return found
  }

  private func part(of block: Int64) throws -> SearchShape.Granules {
    let (group, place) = block.quotientAndRemainder(dividingBy: SearchShape.blocksOfGroup)
    let bits: SearchShape.Group
    if let known = groups[group] {
      bits = known
    } else {
      bits = try self.bits(of: terms, group, groupRows)
      groups[group] = bits
    }
    var granules = SearchShape.Granules.zero
    for word in 0..<8 { granules[word] = bits[Int(place) * 8 + word] }
    return granules
  }

  private func bits<Bits: SIMD>(
    of terms: SearchTerms, _ number: Int64, _ reader: RowReader<Bits>
  ) throws -> Bits where Bits.Scalar == UInt64 {
    let every = Bits(repeating: .max)
    var found = every
    switch terms {
    case .everything: break
    case .nothing: found = .zero
    case .all(let parts):
      for part in parts where found != .zero { found &= try bits(of: part, number, reader) }
    case .any(let parts):
      found = .zero
      for part in parts where found != every { found |= try bits(of: part, number, reader) }
    case .bits(let rows, _):
      for row in rows where found != .zero { found &= try reader.bits(ofRow: row, of: number) }
    }
    return found
  }

  // MARK: Letters

  /// False if the letters that are asked for are in none of the block's texts.
  private func mayHold(_ terms: SearchTerms, _ block: Int64) throws -> Bool {
    switch terms {
    case .everything: return true
    case .nothing: return false
    case .all(let parts): return try parts.allSatisfy { try mayHold($0, block) }
    case .any(let parts): return try parts.contains { try mayHold($0, block) }
    // Longer texts are told apart well enough by their hashes.
    case .bits(_, let letters):
      return try letters.count > 2 || letters.allSatisfy { try has($0, block) }
    }
  }

  private func has(_ wanted: SearchTerms.Letters, _ block: Int64) throws -> Bool {
    letters.bind(SearchShape.letterRow(wanted.first, of: block), at: 1)
    defer { letters.reset() }
    guard try letters.step() else { return true }
    return letters.withBlob(0) { bytes in
      guard bytes.count == SearchShape.letterBytes else { return true }
      guard let second = wanted.second else { return bytes.contains { $0 != 0 } }
      let thirds = bytes.loadUnaligned(fromByteOffset: second * 8, as: UInt64.self)
      return wanted.third.map { thirds >> UInt64($0) & 1 == 1 } ?? (thirds != 0)
    }
  }
}

/// Rows of bits in chunks that fill a page each.
private struct RowReader<Bits: SIMD> where Bits.Scalar == UInt64 {
  private let chunks: RawStatement
  private let shift: Int64
  private let rowsOfChunk: Int

  init(_ db: Database, table: String, shift: Int64, rowsOfChunk: Int) throws {
    chunks = try RawStatement(db, "SELECT bits FROM \(table) WHERE id = ?1")
    self.shift = shift
    self.rowsOfChunk = rowsOfChunk
  }

  /// A row that is missing takes nothing away.
  func bits(ofRow row: Int, of number: Int64) throws -> Bits {
    let (chunk, place) = row.quotientAndRemainder(dividingBy: rowsOfChunk)
    chunks.bind(number << shift | Int64(chunk), at: 1)
    defer { chunks.reset() }
    guard try chunks.step() else { return Bits(repeating: .max) }
    return chunks.withBlob(0) { bytes in
      let size = Bits.scalarCount * 8
      guard (place + 1) * size <= bytes.count else { return Bits(repeating: .max) }
      return bytes.loadUnaligned(fromByteOffset: place * size, as: Bits.self)
    }
  }
}
