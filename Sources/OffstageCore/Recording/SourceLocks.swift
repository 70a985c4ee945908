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
    let path = "\(folder.locksPath)/\(id).lock"
    guard let lock = try FileLock(path: path) else {
      let holder = FileLock.holder(of: path).map { " by process \($0)" } ?? ""
      throw StoreError(
        .sourceHeld, "“\(name)” is being recorded\(holder) already.",
        hint: "One recorder holds a source; `offstage events --follow` shows what it records.")
    }
    return SourceLock(lock)
  }
}

/// A held source.
package final class SourceLock: Sendable {
  private let lock: FileLock

  init(_ lock: consuming FileLock) {
    self.lock = lock
  }
}

extension SourceLocks {
  /// Whether a recorder, in this process or another, holds the source.
  package func isHeld(_ source: Source) -> Bool {
    do {
      _ = try lock(source)
      return false
    } catch {
      return error.code == .sourceHeld
    }
  }

  package func held(among sources: [Source]) -> Set<SourceID> {
    Set(sources.filter(isHeld).map(\.id))
  }
}
