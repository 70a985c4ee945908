internal import Foundation
internal import OffstageCore

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// What salvage does with files. All of it is over before SQLite opens the file at `path`, because
/// closing a file drops this process's locks on it.
extension StoreFile {
  static let pageSize = 4096

  /// Whether the file at `path` says that it is a store of ours; it may have lost its first page.
  static func isMarkedForSalvage(_ path: String) throws -> Bool {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw StoreError(.notFound, "There is no store \(path).", hint: "Nothing is recorded yet.")
    }
    guard !isFolder.boolValue else { throw notAStore(path) }
    guard let file = FileHandle(forReadingAtPath: path) else {
      throw StoreError(
        .notWritable, "The store \(path) can't be read.", hint: "Check who may read the file.")
    }
    defer { try? file.close() }
    let header = [UInt8]((try? file.read(upToCount: 100)) ?? Data())
    if header.count == 100, isForeign(header) { throw notAStore(path) }
    if let holder = holder(of: file.fileDescriptor) { throw inUse(path, by: holder) }
    return header.count == 100 && isMarked(header)
  }

  /// Another program's locks: SQLite holds one on these bytes while it has a WAL store open
  /// (SQLite's os.h, `PENDING_BYTE`, and 512 bytes from there).
  private static func holder(of descriptor: CInt) -> Int32? {
    var lock = flock()
    lock.l_type = Int16(F_WRLCK)
    lock.l_whence = Int16(SEEK_SET)
    lock.l_start = 0x4000_0000
    lock.l_len = 512
    guard fcntl(descriptor, F_GETLK, &lock) == 0, lock.l_type != Int16(F_UNLCK) else { return nil }
    return lock.l_pid
  }

  // MARK: Copying

  /// What the disk does not give of a page becomes zeros, which SQLite takes for a bad page.
  static func copy(_ from: String, to: String) throws {
    let source = open(from, O_RDONLY | O_CLOEXEC)
    guard source >= 0 else { throw failure("read", from) }
    defer { close(source) }
    let target = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard target >= 0 else { throw failure("write", to) }
    defer { close(target) }
    let end = lseek(source, 0, SEEK_END)
    var buffer = [UInt8](repeating: 0, count: pageSize)
    var offset = 0
    while offset < end {
      let wanted = min(pageSize, end - offset)
      let count = pread(source, &buffer, wanted, off_t(offset))
      if count < 0 { buffer = [UInt8](repeating: 0, count: pageSize) }
      let part = count < 0 ? wanted : count
      guard part > 0 else { break }
      guard pwrite(target, buffer, part, off_t(offset)) == part else { throw failure("write", to) }
      offset += part
    }
  }

  /// Gives the copy of a store that has lost pages of its schema, which tells where each table
  /// begins, those of a new store: tables are made in one order, so that they begin at the same pages.
  static func graftSchema(of new: String, onto path: String, tables: Set<Int>) throws {
    let fresh = try Data(contentsOf: URL(fileURLWithPath: new))
    guard let file = FileHandle(forUpdatingAtPath: path) else { throw failure("write", path) }
    defer { try? file.close() }
    let pages = UInt32(truncatingIfNeeded: Int(try file.seekToEnd()) / pageSize)
    for number in 1...fresh.count / pageSize where !tables.contains(number) {
      let offset = (number - 1) * pageSize
      var page = [UInt8](fresh[offset..<offset + pageSize])
      if number == 1 {
        // SQLite, "Database File Format", 1.3: the size in pages is good where the number of changes
        // at which it was written is the number of changes.
        page.replaceSubrange(28..<32, with: withUnsafeBytes(of: pages.bigEndian, Array.init))
        page.replaceSubrange(92..<96, with: page[24..<28])
      }
      try file.seek(toOffset: UInt64(offset))
      try file.write(contentsOf: page)
    }
  }

  // MARK: Taking its place

  /// Puts the file at `path` aside, with its write-ahead log, and `new` in its place.
  static func replace(_ path: String, by new: String, aside: String) throws {
    // A second name first: there is a store at `path` at any time.
    guard link(path, aside) == 0 || rename(path, aside) == 0 else { throw failure("move", path) }
    if rename(path + "-wal", aside + "-wal") != 0, errno != ENOENT {
      throw failure("move", path + "-wal")
    }
    unlink(path + "-shm")
    guard rename(new, path) == 0 else { throw failure("move", new) }
    let folder = open((path as NSString).deletingLastPathComponent, O_RDONLY | O_CLOEXEC)
    guard folder >= 0 else { return }
    fsync(folder)
    close(folder)
  }

  private static func failure(_ verb: String, _ path: String) -> StoreError {
    let number = errno
    return number == ENOSPC
      ? StoreError(
        .full, "There is no room on the disk for a copy of the store.",
        hint: "Salvage needs room for two more of it beside the store.")
      : StoreError(
        .notWritable, "Could not \(verb) \(path): \(String(cString: strerror(number))).",
        hint: "Check who may write to the folder.")
  }
}
