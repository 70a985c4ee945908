/// The course of an operation as its events tell it: the runs of its handler, the requests of a
/// background fetch.
package struct OperationStory: Sendable, Hashable {
  /// One dispatch of the handler, until it settled.
  package struct Run: Sendable, Hashable {
    package var from: Timestamp
    /// Nil where no end was logged.
    package var to: Timestamp?
    package var outcome: Outcome?
    /// As the browser words it: a status, or the reason of a failure.
    package var status: String?
    package var isLastChance = false
    /// When the browser meant to try again.
    package var next: Timestamp?
    package var eventIds: [Int64]

    /// The wait for the next attempt is shorter than any that Chromium has by itself: five minutes,
    /// then fifteen. `--fast-retries` does that, and so do field-trial parameters of others.
    package var isHastened: Bool {
      guard let to, let next else { return false }
      return next - to < .seconds(290)
    }
  }

  /// One request of a background fetch.
  package struct Request: Sendable, Hashable {
    package var index: Int
    package var url: String
    package var from: Timestamp?
    package var to: Timestamp?
    package var status: Int?
    /// In bytes.
    package var responseSize: Int64?
    /// In bytes.
    package var uploadSize: Int64?
    package var outcome: Outcome?
    package var eventIds: [Int64]
  }

  package private(set) var runs: [Run] = []
  /// In the order of their indexes.
  package private(set) var requests: [Request] = []

  package init(of operation: Operation, _ events: [StoredEvent]) {
    var byIndex: [Int: Int] = [:]
    for event in events {
      let step = OperationStep(event.identity.place) { event.logged.value(of: $0) }
      switch step {
      case .push(let step): take(step, event)
      case .sync(let step): take(step, event)
      case .periodicSync(let step): take(step, event)
      case .payment(let step): take(step, event)
      case .backgroundFetch(let step): take(step, event, &byIndex)
      case .notification, .unknown: break
      }
    }
    requests.sort { $0.index < $1.index }
  }

  private mutating func begin(_ event: StoredEvent, isLastChance: Bool = false) {
    runs.append(
      Run(
        from: event.logged.timestamp, outcome: .pending, isLastChance: isLastChance,
        eventIds: [event.id]))
  }

  /// The newest run that has no end, or one whose beginning was not logged.
  private mutating func end(
    _ event: StoredEvent, _ outcome: Outcome?, status: String?, next: Timestamp? = nil
  ) {
    if runs.last?.to != nil || runs.isEmpty {
      begin(event)
    } else {
      runs[runs.count - 1].eventIds.append(event.id)
    }
    let last = runs.count - 1
    runs[last].to = event.logged.timestamp
    runs[last].outcome = outcome
    runs[last].status = status
    runs[last].next = next
  }

  private mutating func take(_ step: OperationStep.Push, _ event: StoredEvent) {
    switch step {
    case .dispatched: begin(event)
    case .completed(let isOK):
      end(event, isOK ? .ok : .failed, status: event.logged.value(of: "Status"))
    case .received, .genericNotificationShown, .unsubscribed, .sent, .acknowledged, .handlerFailed:
      break
    }
  }

  private mutating func take(_ step: OperationStep.Sync, _ event: StoredEvent) {
    switch step {
    case .registered: break
    case .reregistered: end(event, nil, status: nil)
    case .dispatched(let isLastChance): begin(event, isLastChance: isLastChance)
    case .failed(let delay):
      end(
        event, .failed, status: event.logged.value(of: "Failure Reason"),
        next: delay.map { event.logged.timestamp + $0 })
    case .completed(let isOK):
      end(event, isOK ? .ok : .failed, status: event.logged.value(of: "Status"))
    }
  }

  private mutating func take(_ step: OperationStep.PeriodicSync, _ event: StoredEvent) {
    let time = event.logged.timestamp
    switch step {
    case .delayed, .registered, .unregistered: break
    case .dispatched: begin(event)
    case .failed(let delay):
      end(
        event, .failed, status: event.logged.value(of: "Failure Reason"),
        next: delay.map { time + $0 })
    case .completed(let delay):
      end(event, .ok, status: nil, next: delay.map { time + $0 })
    }
  }

  private mutating func take(_ step: OperationStep.Payment, _ event: StoredEvent) {
    switch step {
    case .requested: begin(event)
    case .responded(let isOK):
      end(event, isOK ? .ok : .failed, status: event.logged.value(of: "Type"))
    case .aborted(let isOK):
      if isOK { end(event, nil, status: nil) }
    case .installing, .installed, .asked, .answered, .changed, .aborting: break
    }
  }

  private mutating func take(
    _ step: OperationStep.BackgroundFetch, _ event: StoredEvent, _ byIndex: inout [Int: Int]
  ) {
    let time = event.logged.timestamp
    func number(_ key: String) -> Int64? { event.logged.value(of: key).flatMap { Int64($0) } }
    func request(_ story: inout OperationStory) -> Int? {
      guard let index = number("Request Index").flatMap({ Int(exactly: $0) }) else { return nil }
      if let known = byIndex[index] { return known }
      byIndex[index] = story.requests.count
      story.requests.append(
        Request(index: index, url: event.logged.value(of: "URL") ?? "", eventIds: []))
      return story.requests.count - 1
    }
    switch step {
    case .registered, .completed: break
    case .started, .resumed: begin(event)
    case .requestStarted:
      guard let at = request(&self) else { break }
      // A request that the browser tries again is logged again.
      requests[at].from = requests[at].from ?? time
      requests[at].uploadSize = number("Upload Size (bytes)")
      requests[at].outcome = .pending
      requests[at].eventIds.append(event.id)
    case .requestCompleted(let isOK):
      guard let at = request(&self) else { break }
      requests[at].to = time
      requests[at].status = number("Response Status").flatMap { Int(exactly: $0) }
      requests[at].responseSize = number("Response Size (bytes)")
      requests[at].uploadSize = number("Upload Size (bytes)") ?? requests[at].uploadSize
      requests[at].outcome = isOK ? .ok : .failed
      requests[at].eventIds.append(event.id)
    }
    if case .completed(let end) = step {
      let outcome: Outcome? =
        switch end {
        case .succeeded: .ok
        case .failed: .failed
        case .aborted: nil
        }
      self.end(event, outcome, status: event.logged.value(of: "Failure Reason"))
    }
  }
}
