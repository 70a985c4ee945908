/// What a LevelDB database holds.
struct LevelDB: Sendable {
  typealias Bytes = ArraySlice<UInt8>

  private(set) var values: [Bytes: Bytes] = [:]
  /// What could not be read, each in a sentence.
  private(set) var faults: [String] = []
  /// No record of it is missing or may be one that was deleted.
  var isWhole: Bool { faults.isEmpty }

  private struct Latest {
    var sequence: UInt64
    var value: Bytes?
  }

  /// So much may be unpacked of all that is read.
  private static let budget = 4 << 30

  init(_ files: DatabaseFiles) {
    var latest: [Bytes: Latest] = [:]
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
      let table = SortedTable(file.bytes, budget: &budget)
      Self.merge(table.entries, into: &latest)
      if table.isUnreadable {
        faults.append("Table \(file.name) can't be read.")
      } else if table.damagedBlocks > 0 {
        faults.append(
          "\(table.damagedBlocks) parts of table \(file.name) can't be read; the others were.")
      }
    }
    for file in files.logs where files.manifest?.needs(log: file.number) ?? true {
      let log = BlockLog(file.bytes)
      var isDamaged = log.isDamaged
      for record in log.records {
        let batch = LevelDBEntry.batch(record)
        Self.merge(batch.entries, into: &latest)
        if !batch.isWhole { isDamaged = true }
      }
      if isDamaged { faults.append("Parts of \(file.name) can't be read; the others were.") }
    }
    values = latest.compactMapValues(\.value)
  }

  private static func merge(_ entries: [LevelDBEntry], into latest: inout [Bytes: Latest]) {
    for entry in entries {
      // Of equal numbers the later one: a batch that lies in a log and in a table is the same.
      if let known = latest[entry.key], known.sequence > entry.sequence { continue }
      latest[entry.key] = Latest(sequence: entry.sequence, value: entry.value)
    }
  }
}
