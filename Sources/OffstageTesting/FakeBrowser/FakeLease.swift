/// Which services a context records, and until when.
package struct FakeLease: Sendable {
  /// When recording ends; a service that is off has none.
  package private(set) var expiry: [FakeService: Int64] = [:]
  /// What the Preferences file says.
  private var saved: [FakeService: Int64] = [:]
  private var changedAt: Int64?

  /// Docs/browser-facts.md §0.4: three days after the last setRecording(true).
  package static let micros: Int64 = 3 * 86_400_000_000
  /// browser-facts §1: a flip was lost by a kill at once and on disk 12 s later; the write is lazy.
  private static let writeDelay: Int64 = 10_000_000

  /// Stale after the lease's end, until the next event notices (Docs/browser-facts.md §0.4).
  package func isRecording(_ service: FakeService) -> Bool { expiry[service] != nil }

  func isExpired(_ service: FakeService, at now: Int64) -> Bool {
    expiry[service].map { $0 < now } ?? false
  }

  mutating func set(_ service: FakeService, until end: Int64?, at now: Int64) {
    settle(at: now)
    expiry[service] = end
    changedAt = changedAt ?? now
  }

  /// What a killed browser finds again.
  mutating func crash(at now: Int64) {
    settle(at: now)
    expiry = saved
    changedAt = nil
  }

  /// What a browser finds again that ended well. On disk are whole minutes since 1601, and an
  /// expiry in the past starts as not recording (Docs/browser-facts.md §1).
  mutating func load(at now: Int64) {
    expiry = expiry.compactMapValues { end in
      let minutes = end - end % 60_000_000
      return minutes > now ? minutes : nil
    }
    saved = expiry
    changedAt = nil
  }

  /// browser-facts §3: the flags of a new off-the-record context are copied from the profile's.
  func copied() -> FakeLease {
    var copy = FakeLease()
    copy.expiry = expiry
    return copy
  }

  private mutating func settle(at now: Int64) {
    guard let changed = changedAt, now - changed >= Self.writeDelay else { return }
    saved = expiry
    changedAt = nil
  }
}
