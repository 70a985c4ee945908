import CDP
import OffstageCore

/// The service workers of one browser context, as the browser tells of them.
struct WorkerBoard: Sendable {
  struct Registration: Sendable, Hashable {
    var id: String
    var scope: String

    var origin: String { OriginFacts.origin(of: scope) ?? scope }
  }

  struct Version: Sendable, Hashable {
    var id: String
    var registration: String
    var status: ServiceWorker.ServiceWorkerVersionStatus
    var running: ServiceWorker.ServiceWorkerVersionRunningStatus
    var target: Target.TargetID?

    var isActive: Bool { status == .activated || status == .activating }
  }

  private(set) var registrations: [String: Registration] = [:]
  private(set) var versions: [String: Version] = [:]
  /// What versions that were starting have thrown.
  private(set) var startErrors: [String: String] = [:]

  mutating func receive(_ event: ProtocolEvent) {
    switch event {
    case .serviceWorkerWorkerRegistrationUpdated(let update):
      for registration in update.registrations {
        let id = registration.registrationId.rawValue
        registrations[id] =
          registration.isDeleted ? nil : Registration(id: id, scope: registration.scopeURL)
      }
    case .serviceWorkerWorkerVersionUpdated(let update):
      for version in update.versions { note(version) }
    case .serviceWorkerWorkerErrorReported(let report):
      let error = report.errorMessage
      guard versions[error.versionId]?.running == .starting else { return }
      startErrors[error.versionId] = String(error.errorMessage.prefix { $0 != "\n" }.prefix(400))
    default:
      break
    }
  }

  private mutating func note(_ version: ServiceWorker.ServiceWorkerVersion) {
    guard version.status != .redundant else {
      versions[version.versionId] = nil
      startErrors[version.versionId] = nil
      return
    }
    if version.runningStatus == .starting, versions[version.versionId]?.running != .starting {
      startErrors[version.versionId] = nil
    }
    versions[version.versionId] = Version(
      id: version.versionId, registration: version.registrationId.rawValue,
      status: version.status, running: version.runningStatus, target: version.targetId)
  }

  /// What stopped one that sleeps now says nothing of its next start.
  mutating func forgetStartErrors(of registration: String) {
    for version in versions(of: registration) where version.running == .stopped {
      startErrors[version.id] = nil
    }
  }

  // MARK: Asking

  func versions(of registration: String) -> [Version] {
    versions.values.filter { $0.registration == registration }
      .sorted { $0.id.compare(to: $1.id) }
  }

  /// The one that gets the events.
  func active(of registration: String) -> Version? {
    versions(of: registration).last(where: \.isActive)
  }

  /// The active one, while it can be talked to.
  func running(of registration: String) -> Version? {
    active(of: registration).flatMap { $0.running == .running && $0.target != nil ? $0 : nil }
  }

  func startError(of registration: String) -> String? {
    versions(of: registration).compactMap { startErrors[$0.id] }.last
  }

  /// The one registration that is meant.
  func find(_ selector: WorkerSelector) -> Result<Registration, TriggerAnswer.Refusal> {
    let all = registrations.values.sorted { $0.scope < $1.scope }
    let found = all.filter {
      (selector.scope == nil || selector.scope == $0.scope)
        && (selector.origin == nil || selector.origin == $0.origin)
    }
    if found.count == 1 { return .success(found[0]) }
    guard found.isEmpty else {
      return .failure(
        .init(
          "\(found.count) service workers could be meant: \(Self.list(found)).",
          hint: "Say which by its scope, such as --scope \(found[0].scope)"))
    }
    let wanted = selector.scope ?? selector.origin
    return .failure(
      .init(
        "This browser has no service worker\(wanted.map { " for \($0)" } ?? "").",
        hint: all.isEmpty
          ? "Open a page that registers one in the recorded browser, then try again."
          : "It has: \(Self.list(all))."))
  }

  private static func list(_ registrations: [Registration]) -> String {
    let shown = registrations.prefix(8).map(\.scope).joined(separator: ", ")
    let rest = registrations.count - 8
    return rest > 0 ? "\(shown) and \(rest) more" : shown
  }
}

extension String {
  /// By number, where both are numbers: version ids are.
  fileprivate func compare(to other: String) -> Bool {
    if let mine = Int64(self), let others = Int64(other) { return mine < others }
    return self < other
  }
}
