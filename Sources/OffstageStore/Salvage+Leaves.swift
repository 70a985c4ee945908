internal import Foundation
internal import GRDB
internal import OffstageCore

/// Events behind a bad inner page: no way leads to their pages, which are sound themselves.
extension Salvage {
  /// Puts each such page of the file in the place where the table begins: then it is all of the table.
  /// Only what the time index knows is taken; freed pages still hold what was removed.
  static func copyLeaves(
    of path: String, to new: Database, open: (String) throws -> DatabaseQueue
  ) throws {
    let missing = Set(
      try new.rows("SELECT id FROM temp.known WHERE id NOT IN (SELECT id FROM event)", { _ in }) {
        $0.int(0)
      })
    guard !missing.isEmpty else { return }
    let queue = try open(path)
    let root = try queue.writeWithoutTransaction { old in
      try old.row("SELECT rootpage FROM sqlite_master WHERE name = 'event'", { _ in }) {
        Int($0.int(0))
      }
    }
    try queue.close()
    guard let root else { return }
    for number in try StoreFile.leaves(of: path, with: missing) where number != root {
      try StoreFile.copyPage(number, to: root, of: path)
      let queue = try open(path)
      defer { try? queue.close() }
      try queue.writeWithoutTransaction { old in
        try Salvage(from: old, to: new).copyRows(missing)
      }
    }
  }

  private func copyRows(_ missing: Set<Int64>) throws {
    let columns = try columns(of: "event")
    let insert = try insertion(into: "event", columns)
    do {
      let select = try RawStatement(old, "SELECT \(columns) FROM event")
      defer { select.reset() }
      while try select.step() {
        guard missing.contains(select.int(0)) else { continue }
        do { try insert.run(withRowOf: select) } catch { try Salvage.passDamage(error) }
      }
    } catch {
      try Salvage.passDamage(error)
    }
  }
}

extension StoreFile {
  /// Pages that look like leaves of a table and hold a row of these numbers.
  fileprivate static func leaves(of path: String, with numbers: Set<Int64>) throws -> [Int] {
    let file = try Data(contentsOf: URL(fileURLWithPath: path), options: .alwaysMapped)
    return (1..<max(1, file.count / pageSize)).filter { index in
      let start = index * pageSize
      return rowNumbers(of: [UInt8](file[start..<start + pageSize])).contains(
        where: numbers.contains)
    }.map { $0 + 1 }
  }

  /// SQLite, “Database File Format”, 1.6: the kind of page, the count of cells at 3, from 8 where
  /// each begins; a cell begins with its size and its row's number.
  private static func rowNumbers(of page: [UInt8]) -> [Int64] {
    guard page[0] == 13 else { return [] }
    let count = Int(page[3]) << 8 | Int(page[4])
    return (0..<min(count, (pageSize - 8) / 2)).compactMap { cell in
      var offset = Int(page[8 + cell * 2]) << 8 | Int(page[9 + cell * 2])
      return varint(page, &offset).flatMap { _ in varint(page, &offset) }
    }
  }

  private static func varint(_ page: [UInt8], _ offset: inout Int) -> Int64? {
    var value: Int64 = 0
    for index in 0..<9 {
      guard offset < page.count else { return nil }
      let byte = page[offset]
      offset += 1
      if index == 8 { return value << 8 | Int64(byte) }
      value = value << 7 | Int64(byte & 0x7F)
      if byte < 0x80 { return value }
    }
    return nil
  }

  fileprivate static func copyPage(_ number: Int, to place: Int, of path: String) throws {
    let file = try FileHandle(forUpdating: URL(fileURLWithPath: path))
    defer { try? file.close() }
    try file.seek(toOffset: UInt64((number - 1) * pageSize))
    let page = try file.read(upToCount: pageSize) ?? Data()
    try file.seek(toOffset: UInt64((place - 1) * pageSize))
    try file.write(contentsOf: page)
  }
}
