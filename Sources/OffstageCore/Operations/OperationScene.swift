/// All that bears on one operation: what is said of it follows from these values alone.
package struct OperationScene: Sendable {
  package var operation: StoredOperation
  /// In the order of time.
  package var events: [StoredEvent]
  /// Operations of the same source and origin around it, with those of their events that are near.
  package var neighbours: [Neighbour]
  /// What the worker said from shortly before its beginning to shortly after its end.
  package var worker: [WorkerContextEntry]
  /// Of its source and service, as far as they touch it.
  package var gaps: [Gap]
  /// Until when its service was surely watched. What has not come by then may never come.
  package var watchedUntil: Timestamp
  /// When the browser was observed around it.
  package var runs: [ObservedRun]
  /// What was on the screen of it, as far as that was seen.
  package var shown: [StoredNotification] = []
  /// How it came to the browser, if it came by our push service.
  package var push: PushMessage?

  package struct Neighbour: Sendable, Hashable {
    package var operation: StoredOperation
    package var events: [StoredEvent]

    package init(operation: StoredOperation, events: [StoredEvent]) {
      self.operation = operation
      self.events = events
    }
  }

  /// A stretch in which a service was observed; `to` is nil while it goes on.
  package struct ObservedRun: Sendable, Hashable {
    package var from: Timestamp
    package var to: Timestamp?
    package var browser: String

    package init(from: Timestamp, to: Timestamp?, browser: String) {
      self.from = from
      self.to = to
      self.browser = browser
    }
  }

  /// How far around an operation its neighbours and its worker are looked at.
  package static let before = Interval.seconds(5)
  package static let after = Interval.seconds(30)
  /// Of an operation that waits; if it is watched so long.
  package static let waiting = Interval.minutes(10)

  package init(
    operation: StoredOperation, events: [StoredEvent], neighbours: [Neighbour] = [],
    worker: [WorkerContextEntry] = [], gaps: [Gap] = [], watchedUntil: Timestamp,
    runs: [ObservedRun] = []
  ) {
    self.operation = operation
    self.events = events
    self.neighbours = neighbours
    self.worker = worker
    self.gaps = gaps
    self.watchedUntil = watchedUntil
    self.runs = runs
  }

  package var story: OperationStory { OperationStory(of: operation.operation, events) }
  package var links: [OperationLink] { OperationLink.links(of: self) }
}
