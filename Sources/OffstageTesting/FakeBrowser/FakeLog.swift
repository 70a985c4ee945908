/// What a browser context keeps of each service.
struct FakeLog: Sendable {
  private var events = [[FakeEvent]](repeating: [], count: FakeService.allCases.count)
  private var unsorted: Set<FakeService> = []

  mutating func append(_ event: FakeEvent) {
    let service = event.service.ordinal
    if let last = events[service].last?.micros, last > event.micros {
      unsorted.insert(event.service)
    }
    events[service].append(event)
  }

  /// In time's order; events of one µs in the order they came.
  func sorted(_ service: FakeService) -> [FakeEvent] {
    let kept = events[service.ordinal]
    guard unsorted.contains(service) else { return kept }
    return kept.enumerated()
      .sorted { ($0.element.micros, $0.offset) < ($1.element.micros, $1.offset) }
      .map(\.element)
  }

  /// What a replay sends: ascending, but events of one µs in any order
  /// (Docs/browser-facts.md §2).
  func replay(_ service: FakeService, using random: inout SeededGenerator) -> [FakeEvent] {
    var all = sorted(service)
    var start = all.startIndex
    while start < all.endIndex {
      var end = start + 1
      while end < all.endIndex, all[end].micros == all[start].micros { end += 1 }
      if end - start > 1 { all[start..<end].shuffle(using: &random) }
      start = end
    }
    return all
  }

  mutating func removeAll(_ service: FakeService) {
    events[service.ordinal] = []
    unsorted.remove(service)
  }

  mutating func removeAll(registrationID: String) {
    for service in events.indices {
      events[service].removeAll { $0.registrationID == registrationID }
    }
  }
}
