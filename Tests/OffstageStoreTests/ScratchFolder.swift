import Foundation
import OffstageCore
import OffstageStore

/// Lends a folder of its own and removes it afterwards; one in memory where there is such a place,
/// so that syncing costs no time.
func withScratchFolder<Value>(_ body: (String) async throws -> Value) async throws -> Value {
  let memory = "/dev/shm"
  let parent =
    FileManager.default.isWritableFile(atPath: memory) ? memory : NSTemporaryDirectory()
  let folder = "\(parent)/offstage-store-\(UUID().uuidString)"
  try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(atPath: folder) }
  return try await body(folder)
}

/// What opening the file comes to, when it comes to nothing.
func openingError(_ path: String) async -> StoreError? {
  do {
    try await SQLiteEventStore.open(at: path).close()
    return nil
  } catch {
    return error as? StoreError
  }
}
