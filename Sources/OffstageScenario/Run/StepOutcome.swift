package import OffstageCore

/// What came of a step.
package enum StepOutcome: Sendable {
  case done(StepYield)
  case failed(StepFailure)
}

/// What a step gives to those after it.
package struct StepYield: Sendable {
  package var captures: [String: String] = [:]
  /// A place in time has this name.
  package var mark: (name: String, moment: Moment)?

  package init() {}
}

package struct StepFailure: Error, Sendable, Hashable {
  package var kind: StageError.Kind
  package var message: String
  package var hint: String?
  /// The operations that it is about.
  package var operations: [Int64]

  package init(
    _ message: String, kind: StageError.Kind = .unmet, hint: String? = nil,
    operations: [Int64] = []
  ) {
    self.kind = kind
    self.message = message
    self.hint = hint
    self.operations = operations
  }

  init(_ error: StageError) {
    self.init(error.message, kind: error.kind, hint: error.hint)
  }
}

/// A place in the order of arrival, and in time.
package struct Moment: Sendable, Hashable {
  package var newestId: Int64
  package var at: Timestamp

  package init(newestId: Int64, at: Timestamp) {
    self.newestId = newestId
    self.at = at
  }
}
