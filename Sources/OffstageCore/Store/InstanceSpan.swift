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

  /// So many events before and after a range are looked through for the ends of spans that lie
  /// outside of it.
  package static let reach = 20_000

  /// With one of these an instance begins, also where another of the same id came before it.
  private static let beginnings: Set<EventPlace> = [
    EventPlace(.backgroundFetch, "Background Fetch registered"),
    EventPlace(.backgroundSync, "Registered sync"),
    EventPlace(.notifications, "Notification displayed"),
    EventPlace(.pushMessaging, "Push message received"),
    EventPlace(.paymentHandler, "Payment request"),
  ]

  private struct Key: Hashable {
    var source: SourceID
    var service: Service
    var origin: String
    // Bytes: Swift takes canonically equivalent texts for equal.
    var instance: [UInt8]
  }

  /// - Parameter events: in order of time. Those without an instance belong to none.
  /// - Returns: in order of their first events.
  package static func spans(of events: some Sequence<StoredEvent>) -> [InstanceSpan] {
    var spans: [InstanceSpan] = []
    var open: [Key: Int] = [:]
    for event in events where !event.logged.instanceId.isEmpty {
      let key = Key(
        source: event.source.id, service: event.logged.service,
        origin: event.logged.origin.withoutTrailingSlash,
        instance: Array(event.logged.instanceId.utf8))
      if let index = open[key], !beginnings.contains(event.identity.place) {
        spans[index].take(event)
      } else {
        open[key] = spans.count
        spans.append(InstanceSpan(of: event))
      }
    }
    return spans
  }

  private init(of event: StoredEvent) {
    self.init(
      source: event.source, service: event.logged.service,
      origin: event.logged.origin.withoutTrailingSlash, instanceId: event.logged.instanceId,
      first: event.logged.timestamp, last: event.logged.timestamp, events: 1,
      outcome: event.logged.outcome, eventId: event.id)
  }

  private mutating func take(_ event: StoredEvent) {
    last = event.logged.timestamp
    events += 1
    guard outcome != .failed else { return }
    if event.logged.outcome != nil || outcome == nil { eventId = event.id }
    outcome = event.logged.outcome ?? outcome
  }
}
