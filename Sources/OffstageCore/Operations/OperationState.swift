/// How far an operation has come, as the log tells it.
package enum OperationState: String, Sendable, CaseIterable {
  /// Registered, received or scheduled; nothing has run yet.
  case waiting
  /// Its handler or its requests run.
  case running
  /// An attempt failed, and the browser will make another.
  case retrying
  /// A notification is shown.
  case shown
  /// A notification was clicked and may still be there.
  case clicked
  case succeeded
  case failed
  /// Stopped on purpose, by the developer, the person or the page.
  case aborted
  /// A notification was closed.
  case closed
  /// Another notification took its place.
  case replaced
  /// A periodic sync was unregistered.
  case unregistered
  /// Dispatched over CDP: the browser tells no more of it.
  case simulated
  /// Firefox gave it to its worker; it tells no more unless the handler fails.
  case delivered
  /// Its end is missing from the log, and another of the same id began.
  case unfinished

  /// A number that never changes: it is stored.
  package var code: Int {
    switch self {
    case .waiting: 1
    case .running: 2
    case .retrying: 3
    case .shown: 4
    case .clicked: 5
    case .succeeded: 6
    case .failed: 7
    case .aborted: 8
    case .closed: 9
    case .replaced: 10
    case .unregistered: 11
    case .simulated: 12
    case .unfinished: 13
    case .delivered: 14
    }
  }

  package init?(code: Int) {
    guard let state = OperationState.allCases.first(where: { $0.code == code }) else { return nil }
    self = state
  }

  /// True while more is to come.
  package var isOpen: Bool {
    switch self {
    case .waiting, .running, .retrying, .shown, .clicked: true
    case .succeeded, .failed, .aborted, .closed, .replaced, .unregistered, .simulated,
      .delivered, .unfinished:
      false
    }
  }

  /// What it says of success; nil where the log does not tell.
  package var outcome: Outcome? {
    switch self {
    case .waiting, .running, .retrying: .pending
    case .shown, .clicked, .succeeded, .closed, .delivered: .ok
    case .failed: .failed
    case .aborted, .replaced, .unregistered, .simulated, .unfinished: nil
    }
  }

  package init(parsing text: String) throws(UsageError) {
    guard let state = OperationState(rawValue: text) else {
      throw UsageError(
        "There is no state “\(text.escapedForTerminal)”.",
        hint: "States are \(OperationState.allCases.map(\.rawValue).joined(separator: ", ")).")
    }
    self = state
  }
}
