/// What one worker reported, and when handlers of it ran.
package struct WorkerReport: Sendable {
  package var source: SourceName
  package var origin: String?
  package var scope: String?
  /// In the order of time.
  package var entries: [WorkerContextEntry]
  package var handled: [ClosedRange<Timestamp>]

  package init(
    source: SourceName, origin: String?, scope: String?, entries: [WorkerContextEntry],
    handled: [ClosedRange<Timestamp>]
  ) {
    self.source = source
    self.origin = origin
    self.scope = scope
    self.entries = entries
    self.handled = handled
  }

  /// The stretches in which the worker ran for an operation, with the time in which it may report
  /// late.
  package static func handled(
    by operation: Operation, _ events: [StoredEvent]
  ) -> [ClosedRange<Timestamp>] {
    switch operation.service {
    case .notifications, .backgroundFetch:
      // The worker is told of a click, a close, and a fetch's end, and nothing tells how long it ran.
      events.filter {
        ["Notification clicked", "Notification closed", "Background Fetch completed"]
          .contains($0.logged.eventName)
      }.map { $0.logged.timestamp...($0.logged.timestamp + .seconds(1)) }
    case .paymentHandler:
      handled(fromFirstTo: events)
    case .pushMessaging, .backgroundSync, .periodicBackgroundSync:
      OperationStory(of: operation, events).runs.map { run in
        run.from...((run.to ?? run.from + Operation.patience(of: operation.service)) + .seconds(1))
      }
    }
  }

  private static func handled(fromFirstTo events: [StoredEvent]) -> [ClosedRange<Timestamp>] {
    guard let first = events.first, let last = events.last else { return [] }
    return [first.logged.timestamp...(last.logged.timestamp + .seconds(1))]
  }
}
