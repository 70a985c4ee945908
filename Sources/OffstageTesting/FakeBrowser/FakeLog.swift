/// What a browser context keeps of each service.
struct FakeLog: Sendable {
  private var events: [FakeService: [FakeEvent]] = [:]
  private var unsorted: Set<FakeService> = []

  mutating func append(_ event: FakeEvent) {
    if let last = events[event.service]?.last, last.micros > event.micros {
      unsorted.insert(event.service)
    }
    events[event.service, default: []].append(event)
  }

  mutating func append(contentsOf more: some Sequence<FakeEvent>) {
    for event in more { append(event) }
  }

  /// In time's order; events of one µs in the order they came.
  func sorted(_ service: FakeService) -> [FakeEvent] {
    let kept = events[service] ?? []
    guard unsorted.contains(service) else { return kept }
    return kept.enumerated()
      .sorted { ($0.element.micros, $0.offset) < ($1.element.micros, $1.offset) }
      .map(\.element)
  }

  /// What a replay sends: ascending, but events of one µs in any order
  /// (facts §2: "replay sort is not stable").
  func replay(_ service: FakeService, using random: inout FakeRandom) -> [FakeEvent] {
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
    events[service] = nil
    unsorted.remove(service)
  }

  mutating func removeAll(registrationID: String) {
    for service in FakeService.allCases {
      events[service]?.removeAll { $0.registrationID == registrationID }
    }
  }
}
