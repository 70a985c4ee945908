/// The pages of an export in the order of time, as they are after redaction: events of one moment
/// are in the order of what they became, as in the store that they are imported into.
struct RedactedPages {
  let redaction: Redaction?
  /// Of the last moment, to which the next page may add.
  private var held: [StoredEvent] = []

  private static let mostHeld = 10_000

  /// - Parameter redaction: nil leaves all as it is.
  init(_ redaction: Redaction?) {
    self.redaction = redaction
  }

  mutating func next(_ page: [StoredEvent]) -> [StoredEvent] {
    guard let redaction else { return page }
    let all = held + redaction.redact(page)
    var end =
      all.lastIndex { $0.logged.timestamp != all.last?.logged.timestamp }.map { $0 + 1 } ?? 0
    // No browser logs so many in a microsecond.
    if all.count - end > Self.mostHeld { end = all.count }
    held = Array(all[end...])
    return sorted(all[..<end])
  }

  mutating func rest() -> [StoredEvent] {
    defer { held = [] }
    return sorted(held[...])
  }

  private func sorted(_ events: ArraySlice<StoredEvent>) -> [StoredEvent] {
    // Equal ones of several sources stay as they are.
    events.enumerated().sorted { left, right in
      let (first, second) = (left.element.identity, right.element.identity)
      return (first.timestamp, first.place.rawValue, first.digest, left.offset)
        < (second.timestamp, second.place.rawValue, second.digest, right.offset)
    }.map(\.element)
  }
}
