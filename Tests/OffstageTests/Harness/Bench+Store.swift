import OffstageCore
import OffstageStore

extension Bench {
  var storePath: String { DataFolder(path: data).storePath }

  /// The store, made by the test instead of by a recorder; without sources at first.
  func withStore<Result>(
    _ body: (SQLiteEventStore) async throws -> Result
  ) async throws -> Result {
    let folder = DataFolder(path: data)
    try folder.create()
    let store = try SQLiteEventStore.open(at: folder.storePath)
    let result = try await body(store)
    try await store.close()
    return result
  }
}

extension SourceDescription {
  static func test(_ name: String) -> SourceDescription {
    SourceDescription(
      kind: .profile, place: .profile(userDataDir: "/nowhere/\(name)", profileDir: "Default"),
      suggestedName: name, browser: nil, transport: "test")
  }
}
