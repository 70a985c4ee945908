package import OffstageCore

extension OperationScene {
  private static let source = SourceName(id: SourceID(), name: "default")

  /// Of one operation's events, in the order of time.
  package static func sample(
    of logged: [LoggedEvent], id: Int64 = 1, scope: String? = nil, neighbours: [OperationScene] = []
  ) -> OperationScene {
    var operation = Operation(id: id, service: logged[0].service, at: logged[0].timestamp)
    for event in logged { operation.take(OperationStep(of: event), at: event.timestamp) }
    let stored = StoredOperation(
      operation: operation, source: source, origin: logged[0].origin,
      storageKey: logged[0].storageKey, serviceWorkerRegistrationId: "0", scope: scope,
      instanceId: logged[0].instanceId)
    let events = logged.enumerated().map { index, event in
      StoredEvent(
        id: id * 100 + Int64(index), identity: EventIdentity(of: event), logged: event,
        received: event.timestamp, capture: .live, source: source, scope: scope, operationId: id)
    }
    return OperationScene(
      operation: stored, events: events,
      neighbours: neighbours.map { .init(operation: $0.operation, events: $0.events) },
      watchedUntil: operation.changed)
  }
}
