/// An operation as it lies in the store, with where it belongs.
package struct StoredOperation: Sendable, Hashable {
  package var operation: Operation
  package var source: SourceName
  package var origin: String
  package var storageKey: String?
  /// The worker registration's number as text; `"-1"` where there is none yet.
  package var serviceWorkerRegistrationId: String
  package var scope: String?
  package var instanceId: String

  package init(
    operation: Operation, source: SourceName, origin: String, storageKey: String?,
    serviceWorkerRegistrationId: String, scope: String?, instanceId: String
  ) {
    self.operation = operation
    self.source = source
    self.origin = origin
    self.storageKey = storageKey
    self.serviceWorkerRegistrationId = serviceWorkerRegistrationId
    self.scope = scope
    self.instanceId = instanceId
  }

  package var id: Int64 { operation.id }
  package var service: Service { operation.service }
}

/// A page of operations, ordered by when they began.
package struct OperationQuery: Sendable, Hashable {
  /// Services, origins, sources, instances, outcomes and states are those of the operation, the times hold
  /// some of its course, and a word occurs in one of its events.
  package var selection: EventSelection
  /// Empty: any.
  package var states: Set<OperationState>
  package var order: EventQuery.Order
  package var limit: Int
  package var after: OperationCursor?

  package init(
    _ selection: EventSelection = EventSelection(), states: Set<OperationState> = [],
    order: EventQuery.Order = .descending, limit: Int = 100, after: OperationCursor? = nil
  ) {
    self.selection = selection
    self.states = states
    self.order = order
    self.limit = limit
    self.after = after
  }
}

package struct OperationPage: Sendable, Hashable {
  package var operations: [StoredOperation]
  /// Nil when there is nothing beyond this page.
  package var next: OperationCursor?

  package init(operations: [StoredOperation], next: OperationCursor?) {
    self.operations = operations
    self.next = next
  }
}

/// A place in the order of beginnings. Its text is opaque to clients.
package struct OperationCursor: Sendable, Hashable {
  package var began: Timestamp
  package var id: Int64

  package init(began: Timestamp, id: Int64) {
    self.began = began
    self.id = id
  }

  package init(_ operation: Operation) {
    self.init(began: operation.began, id: operation.id)
  }

  package var text: String { "1.\(String(began.micros, radix: 36)).\(String(id, radix: 36))" }

  package init?(text: String) {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 3, parts[0] == "1", let began = Int64(parts[1], radix: 36),
      let id = Int64(parts[2], radix: 36)
    else { return nil }
    self.init(began: Timestamp(micros: began), id: id)
  }
}

/// What happened to operations since somebody last looked.
package struct OperationNews: Sendable, Hashable {
  package struct Item: Sendable, Hashable {
    package var operation: StoredOperation
    /// Numbers of operations that are no more, whose first event it has now.
    package var replaces: [Int64]

    package init(operation: StoredOperation, replaces: [Int64] = []) {
      self.operation = operation
      self.replaces = replaces
    }
  }

  package var items: [Item]
  /// How many more changed, older ones.
  package var skipped: Int
  /// Where to look on from.
  package var place: Place

  package struct Place: Sendable, Hashable {
    /// The newest event, in order of arrival.
    package var event: Int64
    /// The newest change that history made.
    package var change: Int64

    package init(event: Int64, change: Int64) {
      self.event = event
      self.change = change
    }
  }

  package init(items: [Item], skipped: Int, place: Place) {
    self.items = items
    self.skipped = skipped
    self.place = place
  }
}
