import CDP
import OffstageCore

/// What a browser has said while one of its origins is looked at.
struct OriginHearing: Sendable {
  /// Whether it records each service.
  private(set) var recording: [Service: Bool] = [:]
  private(set) var workers: [ServiceWorker.ServiceWorkerVersion] = []
  /// What versions that were starting have thrown, by their ids: a worker starts all the same, without
  /// what stands below.
  private(set) var startErrors: [String: String] = [:]
  /// What the page said of service workers.
  private(set) var complaints: [String] = []

  /// More than a person reads is not kept.
  private static let limit = 20

  mutating func receive(_ event: ProtocolEvent) {
    switch event {
    case .backgroundServiceRecordingStateChanged(let change):
      guard let service = Service(rawValue: change.service.rawValue) else { return }
      recording[service] = change.isRecording
    case .serviceWorkerWorkerVersionUpdated(let update):
      for version in update.versions {
        workers.removeAll { $0.versionId == version.versionId }
        workers.append(version)
      }
    case .serviceWorkerWorkerErrorReported(let report):
      let error = report.errorMessage
      guard
        workers.contains(where: { $0.versionId == error.versionId && $0.runningStatus == .starting }
        )
      else { return }
      startErrors[error.versionId] = startErrors[error.versionId] ?? Self.line(error.errorMessage)
    case .runtimeExceptionThrown(let thrown):
      let details = thrown.exceptionDetails
      complain(details.exception?.description ?? details.text)
    case .runtimeConsoleAPICalled(let call) where call.type == .error || call.type == .warning:
      for argument in call.args { complain(argument.description ?? "") }
    default:
      break
    }
  }

  /// A page may say a lot; what is looked for is the browser's own sentence.
  private mutating func complain(_ text: String) {
    guard text.contains("ServiceWorker") else { return }
    let line = Self.line(text)
    guard complaints.count < Self.limit, !complaints.contains(line) else { return }
    complaints.append(line)
  }

  private static func line(_ text: String) -> String {
    String(text.prefix { $0 != "\n" }.prefix(400))
  }

  /// The target of a worker's running version that is the active one of its registration.
  func target(ofScript url: String) -> Target.TargetID? {
    workers.last {
      $0.scriptURL == url && $0.runningStatus == .running
        && ($0.status == .activated || $0.status == .activating)
    }?.targetId
  }

  func startError(ofScript url: String) -> String? {
    workers.last { $0.scriptURL == url && startErrors[$0.versionId] != nil }
      .flatMap { startErrors[$0.versionId] }
  }
}
