/// From the first to the last event of an instance, the browser's own grouping id.
///
/// Pages use some ids again and again, such as the tag of a sync: a span ends where the next begins.
package struct InstanceSpan: Sendable, Hashable {
  package var source: SourceName
  package var service: Service
  /// Without a trailing slash.
  package var origin: String
  package var instanceId: String
  package var first: Timestamp
  package var last: Timestamp
  package var events: Int
  /// `failed` if any event failed, else what the last one says that says something.
  package var outcome: Outcome?
  /// The event that says so; the last one where none says anything.
  package var eventId: Int64

  package init(
    source: SourceName, service: Service, origin: String, instanceId: String, first: Timestamp,
    last: Timestamp, events: Int, outcome: Outcome?, eventId: Int64
  ) {
    self.source = source
    self.service = service
    self.origin = origin
    self.instanceId = instanceId
    self.first = first
    self.last = last
    self.events = events
    self.outcome = outcome
    self.eventId = eventId
  }

  /// So many events before and after a range are looked through for spans that reach into it.
  package static let reach = 10_000
  /// So many events in and around a range are put together at most.
  package static let limit = 4 * reach

  /// Told of, in order of time, the events that may belong to spans.
  package struct Event: Sendable {
    package var id: Int64
    package var timestamp: Timestamp
    package var place: EventPlace
    package var source: SourceName
    package var origin: String
    package var instanceId: String
    package var outcome: Outcome?
    /// Spans are told of those that were chosen, with whatever else belongs to them.
    package var isChosen: Bool

    package init(
      id: Int64, timestamp: Timestamp, place: EventPlace, source: SourceName, origin: String,
      instanceId: String, outcome: Outcome?, isChosen: Bool = true
    ) {
      self.id = id
      self.timestamp = timestamp
      self.place = place
      self.source = source
      self.origin = origin.withoutTrailingSlash
      self.instanceId = instanceId
      self.outcome = outcome
      self.isChosen = isChosen
    }
  }

  /// With one of these an instance begins, also where another of the same id came before it.
  private static let beginnings: Set<EventPlace> = [
    EventPlace(.backgroundFetch, "Background Fetch registered"),
    EventPlace(.backgroundSync, "Registered sync"),
    EventPlace(.notifications, "Notification displayed"),
    EventPlace(.pushMessaging, "Push message received"),
    EventPlace(.paymentHandler, "Payment request"),
  ]

  /// - Parameter events: in order of time. Those without an instance belong to none.
  /// - Returns: those with a chosen event, in order of their first events.
  package static func spans(of events: some Sequence<Event>) -> [InstanceSpan] {
    var spans = InstanceSpans()
    for event in events { _ = spans.add(event) }
    return spans.chosen
  }

  fileprivate static func begins(with event: Event) -> Bool { beginnings.contains(event.place) }

  fileprivate mutating func take(_ event: Event) {
    last = event.timestamp
    events += 1
    guard outcome != .failed else { return }
    if event.outcome != nil || outcome == nil { eventId = event.id }
    outcome = event.outcome ?? outcome
  }
}

/// Spans as they grow, event by event in the order of time.
struct InstanceSpans: Sendable {
  private struct Key: Hashable {
    var source: SourceID
    var service: Int
    var origin: String
    // Bytes: Swift takes canonically equivalent texts for equal.
    var instance: [UInt8]
  }

  /// In order of their first events.
  private(set) var all: [InstanceSpan] = []
  private var isChosen: [Bool] = []
  private var open: [Key: Int] = [:]

  /// Those with a chosen event.
  var chosen: [InstanceSpan] { zip(all, isChosen).filter { $0.1 }.map { $0.0 } }

  /// The index of the event's span; nil if it belongs to none.
  mutating func add(_ event: InstanceSpan.Event) -> Int? {
    guard !event.instanceId.isEmpty, let service = event.place.service else { return nil }
    let key = Key(
      source: event.source.id, service: service.code, origin: event.origin,
      instance: Array(event.instanceId.utf8))
    if let index = open[key], !InstanceSpan.begins(with: event) {
      all[index].take(event)
      isChosen[index] = isChosen[index] || event.isChosen
      return index
    }
    open[key] = all.count
    isChosen.append(event.isChosen)
    all.append(
      InstanceSpan(
        source: event.source, service: service, origin: event.origin,
        instanceId: event.instanceId, first: event.timestamp, last: event.timestamp, events: 1,
        outcome: event.outcome, eventId: event.id))
    return all.count - 1
  }
}
