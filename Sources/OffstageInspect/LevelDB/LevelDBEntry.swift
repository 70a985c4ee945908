import Protobuf

/// One change to the database: what its key holds from then on, or nothing.
struct LevelDBEntry: Sendable, Hashable {
  var key: ArraySlice<UInt8>
  /// Nil: the key was deleted.
  var value: ArraySlice<UInt8>?
  /// Of two entries of a key the one with the higher number counts.
  var sequence: UInt64

  /// What it takes in memory, beside the bytes that it shares with its file. The smallest has three
  /// there.
  static let cost = 80

  /// The changes of one record of a log, as many as can be read.
  ///
  /// Source: leveldb, db/write_batch.cc.
  static func batch(
    _ record: [UInt8], budget: inout Int
  ) -> (entries: [LevelDBEntry], isWhole: Bool) {
    var reader = ByteReader(record)
    var entries: [LevelDBEntry] = []
    guard let sequence = reader.fixed64(), let count = reader.fixed32() else {
      return ([], false)
    }
    while let tag = reader.byte() {
      guard tag <= 1, budget >= cost, let key = reader.counted() else { return (entries, false) }
      budget -= cost
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
