/// One change to the database: what its key holds from then on, or nothing.
struct LevelDBEntry: Sendable, Hashable {
  var key: ArraySlice<UInt8>
  /// Nil: the key was deleted.
  var value: ArraySlice<UInt8>?
  /// Of two entries of a key the one with the higher number counts.
  var sequence: UInt64

  /// The changes of one record of a log; nil after `prefix` when it is not whole.
  ///
  /// Source: leveldb, db/write_batch.cc.
  static func batch(_ record: [UInt8]) -> (entries: [LevelDBEntry], isWhole: Bool) {
    var reader = ByteReader(record)
    var entries: [LevelDBEntry] = []
    guard let sequence = reader.fixed64(), let count = reader.fixed32() else {
      return ([], false)
    }
    while let tag = reader.byte() {
      guard tag <= 1, let key = reader.counted() else { return (entries, false) }
      var value: ArraySlice<UInt8>?
      if tag == 1 {
        value = reader.counted()
        if value == nil { return (entries, false) }
      }
      entries.append(
        LevelDBEntry(key: key, value: value, sequence: sequence &+ UInt64(entries.count)))
    }
    return (entries, entries.count == count)
  }
}
