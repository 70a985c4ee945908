/// Something that was logged.
package struct FakeHistoryEntry: Sendable, Hashable {
  package var context: FakeContextKey
  package var event: FakeEvent
  /// To some client, live or in a replay.
  package internal(set) var isShown: Bool
  /// False once it was wiped, and for what is only shown live.
  package internal(set) var isInLog: Bool
}

/// What a test compares a recorder with.
extension FakeBrowserModel {
  /// What the browser would replay now, were it all readable.
  package func log(of key: FakeContextKey, _ service: FakeService) -> [FakeEvent] {
    contextIndex(key).map { contexts[$0].log.sorted(service) } ?? []
  }

  /// Everything of a context that was ever kept, each with the number of times.
  package func everKept(in key: FakeContextKey = .main) -> [FakeEvent: Int] {
    count(key) { !$0.event.isLiveOnly }
  }

  /// Everything of a context that some client could know of: what a recorder must have that was
  /// there at the time. What was logged and wiped between two replays is not in it.
  package func everShown(in key: FakeContextKey = .main) -> [FakeEvent: Int] {
    count(key, where: \.isShown)
  }

  private func count(
    _ key: FakeContextKey, where condition: (FakeHistoryEntry) -> Bool
  ) -> [FakeEvent: Int] {
    history.reduce(into: [:]) { counts, entry in
      guard entry.context == key, condition(entry) else { return }
      counts[entry.event, default: 0] += 1
    }
  }

  /// True when one session observes all of these in the context, and all are recorded.
  package func isObserved(
    _ services: Set<FakeService> = Set(FakeService.allCases), in key: FakeContextKey = .main
  ) -> Bool {
    guard let context = contextIndex(key) else { return false }
    return services.allSatisfy { contexts[context].lease.isRecording($0) }
      && sessions.indices.contains {
        services.isSubset(of: sessions[$0].observed) && contextIndex(ofSession: $0) == context
      }
  }

  // MARK: Keeping count

  mutating func markShown(_ service: FakeService, in key: FakeContextKey) {
    for index in history.indices
    where history[index].isInLog && history[index].event.service == service {
      if history[index].context == key { history[index].isShown = true }
    }
  }

  mutating func markGone(in key: FakeContextKey, where condition: (FakeEvent) -> Bool) {
    for index in history.indices where history[index].isInLog {
      guard history[index].context == key, condition(history[index].event) else { continue }
      history[index].isInLog = false
    }
  }
}
