/// One story of a background service from its birth to its end: a push with its handler, a sync over
/// its retries, a background fetch with its requests, a notification, a payment.
///
/// A state machine that is fed with the steps of its events in the order of time.
package struct Operation: Sendable, Hashable {
  /// The store's number of it. It may change while history arrives; old numbers still find it.
  package var id: Int64
  package let service: Service
  package internal(set) var state: OperationState
  /// When its first and its last event came to pass.
  package internal(set) var began: Timestamp
  package internal(set) var changed: Timestamp
  /// When the browser will try again, or a scheduled notification is due.
  package internal(set) var next: Timestamp?
  package internal(set) var events = 0
  /// Dispatches of its handler, or requests that a fetch began.
  package internal(set) var attempts = 0
  /// Attempts that came to an end, well or not.
  package internal(set) var answers = 0
  package internal(set) var failures = 0
  /// Requests that a background fetch announced.
  package internal(set) var total = 0
  package var marks: Marks = []

  package struct Marks: OptionSet, Sendable, Hashable {
    package let rawValue: Int

    package init(rawValue: Int) { self.rawValue = rawValue }

    /// What came before its first event is not in the log.
    package static let truncated = Marks(rawValue: 1)
    /// The browser said that no other attempt follows.
    package static let lastChance = Marks(rawValue: 2)
    /// Registered again while its handler ran.
    package static let reregistered = Marks(rawValue: 4)
    package static let genericNotification = Marks(rawValue: 8)
    /// Its first events were removed.
    package static let cut = Marks(rawValue: 16)
  }

  /// Not yet fed with the step that it begins with.
  package init(id: Int64, service: Service, at time: Timestamp, isCut: Bool = false) {
    self.id = id
    self.service = service
    state = .waiting
    began = time
    changed = time
    if isCut { marks.insert(.cut) }
  }

  /// As it was stored.
  package init(
    id: Int64, service: Service, state: OperationState, began: Timestamp, changed: Timestamp,
    next: Timestamp?, events: Int, attempts: Int, answers: Int, failures: Int, total: Int,
    marks: Marks
  ) {
    self.id = id
    self.service = service
    self.state = state
    self.began = began
    self.changed = changed
    self.next = next
    self.events = events
    self.attempts = attempts
    self.answers = answers
    self.failures = failures
    self.total = total
    self.marks = marks
  }

  /// What it says of success; nil where the log does not tell.
  package var outcome: Outcome? { state.outcome }

  /// True where its beginning is not known: nothing follows from what is missing then.
  package var isTruncated: Bool { !marks.isDisjoint(with: [.truncated, .cut]) }

  /// True where its handler or its requests ran so long ago that no end will come any more: the
  /// browser was killed, or the worker stopped.
  package func isStalled(at now: Timestamp) -> Bool {
    state == .running && now - changed > Operation.patience(of: service)
  }

  /// How long after its last event an operation that runs may still come to its end.
  ///
  /// A push handler may run for 90 s; a payment was seen to time out after 329 s
  /// (Docs/browser-facts.md §4). A background fetch may wait for days.
  package static func patience(of service: Service) -> Interval {
    switch service {
    case .pushMessaging: .seconds(120)
    case .backgroundSync, .periodicBackgroundSync: .minutes(10)
    case .paymentHandler: .minutes(10)
    case .backgroundFetch: .days(3)
    case .notifications: .days(3)
    }
  }

  // MARK: Steps

  package mutating func take(_ step: OperationStep, at time: Timestamp) {
    let isFirst = events == 0
    events += 1
    changed = max(changed, time)
    switch step {
    case .push(let step): take(step, isFirst: isFirst)
    case .sync(let step): take(step, at: time, isFirst: isFirst)
    case .periodicSync(let step): take(step, at: time, isFirst: isFirst)
    case .backgroundFetch(let step): take(step, isFirst: isFirst)
    case .notification(let step): take(step, isFirst: isFirst)
    case .payment(let step): take(step, isFirst: isFirst)
    case .unknown: if isFirst { state = .unfinished }
    }
  }

  mutating func attempt() {
    attempts += 1
    state = .running
    next = nil
  }

  mutating func answer(isOK: Bool) {
    answers += 1
    if !isOK { failures += 1 }
  }
}
