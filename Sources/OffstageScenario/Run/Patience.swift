import OffstageCore

/// Reads again after each commit until there is something, or the time is up. It reads once more at
/// the end, so that nothing is missed that was there in time.
///
/// - Returns: nil when the time was up.
func within<Value: Sendable>(
  _ limit: Interval, of store: any EventStore, clock: any WallClock,
  _ read: @escaping @Sendable () async throws -> Value?
) async throws -> Value? {
  try await withThrowingTaskGroup(of: Value?.self) { group in
    group.addTask {
      for await _ in store.changes() {
        if let value = try await patiently({ try await read() }) { return value }
      }
      try Task.checkCancellation()
      return nil
    }
    group.addTask {
      try await clock.sleep(for: limit)
      return try await patiently { try await read() }
    }
    defer { group.cancelAll() }
    return try await group.next() ?? nil
  }
}
