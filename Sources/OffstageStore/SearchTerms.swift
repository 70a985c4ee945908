/// What the bits of a granule must be for an event of it to be one that is asked for.
indirect enum SearchTerms: Equatable {
  case everything
  case nothing
  /// The rows that must be set, the rarest first as far as that is known; what must be among the
  /// block's letters is tried where the rows leave something.
  case bits(rows: [Int], letters: [Letters])
  case all([SearchTerms])
  case any([SearchTerms])

  struct Letters: Equatable {
    var first: Int
    /// Nil: any.
    var second: Int?
    var third: Int?
  }

  static func facet(_ facet: SearchShape.Facet, _ value: Int64) -> SearchTerms {
    .bits(rows: SearchShape.rows(of: facet, value), letters: [])
  }

  static func instance(_ text: String) -> SearchTerms {
    var text = text
    return text.withUTF8 { .facet(.instance, SearchShape.number(ofInstance: $0)) }
  }

  /// Any of values that are few; of many each is likely to be in every granule.
  static func anyOf(_ terms: [SearchTerms]) -> SearchTerms {
    if terms.isEmpty { return .nothing }
    if terms.count > 32 || terms.contains(.everything) { return .everything }
    let rest = terms.filter { $0 != .nothing }
    return rest.isEmpty ? .nothing : rest.count == 1 ? rest[0] : .any(rest)
  }

  static func allOf(_ terms: [SearchTerms]) -> SearchTerms {
    if terms.contains(.nothing) { return .nothing }
    let rest = terms.filter { $0 != .everything }
    return rest.isEmpty ? .everything : rest.count == 1 ? rest[0] : .all(rest)
  }

  /// Texts that hold these bytes. A name and an instance are stored as they are, metadata as JSON: of
  /// what JSON writes in another way only the bytes around it count.
  static func text(_ word: String) -> SearchTerms {
    allOf(
      word.utf8.split { $0 < 0x20 || $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "\\") }
        .map { bytes(Array($0)) })
  }

  /// A stretch of metadata as it is stored.
  static func stored(_ text: some StringProtocol) -> SearchTerms { bytes(Array(text.utf8)) }

  private static func bytes(_ bytes: [UInt8]) -> SearchTerms {
    let bytes = bytes.map(SearchShape.folded)
    func number(_ from: Int, _ count: Int) -> UInt64 {
      bytes[from..<from + count].reduce(0) { $0 << 8 | UInt64($1) }
    }
    var rows: [Int] = []
    for start in bytes.indices where start + 5 <= bytes.count {
      rows.append(SearchShape.row(ofFive: number(start, 5)))
    }
    for start in bytes.indices where start + 3 <= bytes.count {
      let (first, second) = SearchShape.rows(ofThree: number(start, 3))
      rows += [first, second]
    }
    let letters = bytes.map { Int(SearchShape.alphabet[Int($0)]) }
    guard bytes.count >= 3 else {
      guard let first = letters.first else { return .everything }
      return .bits(
        rows: [], letters: [Letters(first: first, second: letters.dropFirst().first, third: nil)])
    }
    return .bits(
      rows: rows,
      letters: letters.indices.dropLast(2).map {
        Letters(first: letters[$0], second: letters[$0 + 1], third: letters[$0 + 2])
      })
  }
}
