import OffstageCore

/// Says which events were nearly what was waited for: all but one term takes them.
struct NearMisses {
  let filter: EventFilter
  let context: FilterContext

  /// Sentences, the nearest first.
  func among(_ events: [StoredEvent]) -> String? {
    let parts = filter.conjuncts
    guard parts.count > 1 else { return nil }
    var best: (term: EventFilter, events: [StoredEvent])?
    for (index, term) in parts.enumerated() {
      var rest = parts
      rest.remove(at: index)
      guard let selection = try? EventFilter.every(rest).selection(context) else { continue }
      let found = events.filter(selection.takes)
      // What fits the fewest is the nearest: a service alone takes everything.
      if !found.isEmpty, best.map({ found.count < $0.events.count }) ?? true {
        best = (term, found)
      }
    }
    guard let (term, found) = best, let last = found.last else { return nil }
    let what = found.count == 1 ? "1 event is" : "\(found.count) events are"
    return "\(what) all that but \(term.description): the last is “\(last.logged.eventName)”"
      + (last.logged.instanceId.isEmpty ? "" : " of “\(last.logged.instanceId)”")
      + (last.logged.metadata.isEmpty
        ? "."
        : " with "
          + last.logged.metadata.map { "\($0.key): \($0.value)" }
          .joined(separator: " · ").prefix(200) + ".")
  }
}
