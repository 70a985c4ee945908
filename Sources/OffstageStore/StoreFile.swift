internal import Foundation
internal import OffstageCore

/// Looks at the file before SQLite does, so that a file of another kind is left alone.
enum StoreFile {
  private static let magic = Array("SQLite format 3\u{0}".utf8)
  private static let applicationIDOffset = 68

  static func check(_ path: String) throws {
    guard let file = FileHandle(forReadingAtPath: path) else { return }
    defer { try? file.close() }
    let header = [UInt8](try file.read(upToCount: 100) ?? Data())
    guard !header.isEmpty else { return }
    guard header.count == 100, header.starts(with: magic) else {
      throw StoreError(
        .notAStore, "\(path) is not an Offstage store.",
        hint: "Move it away, or choose another folder with --data.")
    }
    let id = header[applicationIDOffset..<applicationIDOffset + 4].reduce(Int32(0)) {
      $0 << 8 | Int32($1)
    }
    // 0: made a moment ago, its first migration not yet committed.
    guard id == Schema.applicationID || id == 0 else {
      throw StoreError(
        .notAStore, "\(path) is a SQLite file of another program.",
        hint: "Choose another folder with --data.")
    }
    try checkLength(file, header, path)
  }

  /// A file that is shorter than its header says was cut off.
  private static func checkLength(_ file: FileHandle, _ header: [UInt8], _ path: String) throws {
    let written = Int(header[16]) << 8 | Int(header[17])
    let pageSize = written == 1 ? 65536 : written
    let pages = header[28..<32].reduce(0) { $0 << 8 | Int($1) }
    let hasWAL = FileManager.default.fileExists(atPath: path + "-wal")
    guard !hasWAL, try file.seekToEnd() < UInt64(pages * pageSize) else { return }
    throw StoreError(
      .damaged, "The store \(path) was cut off: it is shorter than it says.",
      hint: "offstage verify --salvage takes out what can be read.")
  }
}
