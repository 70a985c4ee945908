internal import Foundation
internal import GRDB
internal import OffstageCore

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// Looks at the file before SQLite does, so that a file of another kind is left alone.
enum StoreFile {
  private static let magic = Array("SQLite format 3\u{0}".utf8)
  private static let applicationIDOffset = 68
  static let noStoreHint =
    "Move it away, or choose another folder with --data. If it was one, `offstage verify --salvage` "
    + "saves what can be read."

  static let salvageHint =
    "Run `offstage verify --salvage`: it saves what can still be read, and keeps the file."

  static func check(_ path: String) throws {
    var isFolder: ObjCBool = false
    if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue {
      throw StoreError(
        .notAStore, "\(path) is a folder, not an Offstage store.",
        hint: "Move it away, or choose another folder with --data.")
    }
    guard let file = FileHandle(forReadingAtPath: path) else { return makePrivate(path) }
    // Closing it drops every lock that this process has on the file (SQLite, "How To Corrupt An
    // SQLite Database File", 2.2): all of this is over before the store is opened.
    defer { try? file.close() }
    let header = [UInt8](try file.read(upToCount: 100) ?? Data())
    guard !header.isEmpty else { return }
    guard header.count == 100, header.starts(with: magic) else { throw notAStore(path) }
    let id = applicationID(header)
    guard try id == Schema.applicationID || id == 0 && isUnmarkedStore(path) else {
      throw StoreError(
        .notAStore, "\(path) is a SQLite file of another program.",
        hint: "Choose another folder with --data.")
    }
    try checkLength(file, header, path)
  }

  private static func applicationID(_ header: [UInt8]) -> Int32 {
    header[applicationIDOffset..<applicationIDOffset + 4].reduce(0) { $0 << 8 | Int32($1) }
  }

  static func isMarked(_ header: [UInt8]) -> Bool {
    header.starts(with: magic) && applicationID(header) == Schema.applicationID
  }

  /// A SQLite file that bears another program's mark.
  static func isForeign(_ header: [UInt8]) -> Bool {
    let id = applicationID(header)
    return header.starts(with: magic) && id != Schema.applicationID && id != 0
  }

  static func notAStore(_ path: String) -> StoreError {
    StoreError(
      .notAStore, "\(path) is not an Offstage store.", hint: noStoreHint)
  }

  // MARK: Locks

  /// Held by each process that has the store open, and alone by one that puts another file in its
  /// place: SQLite would go on with the old file and the new one's write-ahead log.
  private static func lockPath(_ path: String) -> String { path + "-lock" }

  /// Tries for half a second: a child that is being started has our locks too, until it has become
  /// another program.
  private static func lock(_ path: String, isShared: Bool) throws(StoreError) -> FileLock? {
    for _ in 1..<50 {
      if let lock = try FileLock(path: lockPath(path), isShared: isShared) { return lock }
      usleep(10_000)
    }
    return try FileLock(path: lockPath(path), isShared: isShared)
  }

  static func share(_ path: String) throws(StoreError) -> FileLock {
    guard let lock = try lock(path, isShared: true) else {
      throw StoreError(
        .busy, "The store \(path) is being salvaged.", hint: "Try again when that is done.")
    }
    return lock
  }

  static func lockAlone(_ path: String) throws(StoreError) -> FileLock {
    guard let lock = try lock(path, isShared: false) else { throw inUse(path, by: nil) }
    return lock
  }

  static func inUse(_ path: String, by pid: Int32?) -> StoreError {
    let holder = pid.map { "process \($0)" } ?? "another process"
    return StoreError(
      .busy, "The store \(path) is open in \(holder).",
      hint: "End what records or follows it (open, attach, serve, events --follow), then try again."
    )
  }

  // MARK: Making

  /// What was recorded is its owner's alone; SQLite gives its other files the mode of this one. A
  /// folder that can't be written to is told by SQLite.
  private static func makePrivate(_ path: String) {
    // Several processes may start at once: FileManager would put a new file in the place of one
    // that another is already filling.
    let descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    if descriptor >= 0 { close(descriptor) }
  }

  /// Most programs mark their files with nothing. Ours has no mark while it is being made, and
  /// while what made it still lies in the write-ahead log.
  private static func isUnmarkedStore(_ path: String) throws -> Bool {
    var configuration = Configuration()
    configuration.readonly = true
    configuration.busyMode = .timeout(5)
    return try DatabaseQueue(path: path, configuration: configuration).read { db in
      if try Int32.fetchOne(db, sql: "PRAGMA application_id") == Schema.applicationID {
        return true
      }
      let others = try Int.fetchOne(
        db,
        sql: """
          SELECT count(*) FROM sqlite_master
          WHERE name <> 'grdb_migrations' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
          """)
      return others == 0
    }
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
      hint: salvageHint)
  }
}
