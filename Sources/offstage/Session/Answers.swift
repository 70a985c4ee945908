import OffstageCore
import OffstageStore

/// What recorders answer comes by the store.
extension SQLiteEventStore {
  /// Reads after each commit until there is something; nil when `isExpected` no longer holds, and
  /// there is nothing yet.
  func firstValue<Value: Sendable>(
    while isExpected: @escaping @Sendable () -> Bool,
    _ read: @escaping @Sendable () async throws -> Value?
  ) async throws -> Value? {
    try await withThrowingTaskGroup(of: Value?.self) { group in
      group.addTask {
        try await self.run()
        return nil
      }
      group.addTask {
        for await _ in self.changes() {
          if let value = try await read() { return value }
        }
        return nil
      }
      group.addTask {
        // That a recorder ends is no commit.
        while isExpected() { try await Task.sleep(for: .milliseconds(300)) }
        return try await read()
      }
      defer { group.cancelAll() }
      return try await group.next() ?? nil
    }
  }
}
