import CDP
import OffstageCore

extension LoggedEvent {
  /// Nil for a service or a time that can't be kept.
  convenience init?(_ event: BackgroundService.BackgroundServiceEvent) {
    guard let service = Service(rawValue: event.service.rawValue) else { return nil }
    self.init(
      timestampNumber: event.timestamp.number, service: service,
      eventName: event.eventName, instanceId: event.instanceId, origin: event.origin,
      storageKey: event.storageKey,
      serviceWorkerRegistrationId: event.serviceWorkerRegistrationId.rawValue,
      metadata: event.eventMetadata.map { Metadata(key: $0.key, value: $0.value) },
      extra: event.extra)
  }
}

extension WorkerRegistration {
  init(_ registration: ServiceWorker.ServiceWorkerRegistration) {
    self.init(
      registrationId: registration.registrationId.rawValue, scope: registration.scopeURL,
      isDeleted: registration.isDeleted)
  }
}

extension WorkerContext {
  init(_ error: ServiceWorker.ServiceWorkerErrorMessage) {
    self.init(
      kind: .error, registrationId: error.registrationId.rawValue, versionId: error.versionId,
      scriptURL: error.sourceURL, text: error.errorMessage, line: error.lineNumber,
      column: error.columnNumber)
  }
}

/// The last known state of each worker version: the browser repeats itself, we keep changes.
struct WorkerVersions: Sendable {
  private var known: [String: WorkerContext] = [:]

  /// Versions beyond this are forgotten; their states may then be noted twice.
  private static let limit = 2000

  mutating func note(_ version: ServiceWorker.ServiceWorkerVersion) -> WorkerContext? {
    let context = WorkerContext(
      kind: .version, registrationId: version.registrationId.rawValue,
      versionId: version.versionId, scriptURL: version.scriptURL, text: version.status.rawValue,
      runningStatus: version.runningStatus.rawValue)
    guard known[version.versionId] != context else { return nil }
    if known.count >= WorkerVersions.limit { known.removeAll() }
    known[version.versionId] = context
    return context
  }
}
