internal import GRDB
internal import OffstageCore

extension StoreError {
  /// What a failure of SQLite means for a person.
  init(_ error: any Error, doing verb: String, _ path: String) {
    if let error = error as? StoreError {
      self = error
      return
    }
    guard let error = error as? DatabaseError else {
      self.init(.failed, "Could not \(verb) the store \(path): \(error)")
      return
    }
    let said = error.message ?? "SQLite error \(error.extendedResultCode.rawValue)"
    // The index of the write-ahead log is made and grown apart from it; without room for it SQLite
    // speaks of an I/O error.
    let hasNoRoom = error.extendedResultCode == .SQLITE_IOERR_SHMSIZE
    switch hasNoRoom ? .SQLITE_FULL : error.resultCode {
    case .SQLITE_FULL:
      self.init(
        .full, "There is no room on the disk for the store \(path).",
        hint: "Make room; recording goes on by itself, and the browser keeps the events meanwhile.")
    case .SQLITE_NOTADB:
      self.init(
        .notAStore, "\(path) is not an Offstage store.", hint: StoreFile.noStoreHint)
    case .SQLITE_CORRUPT:
      self.init(
        .damaged, "The store \(path) is damaged (\(said)).",
        hint: StoreFile.salvageHint)
    case .SQLITE_BUSY, .SQLITE_LOCKED:
      self.init(.busy, "Another process holds the store \(path) for too long.")
    case .SQLITE_READONLY, .SQLITE_CANTOPEN, .SQLITE_PERM, .SQLITE_AUTH:
      self.init(
        .notWritable, "The store \(path) can't be opened for writing (\(said)).",
        hint: "Check who may write to the folder, or choose another one with --data.")
    default:
      self.init(
        .failed, "Could not \(verb) the store \(path): \(said).",
        hint: "See whether the disk is sound, and what `offstage verify` says.")
    }
  }
}
