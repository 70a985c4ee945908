internal import GRDB

/// Reads the bits of blocks that are in the index.
struct BlockSignature {
  private let rows: RawStatement
  private let letters: RawStatement

  static let every = SearchShape.Granules(repeating: .max)

  init(_ db: Database) throws {
    rows = try RawStatement(db, "SELECT bits FROM block_signature WHERE id = ?1")
    letters = try RawStatement(db, "SELECT bits FROM block_letters WHERE id = ?1")
  }

  /// The granules that may hold what is asked for.
  func granules(of terms: SearchTerms, in block: Int64) throws -> SearchShape.Granules {
    switch terms {
    case .everything: return Self.every
    case .nothing: return .zero
    case .all(let parts):
      var found = Self.every
      for part in parts where found != .zero { found &= try granules(of: part, in: block) }
      return found
    case .any(let parts):
      var found = SearchShape.Granules.zero
      for part in parts where found != Self.every { found |= try granules(of: part, in: block) }
      return found
    case .bits(let rows, let letters):
      var found = Self.every
      for row in rows where found != .zero { found &= try bits(ofRow: row, in: block) }
      // Longer texts are told apart well enough by their hashes.
      guard found != .zero, letters.count <= 2 else { return found }
      for letter in letters where try !has(letter, in: block) { return .zero }
      return found
    }
  }

  /// A row that is missing takes nothing away.
  private func bits(ofRow row: Int, in block: Int64) throws -> SearchShape.Granules {
    let (chunk, place) = row.quotientAndRemainder(dividingBy: SearchShape.rowsOfChunk)
    rows.bind(SearchShape.chunk(chunk, of: block), at: 1)
    defer { rows.reset() }
    guard try rows.step() else { return Self.every }
    return rows.withBlob(0) { bytes in
      let start = place * SearchShape.rowBytes
      guard start + SearchShape.rowBytes <= bytes.count else { return Self.every }
      return bytes.loadUnaligned(fromByteOffset: start, as: SearchShape.Granules.self)
    }
  }

  private func has(_ wanted: SearchTerms.Letters, in block: Int64) throws -> Bool {
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
