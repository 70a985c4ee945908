import Foundation
import OffstageCore
import OffstageStore

/// Lends a folder of its own and removes it afterwards.
func withScratchFolder<Value>(_ body: (String) async throws -> Value) async throws -> Value {
  let folder = FileManager.default.temporaryDirectory
    .appendingPathComponent("offstage-store-\(UUID().uuidString)").path
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
