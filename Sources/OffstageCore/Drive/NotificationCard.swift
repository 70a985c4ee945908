/// A notification on the screen, with what the browser has logged of it.
package struct NotificationCard: Sendable, Hashable {
  package var source: SourceName
  package var shown: ShownNotification
  /// That it was displayed. Nil if that was not logged, or not yet.
  package var event: StoredEvent?
  /// No other event fits as well.
  package var isSure: Bool

  package init(
    source: SourceName, shown: ShownNotification, event: StoredEvent? = nil, isSure: Bool = false
  ) {
    self.source = source
    self.shown = shown
    self.event = event
    self.isSure = isSure
  }

  /// Nil if it is not known: no desktop is told. `""` for one without.
  package var tag: String? { event?.logged.instanceId }
}

extension NotificationCard {
  /// Between the browser's log and the desktop lies a call, which waits while the browser is busy.
  package static let slack = Interval.seconds(10)
  static let eventName = "Notification displayed"

  /// The event that tells of what is shown: the same origin and texts, and the nearest moment.
  package init(
    _ shown: ShownNotification, of source: SourceName, among events: [StoredEvent]
  ) {
    let candidates = events.filter { event in
      event.source.id == source.id && event.logged.eventName == Self.eventName
        && shown.isTold(by: event.logged)
    }
    let event = candidates.min { one, other in
      shown.distance(to: one) < shown.distance(to: other)
    }
    self.init(source: source, shown: shown, event: event, isSure: candidates.count == 1)
  }
}

extension ShownNotification {
  func distance(to event: StoredEvent) -> Int64 {
    abs(shown.micros - event.logged.timestamp.micros)
  }

  func isTold(by event: LoggedEvent) -> Bool {
    abs(shown.micros - event.timestamp.micros) <= NotificationCard.slack.micros
      && (origin == nil || origin == event.origin.withoutTrailingSlash)
      && event.metadata.contains { $0.key == "Title" && $0.value == title }
      // The browser trims what it gives to the desktop.
      && event.metadata.contains { $0.key == "Body" && $0.value.withoutOuterNewlines == body }
  }
}

extension String {
  fileprivate var withoutOuterNewlines: String {
    var bytes = utf8[...]
    while bytes.first == UInt8(ascii: "\n") { bytes.removeFirst() }
    while bytes.last == UInt8(ascii: "\n") { bytes.removeLast() }
    return bytes.count == utf8.count ? self : String(Substring(bytes))
  }
}

extension EventStore {
  /// What was logged of what is shown.
  package func logged(
    _ shown: [ShownNotification], of source: SourceName
  ) async throws -> [NotificationCard] {
    guard let oldest = shown.map(\.shown).min() else { return [] }
    let selection = EventSelection(
      services: [.notifications], sources: [source.id], names: [NotificationCard.eventName],
      since: oldest - NotificationCard.slack)
    let events = try await events(EventQuery(selection, order: .descending, limit: 1000)).events
    return shown.map { NotificationCard($0, of: source, among: events) }
  }
}
