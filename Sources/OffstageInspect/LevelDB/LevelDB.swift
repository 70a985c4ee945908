import Foundation

/// What a LevelDB database holds.
struct LevelDB: Sendable {
  typealias Bytes = ArraySlice<UInt8>

  private(set) var values: [(key: Bytes, value: Bytes)] = []
  /// What could not be read, each in a sentence.
  private(set) var faults: [String] = []
  /// No record of it is missing or may be one that was deleted.
  var isWhole: Bool { faults.isEmpty }

  /// As a whole, not byte by byte, as an array would be.
  private struct Key: Hashable {
    let bytes: Bytes

    static func == (left: Key, right: Key) -> Bool {
      left.bytes.withUnsafeBytes { left in
        right.bytes.withUnsafeBytes { right in
          left.count == right.count
            && (left.isEmpty || memcmp(left.baseAddress!, right.baseAddress!, left.count) == 0)
        }
      }
    }

    func hash(into hasher: inout Hasher) {
      bytes.withUnsafeBytes { hasher.combine(bytes: $0) }
    }
  }

  private struct Latest {
    var sequence: UInt64
    var value: Bytes?
  }

  /// So much memory may be taken by what is read, beside the files themselves.
  private static let budget = 1 << 30

  /// - Parameter isWanted: which keys are kept.
  init(
    _ files: DatabaseFiles, deadline: ContinuousClock.Instant? = nil,
    isWanted: (Bytes) -> Bool = { _ in true }
  ) {
    var latest: [Key: Latest] = [:]
    faults = files.faults
    if files.manifest == nil {
      faults.append(
        "Its list of files (MANIFEST) can't be read: all files were, and what the browser had "
          + "deleted may be among it.")
    }
    for number in files.missing {
      faults.append("Table \(number), which its list of files names, is missing.")
    }
    var budget = Self.budget
    for file in files.tables {
      if DatabaseFiles.isPast(deadline, &faults) { break }
      let table = SortedTable(file.bytes, budget: &budget)
      Self.merge(table.entries, isWanted, into: &latest)
      if table.isUnreadable {
        faults.append("Table \(file.name) can't be read.")
      } else if table.damagedBlocks > 0 {
        faults.append(
          "\(table.damagedBlocks) parts of table \(file.name) can't be read; the others were.")
      }
    }
    for file in files.logs where files.manifest?.needs(log: file.number) ?? true {
      if DatabaseFiles.isPast(deadline, &faults) { break }
      let log = BlockLog(file.bytes)
      var isDamaged = log.isDamaged
      for record in log.records {
        let batch = LevelDBEntry.batch(record, budget: &budget)
        Self.merge(batch.entries, isWanted, into: &latest)
        if !batch.isWhole { isDamaged = true }
      }
      if isDamaged { faults.append("Parts of \(file.name) can't be read; the others were.") }
    }
    values = latest.compactMap { key, latest in latest.value.map { (key.bytes, $0) } }
  }

  private static func merge(
    _ entries: [LevelDBEntry], _ isWanted: (Bytes) -> Bool, into latest: inout [Key: Latest]
  ) {
    for entry in entries where isWanted(entry.key) {
      let key = Key(bytes: entry.key)
      // Of equal numbers the later one: a batch that lies in a log and in a table is the same.
      if let known = latest[key], known.sequence > entry.sequence { continue }
      latest[key] = Latest(sequence: entry.sequence, value: entry.value)
    }
  }
}
