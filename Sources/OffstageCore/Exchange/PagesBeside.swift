/// What workers did, what was shown and what was posted, given to the body of an export between the events that it
/// stands beside.
struct PagesBeside {
  private var workers: QueueBeside<ExchangeWorker>
  private var notifications: QueueBeside<ExchangeNotification>
  private var pushes: QueueBeside<ExchangePush>
  private let redaction: Redaction?

  init(_ selection: EventSelection, _ redaction: Redaction?, _ store: any EventStore) {
    self.redaction = redaction
    workers = QueueBeside { place, limit in
      try await store.workerEntries(selection, after: place, limit: limit)
    }
    let hasNotifications = selection.services.isEmpty || selection.services.contains(.notifications)
    notifications = QueueBeside { place, limit in
      hasNotifications
        ? try await store.notifications(selection, after: place, limit: limit) : []
    }
    pushes = QueueBeside { place, limit in
      selection.mayHavePushes
        ? try await store.pushLines(selection, after: place, limit: limit) : []
    }
  }

  mutating func give(
    to body: inout any ExportBody, around events: [StoredEvent],
    _ write: ([UInt8]) async throws -> Void
  ) async throws {
    guard let first = events.first, let end = events.last else { return }
    try await give(to: &body, until: end.logged.timestamp, before: first.logged.timestamp, write)
  }

  mutating func giveRest(
    to body: inout any ExportBody, _ write: ([UInt8]) async throws -> Void
  ) async throws {
    let end = Timestamp(micros: .max)
    try await give(to: &body, until: end, before: end, write)
  }

  /// What lies before the next event is written at once, however much it is.
  private mutating func give(
    to body: inout any ExportBody, until end: Timestamp, before next: Timestamp,
    _ write: ([UInt8]) async throws -> Void
  ) async throws {
    while true {
      try await workers.readOn()
      try await notifications.readOn()
      try await pushes.readOn()
      let known = min(end, workers.known, notifications.known, pushes.known)
      let done = self.workers.taken(until: known)
      let shown = notifications.taken(until: known)
      let posted = pushes.taken(until: known)
      let ends = [done.last?.place.at, shown.last?.place.at, posted.last?.place.at]
      guard let last = ends.compactMap(\.self).max() else { return }
      body.take(done.map { redaction?.redact($0.line) ?? $0.line })
      body.take(shown.map { redaction?.redact($0.line) ?? $0.line })
      body.take(posted.map { redaction?.redact($0.line) ?? $0.line })
      if last < next { try await write(body.part(before: last)) }
    }
  }
}

/// What stands beside events, read a page at a time.
private struct QueueBeside<Line: Sendable & Hashable> {
  private let page: (BesidePlace?, _ limit: Int) async throws -> [PlacedBeside<Line>]
  /// In the order of time, read and not yet taken.
  private var ahead: [PlacedBeside<Line>] = []
  private var last: BesidePlace?
  private var isOver = false

  private static var pageLimit: Int { 1000 }

  init(_ page: @escaping (BesidePlace?, _ limit: Int) async throws -> [PlacedBeside<Line>]) {
    self.page = page
  }

  /// Until then nothing is missing that was not read.
  var known: Timestamp {
    isOver ? Timestamp(micros: .max) : ahead.last?.place.at ?? Timestamp(micros: .min)
  }

  mutating func readOn() async throws {
    guard ahead.isEmpty, !isOver else { return }
    ahead = try await page(last, Self.pageLimit)
    isOver = ahead.count < Self.pageLimit
    last = ahead.last?.place ?? last
  }

  mutating func taken(until end: Timestamp) -> [PlacedBeside<Line>] {
    let due = Array(ahead.prefix { $0.place.at <= end })
    ahead.removeFirst(due.count)
    return due
  }
}
