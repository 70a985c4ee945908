/// The operations of one id: of one service, worker registration and instance, one after the other.
///
/// Ids are used again, so an instance ends with its end and the next begins a new operation. Pushes
/// over CDP and notifications without a tag have no id: they are kept apart by their order.
package struct OperationThread: Sendable, Hashable {
  package let service: Service
  package let isAnonymous: Bool
  /// Those that may take another event, the oldest first.
  package private(set) var operations: [Operation]

  /// Where an event belongs.
  package enum Placement: Sendable, Hashable {
    /// To one of `operations`, by its index.
    case joins(Int)
    case begins
  }

  /// Without an id, this many may be open at once; the oldest are given up first.
  package static let anonymousLimit = 256

  /// `operations` are those that earlier events left, as `isKept` chooses them.
  package init(service: Service, instanceId: String, operations: [Operation] = []) {
    self.service = service
    isAnonymous = OperationThread.isAnonymous(service, instanceId)
    self.operations = operations
  }

  package static func isAnonymous(_ service: Service, _ instanceId: String) -> Bool {
    instanceId.isEmpty && (service == .pushMessaging || service == .notifications)
  }

  /// Whether an operation that is not the thread's last can take an event at `time`.
  package static func isKept(_ operation: Operation, at time: Timestamp) -> Bool {
    operation.state.isOpen && time - operation.began <= Operation.patience(of: operation.service)
  }

  package var current: Operation? { operations.last }

  package func placement(of step: OperationStep, at time: Timestamp) -> Placement {
    let found: Int? =
      switch step {
      case .push(let step): index(for: step, at: time)
      case .sync(let step): index(for: step)
      case .periodicSync(let step): index(for: step)
      case .backgroundFetch(let step): index(for: step)
      case .notification(let step): index(for: step, at: time)
      case .payment(let step): index(for: step)
      case .unknown: last
      }
    return found.map(Placement.joins) ?? .begins
  }

  /// The operation with the event; it has `id` if it begins with it. With it come those that take no
  /// more events from here on.
  package mutating func take(
    _ step: OperationStep, at time: Timestamp, _ placement: Placement, id: Int64,
    isCut: Bool = false
  ) -> (operation: Operation, left: [Operation]) {
    switch placement {
    case .joins(let index):
      operations[index].take(step, at: time)
      return (operations[index], [])
    case .begins:
      var operation = Operation(id: id, service: service, at: time, isCut: isCut)
      operation.take(step, at: time)
      let left = leave(at: time)
      operations.append(operation)
      return (operation, left)
    }
  }

  /// Lets go of what the operation that begins now leaves behind.
  private mutating func leave(at time: Timestamp) -> [Operation] {
    guard isAnonymous else {
      defer { operations.removeAll(keepingCapacity: true) }
      return operations.map { operation in
        var operation = operation
        operation.isSucceeded()
        return operation
      }
    }
    var left: [Operation] = []
    operations.removeAll { operation in
      guard !OperationThread.isKept(operation, at: time) else { return false }
      left.append(operation)
      return true
    }
    if operations.count >= OperationThread.anonymousLimit {
      var oldest = operations.removeFirst()
      oldest.state = .unfinished
      left.append(oldest)
    }
    return left
  }

  var last: Int? { operations.isEmpty ? nil : operations.count - 1 }
}

extension Operation {
  /// Another operation of the same id begins.
  fileprivate mutating func isSucceeded() {
    switch (service, state) {
    case (.notifications, .shown), (.notifications, .waiting): state = .replaced
    case (.notifications, .clicked): break
    default: if state.isOpen { state = .unfinished }
    }
    next = nil
  }
}
