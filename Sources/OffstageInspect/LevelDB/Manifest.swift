import Protobuf

/// Which files make up the database.
///
/// Source: leveldb, db/version_edit.cc. The manifest is a log of changes to that.
struct Manifest: Hashable {
  /// The tables that count, by their numbers.
  private(set) var tables: Set<UInt64> = []
  /// What is in older logs is in tables.
  private(set) var firstLog: UInt64 = 0
  private(set) var previousLog: UInt64 = 0

  static let comparator = "leveldb.BytewiseComparator"

  private enum Tag: UInt64 {
    case comparator = 1
    case logNumber = 2
    case nextFileNumber = 3
    case lastSequence = 4
    case compactPointer = 5
    case deletedFile = 6
    case newFile = 7
    case prevLogNumber = 9
  }

  /// Nil if it is not whole, or of another order of keys.
  init?(_ bytes: [UInt8]) {
    let log = BlockLog(bytes)
    guard !log.isDamaged, !log.records.isEmpty else { return nil }
    for record in log.records {
      guard apply(record) else { return nil }
    }
  }

  func needs(log number: UInt64) -> Bool { number >= firstLog || number == previousLog }

  private mutating func apply(_ record: [UInt8]) -> Bool {
    var reader = ByteReader(record)
    while !reader.isAtEnd {
      guard let tag = reader.varint().flatMap(Tag.init), apply(tag, &reader) else { return false }
    }
    return true
  }

  private mutating func apply(_ tag: Tag, _ reader: inout ByteReader) -> Bool {
    switch tag {
    case .comparator:
      return reader.counted().map { $0.elementsEqual(Self.comparator.utf8) } ?? false
    case .logNumber:
      guard let number = reader.varint() else { return false }
      firstLog = number
    case .prevLogNumber:
      guard let number = reader.varint() else { return false }
      previousLog = number
    case .nextFileNumber, .lastSequence:
      return reader.varint() != nil
    case .compactPointer:
      return reader.varint() != nil && reader.counted() != nil
    case .deletedFile:
      guard reader.varint() != nil, let number = reader.varint() else { return false }
      tables.remove(number)
    case .newFile:
      guard reader.varint() != nil, let number = reader.varint(), reader.varint() != nil,
        reader.counted() != nil, reader.counted() != nil
      else { return false }
      tables.insert(number)
    }
    return true
  }
}
