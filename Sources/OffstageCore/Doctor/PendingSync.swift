/// A sync that a browser still means to fire.
package struct PendingSync: Sendable, Hashable {
  package var tag: String
  package var isPeriodic: Bool
  /// Attempts so far, and how many there will be at most.
  package var attempts: Int
  package var maxAttempts: Int?
  /// Nil: as soon as the browser is online.
  package var next: Timestamp?

  package init(
    tag: String, isPeriodic: Bool = false, attempts: Int = 0, maxAttempts: Int? = nil,
    next: Timestamp? = nil
  ) {
    self.tag = tag
    self.isPeriodic = isPeriodic
    self.attempts = attempts
    self.maxAttempts = maxAttempts
    self.next = next
  }
}

/// Reads the pending syncs of an origin out of a profile folder. CDP has only their tags, not when
/// they fire next.
package protocol PendingSyncReading: Sendable {
  func pendingSyncs(
    userDataDir: String, profileDir: String, origin: String
  ) async throws -> [PendingSync]
}
