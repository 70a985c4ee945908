/// How the search index is laid out. It is stored: changing it needs a migration that drops what is
/// there.
///
/// Events are taken in the order of arrival, where none ever comes between others, and only goes. So
/// many that follow one another are a block, and each block has a signature: a table of bits with a
/// column for each granule of a few events and a row for each value of a hash. A bit is set when an
/// event of the granule has something of that hash. What lacks a bit of what is asked for need not be
/// read; what has them all is read and judged by itself.
enum SearchShape {
  /// The bits of one row.
  typealias Granules = SIMD8<UInt64>

  static let granules = 512
  static let rowBits: UInt64 = 14
  static let rows = 1 << rowBits
  static let rowBytes = granules / 8
  /// With them a stored row fills one page of the database, without overflow.
  static let rowsOfChunk = 63
  static let chunks = (rows + rowsOfChunk - 1) / rowsOfChunk

  /// Events of a granule, and of a block, but in tests.
  static let granule: Int64 = 32

  static func blockSize(granule: Int64) -> Int64 { Int64(granules) * granule }

  static func chunk(_ chunk: Int, of block: Int64) -> Int64 { block << 9 | Int64(chunk) }

  // MARK: Groups

  /// The rows of so many blocks side by side: what is looked up for one is there for all of them.
  static let blocksOfGroup: Int64 = 8
  typealias Group = SIMD64<UInt64>
  static let groupRowBytes = rowBytes * Int(blocksOfGroup)
  static let groupRowsOfChunk = 7
  static let groupChunks = (rows + groupRowsOfChunk - 1) / groupRowsOfChunk

  static func groupChunk(_ chunk: Int, of group: Int64) -> Int64 { group << 12 | Int64(chunk) }

  // MARK: Letters

  /// Beside the signature each block has a set of all that three bytes in a row are in its texts, in
  /// an alphabet of 64: it knows exactly what the hashes only guess, and also one and two bytes.
  static let letters = 64
  static let end: UInt8 = 0
  /// Of the stored row of one first letter: a bit for each second and third one.
  static let letterBytes = letters * letters / 8

  static func letterRow(_ first: Int, of block: Int64) -> Int64 { block << 6 | Int64(first) }

  static let alphabet: [UInt8] = {
    let marks = Array(" :,{}[]-_./%#@=&?()+".utf8)
    // Several of these are one letter.
    let rareMarks = Array("~^|<>!$*;'`".utf8)
    return (0...255).map { (byte: Int) -> UInt8 in
      let byte = folded(UInt8(byte))
      if byte >= UInt8(ascii: "a"), byte <= UInt8(ascii: "z") {
        return byte - UInt8(ascii: "a") + 1
      }
      if byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") {
        return byte - UInt8(ascii: "0") + 27
      }
      if let mark = marks.firstIndex(of: byte) { return UInt8(mark) + 37 }
      if let mark = rareMarks.firstIndex(of: byte) { return UInt8(mark / 4) + 58 }
      // Of texts in other scripts, by what begins a character.
      return byte >= 0xE0 ? 63 : byte >= 0xC0 ? 62 : byte >= 0x80 ? 61 : 57
    }
  }()

  static func folded(_ byte: UInt8) -> UInt8 {
    UInt8(ascii: "A") <= byte && byte <= UInt8(ascii: "Z") ? byte + 32 : byte
  }

  // MARK: Hashes

  /// Three bytes set two bits: a word of three has nothing else to go by.
  @inline(__always)
  static func rows(ofThree bytes: UInt64) -> (Int, Int) {
    let hash = mixed(bytes)
    return (row(hash, 0), row(hash, 1))
  }

  /// Five bytes tell apart what is made of common threes.
  @inline(__always)
  static func row(ofFive bytes: UInt64) -> Int { row(mixed(bytes | 5 << 56), 0) }

  /// What is no text.
  enum Facet: UInt64 {
    case service = 1, source, origin, registration, outcome, capture, name, instance
  }

  static func rows(of facet: Facet, _ value: Int64) -> [Int] {
    let hash = mixed(mixed(facet.rawValue << 56) ^ UInt64(bitPattern: value))
    return (0..<4).map { row(hash, $0) }
  }

  static func number(ofInstance utf8: UnsafeBufferPointer<UInt8>) -> Int64 {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    return Int64(bitPattern: hash)
  }

  @inline(__always)
  private static func row(_ hash: UInt64, _ part: UInt64) -> Int {
    Int(hash >> (part * rowBits) & UInt64(rows - 1))
  }

  /// The finaliser of SplitMix64.
  @inline(__always)
  private static func mixed(_ value: UInt64) -> UInt64 {
    var value = value &+ 0x9E37_79B9_7F4A_7C15
    value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
    return value ^ value >> 31
  }
}
