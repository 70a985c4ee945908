/// Follows the store in order of arrival: what has been committed, by this process or another.
///
/// It reads pages after its cursor, so that a slow follower costs nobody any memory.
package struct EventFollower: Sendable {
  private let store: any EventStore
  private let selection: EventSelection
  /// The newest id that was given out.
  package private(set) var cursor: Int64

  /// Events in one page.
  private static let pageLimit = 500

  package init(store: any EventStore, selection: EventSelection, after cursor: Int64) {
    self.store = store
    self.selection = selection
    self.cursor = cursor
  }

  /// Calls `body` with each page until it returns false or the task is cancelled.
  package mutating func run(
    _ body: ([StoredEvent]) async throws -> Bool
  ) async throws {
    // Changes are asked for first, so that a commit between the first read and the wait is seen.
    for await _ in store.changes() {
      while true {
        let page = try await patiently { [store, selection, cursor] in
          try await store.events(after: cursor, selection, limit: EventFollower.pageLimit)
        }
        guard let last = page.last else { break }
        cursor = last.id
        guard try await body(page) else { return }
      }
    }
  }
}
