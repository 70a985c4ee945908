/// An event as it lies in the store.
package struct StoredEvent: Sendable, Hashable {
  /// The arrival order: grows, never repeats, and says nothing of time.
  package var id: Int64
  package var identity: EventIdentity
  package var logged: LoggedEvent
  /// When Offstage got it.
  package var received: Timestamp
  package var capture: CaptureKind
  package var source: SourceName
  /// The worker's scope, once the browser has told it.
  package var scope: String?
  /// What of ours caused it.
  package var triggerId: Int64?
  package var operationId: Int64?
  /// How far the operation had come when the event was read.
  package var operationState: OperationState?

  package init(
    id: Int64, identity: EventIdentity, logged: LoggedEvent, received: Timestamp,
    capture: CaptureKind, source: SourceName, scope: String?, triggerId: Int64? = nil,
    operationId: Int64? = nil, operationState: OperationState? = nil
  ) {
    self.id = id
    self.identity = identity
    self.logged = logged
    self.received = received
    self.capture = capture
    self.source = source
    self.scope = scope
    self.triggerId = triggerId
    self.operationId = operationId
    self.operationState = operationState
  }
}

/// A source as an event shows it.
package struct SourceName: Sendable, Hashable {
  package var id: SourceID
  package var name: String

  package init(id: SourceID, name: String) {
    self.id = id
    self.name = name
  }
}
