import Foundation
import Testing

@testable import OffstageInspect

@Suite struct LevelDBTests {
  private static let damaged = "Its list of files (MANIFEST) can't be read"

  @Test func `a database that LevelDB has packed and merged is read as LevelDB reads it`() throws {
    let folder = Folder(path: ScratchFolder.fixture("merged-database"))
    let database = LevelDB(try #require(try DatabaseFiles.read(folder)))
    #expect(database.isWhole, "\(database.faults)")
    // What Fixtures/merged-database.c does, in its order.
    var rounds: [Int: Int] = [:]
    for number in 0..<3000 { rounds[number] = 1 }
    for number in stride(from: 0, to: 3000, by: 2) { rounds[number] = 2 }
    for number in stride(from: 0, to: 3000, by: 3) { rounds[number] = nil }
    for number in stride(from: 0, to: 300, by: 6) { rounds[number] = 3 }
    for number in stride(from: 1, to: 300, by: 5) { rounds[number] = nil }
    let again = Array(repeating: "again", count: 6).joined(separator: " and ")
    var expected: [String: String] = [:]
    for (number, round) in rounds {
      expected[String(format: "key-%05d", number)] = "value \(number) of round \(round): \(again)"
    }
    #expect(database.texts == expected)
  }

  @Test func `a later change counts, wherever it lies`() throws {
    try ScratchFolder.with { folder in
      try folder.database("db", [("a".bytes, "log".bytes), ("b".bytes, nil)], tables: [5, 6])
      try folder.write(
        "db/000005.ldb", SampleDatabase.table([("a".bytes, "newer".bytes)], sequence: 9))
      try folder.write(
        "db/000006.sst",
        SampleDatabase.table([("a".bytes, "old".bytes), ("b".bytes, "old".bytes)], sequence: 0))
      let database = try #require(try folder.read("db"))
      #expect(database.texts == ["a": "newer"])
      #expect(database.isWhole)
    }
  }

  @Test func `tables and logs that no longer count are left out`() throws {
    try ScratchFolder.with { folder in
      try folder.database("db", [("a".bytes, "1".bytes)])
      try folder.write("db/000005.ldb", SampleDatabase.table([("b".bytes, "gone".bytes)]))
      try folder.write(
        "db/000002.log", SampleDatabase.log([SampleDatabase.batch([("c".bytes, "gone".bytes)])]))
      #expect(try folder.read("db")?.texts == ["a": "1"])
    }
  }

  @Test func `there is no database in an empty folder, a file, or nowhere`() throws {
    try ScratchFolder.with { folder in
      try folder.write("file", "x")
      try folder.write("folder/LOCK", "")
      #expect(try folder.read("file") == nil)
      #expect(try folder.read("folder") == nil)
      #expect(try folder.read("nowhere") == nil)
    }
  }

  // MARK: Damage

  @Test(arguments: ["CURRENT", "MANIFEST-000001"])
  func `without the list of files all of them are read, and it is said`(_ lost: String) throws {
    try ScratchFolder.with { folder in
      try folder.database("db", [("a".bytes, "1".bytes)], tables: [5])
      try folder.write("db/000005.ldb", SampleDatabase.table([("b".bytes, "2".bytes)]))
      for content: [UInt8]? in [nil, [], "garbage\n".bytes, "MANIFEST-../../x\n".bytes] {
        try? FileManager.default.removeItem(atPath: "\(folder.path)/db/\(lost)")
        if let content { try folder.write("db/\(lost)", content) }
        let database = try #require(try folder.read("db"))
        #expect(database.texts == ["a": "1", "b": "2"])
        #expect(database.faults.map { $0.hasPrefix(Self.damaged) } == [true])
      }
    }
  }

  @Test func `a table that is missing is named, and the rest is read`() throws {
    try ScratchFolder.with { folder in
      try folder.database("db", [("a".bytes, "1".bytes)], tables: [5])
      let database = try #require(try folder.read("db"))
      #expect(database.texts == ["a": "1"])
      #expect(database.faults == ["Table 5, which its list of files names, is missing."])
    }
  }

  /// LevelDB's own reader ends the process over these (`Docs/adr/0014`): nothing guards the footer.
  @Test(
    arguments: [
      (0, 1 << 33), (0, 1 << 36), (0, 1 << 60), (0, UInt64.max - 4), (0, UInt64.max),
      (UInt64.max, 1), (1 << 63, 1 << 63), (1, 20), (0, 0),
    ] as [(UInt64, UInt64)])
  func `a table whose footer lies can't be read, and the rest is`(
    _ offset: UInt64, _ size: UInt64
  ) throws {
    try ScratchFolder.with { folder in
      try folder.database("db", [("a".bytes, "1".bytes)], tables: [5])
      try folder.write(
        "db/000005.ldb",
        SampleDatabase.table([("b".bytes, "2".bytes)], handle: (offset, size)))
      let database = try #require(try folder.read("db"))
      #expect(database.texts == ["a": "1"])
      #expect(database.faults == ["Table 000005.ldb can't be read."])
    }
  }

  @Test func `a block of a kind that is not known is named, and the rest is read`() throws {
    try ScratchFolder.with { folder in
      try folder.database("db", [("a".bytes, "1".bytes)], tables: [5])
      try folder.write("db/000005.ldb", SampleDatabase.table([("b".bytes, "2".bytes)], kind: 2))
      let database = try #require(try folder.read("db"))
      #expect(database.texts == ["a": "1"])
      #expect(database.faults == ["1 parts of table 000005.ldb can't be read; the others were."])
    }
  }

  @Test func `many long keys that share all but nothing are not unpacked without end`() {
    // One key of 64 KB, then 200,000 that are the same: 13 GB of keys in a block of 0.7 MB.
    let block = Bytes.with { out in
      for value: UInt64 in [0, 65_536, 0] { out.varint(value) }
      out.bytes += [UInt8](repeating: 7, count: 65_536)
      for _ in 0..<200_000 {
        for value: UInt64 in [65_536, 0, 0] { out.varint(value) }
      }
    }
    var budget = 10 << 20
    let table = SortedTable(SampleDatabase.table(block: block), budget: &budget)
    #expect(table.damagedBlocks == 1)
    #expect(budget < 1 << 17)
    #expect(table.entries.count < 200)
  }

  @Test func `a record of more changes than there is memory for is read in part`() {
    let entries: [SampleDatabase.Entry] = (0..<1000).map { _ in ([], []) }
    var budget = 8000
    let batch = LevelDBEntry.batch(SampleDatabase.batch(entries), budget: &budget)
    #expect(batch.entries.count == 100 && !batch.isWhole && budget == 0)
  }

  @Test func `a value of many megabytes is read`() throws {
    try ScratchFolder.with { folder in
      let value = [UInt8](repeating: 7, count: 12 << 20)
      try folder.write("db/CURRENT", "MANIFEST-000001\n")
      try folder.write("db/MANIFEST-000001", SampleDatabase.manifest(tables: [5]))
      try folder.write("db/000005.ldb", SampleDatabase.table([("a".bytes, value)]))
      let database = try #require(try folder.read("db"))
      #expect(database.isWhole)
      #expect(database.values.first.map { $0.value.elementsEqual(value) } == true)
    }
  }

  @Test func `links and pipes among the files are not followed, and named`() throws {
    try ScratchFolder.with { folder in
      try folder.database("db", [("a".bytes, "1".bytes)], tables: [5, 6])
      try folder.write("outside", SampleDatabase.table([("b".bytes, "2".bytes)]))
      try FileManager.default.createSymbolicLink(
        atPath: "\(folder.path)/db/000005.ldb", withDestinationPath: "\(folder.path)/outside")
      #expect(mkfifo("\(folder.path)/db/000006.ldb", 0o600) == 0)
      let database = try #require(try folder.read("db"))
      #expect(database.texts == ["a": "1"])
      #expect(database.faults.count == 2)
      #expect(database.faults.contains { $0.hasPrefix("000005.ldb can't be read: it is a link") })
      #expect(database.faults.contains { $0.hasPrefix("000006.ldb can't be read: it is no file") })
    }
  }

  /// Whatever a byte is, no reading traps, and nothing is read that is not there.
  @Test(arguments: 0..<8)
  func `files with bytes that were changed or cut off give what can be read`(_ seed: UInt64) throws
  {
    var random = Seeded(seed)
    let files = try DatabaseFiles.read(Folder(path: ScratchFolder.fixture("merged-database")))
    let whole = LevelDB(try #require(files)).texts
    for _ in 0..<40 {
      var changed = try #require(files)
      let list = Bool.random(using: &random) ? \DatabaseFiles.tables : \.logs
      changed.change(list, with: &random)
      let database = LevelDB(changed)
      // An older value may come back when the newer one is lost; one that never was may not.
      for (key, value) in database.texts {
        #expect(value.hasPrefix("value \(Int(key.suffix(5)) ?? -1) of round "))
      }
      // What a log lacks at its end was never written.
      #expect(list == \.logs || !database.isWhole || database.texts == whole)
    }
  }
}

private struct Seeded: RandomNumberGenerator {
  private var state: UInt64

  init(_ seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

  mutating func next() -> UInt64 {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return state
  }
}

extension DatabaseFiles {
  fileprivate mutating func change(
    _ list: WritableKeyPath<DatabaseFiles, [File]>, with random: inout some RandomNumberGenerator
  ) {
    var bytes = self[keyPath: list][0].bytes
    if Bool.random(using: &random) {
      for _ in 0..<Int.random(in: 1...20, using: &random) {
        bytes[Int.random(in: 0..<bytes.count, using: &random)] =
          UInt8.random(in: 0...255, using: &random)
      }
    } else {
      bytes.removeLast(Int.random(in: 0..<bytes.count, using: &random))
    }
    self[keyPath: list][0].bytes = bytes
  }
}
