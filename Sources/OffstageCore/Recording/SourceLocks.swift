/// Each source is held by one recorder: a kernel lock in the data folder, which ends with the
/// process and which a browser does not inherit.
package struct SourceLocks: Sendable {
  private let folder: DataFolder

  package init(folder: DataFolder) {
    self.folder = folder
  }

  package func lock(_ source: Source) throws(StoreError) -> SourceLock {
    try lock(source.id, name: source.name)
  }

  package func lock(_ id: SourceID, name: String) throws(StoreError) -> SourceLock {
    let path = path(of: id)
    guard let lock = try FileLock(path: path) else {
      let holder = FileLock.holder(of: path).map { " by process \($0)" } ?? ""
      throw StoreError(
        .sourceHeld, "“\(name)” is being recorded\(holder) already.",
        hint: "One recorder holds a source; `offstage events --follow` shows what it records.")
    }
    return SourceLock(lock, of: id)
  }

  private func path(of id: SourceID) -> String { "\(folder.locksPath)/\(id).lock" }

  /// Whether a recorder, in this process or another, holds the source.
  package func isHeld(_ id: SourceID) -> Bool { FileLock.isHeld(path(of: id)) }

  package func held(among ids: some Sequence<SourceID>) -> Set<SourceID> {
    Set(ids.filter(isHeld))
  }

  /// The process that holds the source; nil if none does.
  package func holder(of id: SourceID) -> Int32? {
    isHeld(id) ? FileLock.holder(of: path(of: id)) : nil
  }
}

/// A held source.
package final class SourceLock: Sendable {
  package let source: SourceID
  private let lock: FileLock

  init(_ lock: consuming FileLock, of source: SourceID) {
    self.source = source
    self.lock = lock
  }
}
