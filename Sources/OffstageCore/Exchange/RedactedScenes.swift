/// Operations with all that bears on them, redacted: what is said of them is made of nothing else.
///
/// Neighbours share most of their events, which are redacted once.
struct RedactedScenes {
  private let redaction: Redaction
  private var events: [Int64: StoredEvent] = [:]
  private var operations: [Int64: StoredOperation] = [:]
  private var entries: [WorkerContextEntry: WorkerContextEntry] = [:]

  private static let mostKept = 20_000

  init(_ redaction: Redaction) {
    self.redaction = redaction
  }

  mutating func next(_ scene: OperationScene) -> OperationScene {
    forget()
    var redacted = scene
    redacted.operation = redact(scene.operation)
    redacted.events = scene.events.map { redact($0) }
    redacted.neighbours = scene.neighbours.map { neighbour in
      OperationScene.Neighbour(
        operation: redact(neighbour.operation), events: neighbour.events.map { redact($0) })
    }
    redacted.worker = scene.worker.map { redact($0) }
    redacted.gaps = scene.gaps.map(redaction.redact)
    redacted.runs = scene.runs.map { run in
      OperationScene.ObservedRun(
        from: run.from, to: run.to, browser: redaction.browser(run.browser))
    }
    redacted.shown = scene.shown.map(redaction.redact)
    return redacted
  }

  private mutating func forget() {
    if events.count > Self.mostKept { events = [:] }
    if operations.count > Self.mostKept { operations = [:] }
    if entries.count > Self.mostKept { entries = [:] }
  }

  private mutating func redact(_ event: StoredEvent) -> StoredEvent {
    if let known = events[event.id] { return known }
    let redacted = redaction.redact(event)
    events[event.id] = redacted
    return redacted
  }

  private mutating func redact(_ operation: StoredOperation) -> StoredOperation {
    if let known = operations[operation.id] { return known }
    let redacted = redaction.redact(operation)
    operations[operation.id] = redacted
    return redacted
  }

  private mutating func redact(_ entry: WorkerContextEntry) -> WorkerContextEntry {
    if let known = entries[entry] { return known }
    let redacted = redaction.redact(entry)
    entries[entry] = redacted
    return redacted
  }
}

extension Redaction {
  func redact(_ operation: StoredOperation) -> StoredOperation {
    StoredOperation(
      operation: operation.operation, source: redact(operation.source),
      origin: address(operation.origin), storageKey: operation.storageKey.map(storageKey),
      serviceWorkerRegistrationId: number(operation.serviceWorkerRegistrationId),
      scope: operation.scope.map(address),
      instanceId: instance(operation.instanceId, of: operation.service))
  }

  /// All that a person has read on the screen may be secret; pictures are known by their hashes.
  func redact(_ notification: StoredNotification) -> StoredNotification {
    var redacted = notification
    redacted.shown.title = mark(notification.shown.title)
    redacted.shown.body = mark(notification.shown.body)
    redacted.shown.origin = notification.shown.origin.map(address)
    redacted.shown.actions = notification.shown.actions.map { action in
      ShownNotification.Action(
        title: mark(action.title), isReply: action.isReply,
        placeholder: action.placeholder.map(mark))
    }
    redacted.iconHash = notification.iconHash.map(mark)
    redacted.imageHash = notification.imageHash.map(mark)
    return redacted
  }
}
