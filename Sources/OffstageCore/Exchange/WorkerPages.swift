/// What workers did, given to the body of an export between the events that it stands beside.
struct WorkerPages {
  private let selection: EventSelection
  private let redaction: Redaction?
  private let store: any EventStore
  /// In the order of time, read and not yet given.
  private var ahead: [PlacedWorker] = []
  private var last: WorkerPlace?
  private var isOver = false

  private static let pageLimit = 1000

  init(_ selection: EventSelection, _ redaction: Redaction?, _ store: any EventStore) {
    self.selection = selection
    self.redaction = redaction
    self.store = store
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
      if ahead.isEmpty { try await readOn() }
      let due = ahead.prefix { $0.place.at <= end }
      guard let last = due.last else { return }
      ahead.removeFirst(due.count)
      body.take(due.map { redaction?.redact($0.worker) ?? $0.worker })
      if last.place.at < next { try await write(body.part(before: last.place.at)) }
    }
  }

  private mutating func readOn() async throws {
    guard !isOver else { return }
    ahead = try await store.workerEntries(selection, after: last, limit: Self.pageLimit)
    isOver = ahead.count < Self.pageLimit
    last = ahead.last?.place ?? last
  }
}
