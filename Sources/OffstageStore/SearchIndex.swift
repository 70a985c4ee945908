internal import GRDB
internal import OffstageCore

/// Makes signatures of the blocks that are full. Nothing is ever added to them.
struct SearchIndex {
  let granule: Int64
  var size: Int64 { SearchShape.blockSize(granule: granule) }

  /// How many full blocks have no signature, and the newest of them.
  func waiting(_ db: Database) throws -> (blocks: Int, newest: Int64?) {
    guard let (first, last) = try EventBlock.numbers(db, size: size) else { return (0, nil) }
    let isFull = try db.row("SELECT max(id) FROM event") { $0.int(0) } == (last + 1) * size - 1
    return try db.row(
      """
      SELECT count(*), max(number) FROM event_block
      WHERE state = 0 AND number BETWEEN ?1 AND ?2
      """
    ) {
      $0.bind(first, at: 1)
      $0.bind(isFull ? last : last - 1, at: 2)
    } _: {
      (Int($0.int(0)), $0.optionalInt(1))
    } ?? (0, nil)
  }

  func signature(of block: Int64, _ db: Database) throws -> SignatureBuilder {
    var builder = SignatureBuilder()
    let names = NameTexts(db)
    let origins = try db.rows("SELECT id, origin FROM registration") { ($0.int(0), $0.int(1)) }
    let originOf = Dictionary(uniqueKeysWithValues: origins)
    let events = try RawStatement(
      db,
      """
      SELECT id, place >> 8, source, registration, outcome, capture, name, instance, metadata
      FROM event WHERE id BETWEEN ?1 AND ?2 ORDER BY id
      """)
    events.bind(block * size, at: 1)
    events.bind((block + 1) * size - 1, at: 2)
    defer { events.reset() }
    while try events.step() {
      let name = events.int(6)
      let registration = events.int(3)
      let event = SignatureBuilder.Event(
        facets: [
          (.service, events.int(1)), (.source, events.int(2)), (.registration, registration),
          (.origin, originOf[registration] ?? 0), (.outcome, events.int(4)),
          (.capture, events.int(5)), (.name, name),
        ],
        name: try names.text(name))
      builder.add(
        event, instance: events.utf8(7), metadata: events.utf8(8),
        toGranule: Int((events.int(0) - block * size) / granule))
    }
    builder.endGranule()
    return builder
  }

  /// False if another process was quicker, or its events are gone.
  func store(_ signature: SignatureBuilder, of block: Int64, _ db: Database) throws -> Bool {
    let mark = try RawStatement(
      db, "UPDATE event_block SET state = 1 WHERE number = ?1 AND state = 0")
    mark.bind(block, at: 1)
    try mark.run()
    guard mark.changes > 0 else { return false }
    let bytesOfChunk = SearchShape.rowsOfChunk * SearchShape.rowBytes
    try signature.rows.withUnsafeBytes { bits in
      for chunk in 0..<SearchShape.chunks {
        let start = chunk * bytesOfChunk
        try insert(
          bits[start..<min(start + bytesOfChunk, bits.count)], into: "block_signature",
          SearchShape.chunk(chunk, of: block), db)
      }
    }
    try signature.letters.withUnsafeBytes { bits in
      for first in 0..<SearchShape.letters {
        let start = first * SearchShape.letterBytes
        try insert(
          bits[start..<start + SearchShape.letterBytes], into: "block_letters",
          SearchShape.letterRow(first, of: block), db)
      }
    }
    return true
  }

  func insert(
    _ bits: Slice<UnsafeRawBufferPointer>, into table: String, _ id: Int64, _ db: Database
  ) throws {
    let insert = try RawStatement(
      db, "INSERT OR REPLACE INTO \(table) (id, bits) VALUES (?1, ?2)")
    insert.bind(id, at: 1)
    insert.bindBlobInPlace(UnsafeRawBufferPointer(rebasing: bits), at: 2)
    try insert.run()
  }
}

/// Names by their numbers: few, and each of very many events.
private final class NameTexts {
  private let db: Database
  private var known: [Int64: [UInt8]] = [:]

  init(_ db: Database) {
    self.db = db
  }

  func text(_ number: Int64) throws -> [UInt8] {
    if let text = known[number] { return text }
    let text =
      try db.row("SELECT value FROM text WHERE id = ?1") {
        $0.bind(number, at: 1)
      } _: {
        $0.bytes(0)
      } ?? []
    known[number] = text
    return text
  }
}
