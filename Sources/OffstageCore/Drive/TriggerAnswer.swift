/// What came of a trigger.
package struct TriggerAnswer: Sendable, Hashable {
  package enum Verdict: String, Sendable, Hashable, CaseIterable {
    /// It was done, and what it causes was logged.
    case done
    /// The browser took it, and nothing came of it within the time given.
    case nothing
    /// It could not be done.
    case failed
  }

  package var verdict: Verdict
  /// Why nothing came of it, or why it could not be done: a sentence.
  package var reason: String?
  package var hint: String?
  /// The events that it caused, by id, in the order of arrival.
  package var events: [Int64]
  /// The operations that they belong to.
  package var operations: [Int64]

  package init(
    _ verdict: Verdict, reason: String? = nil, hint: String? = nil, events: [Int64] = [],
    operations: [Int64] = []
  ) {
    self.verdict = verdict
    self.reason = reason
    self.hint = hint
    self.events = events
    self.operations = operations
  }
}

/// Makes browsers do things.
package protocol Driver: Sendable {
  /// Does it in the browser that `source` is of, and waits at most `patience` for what comes of it.
  ///
  /// - Parameter trigger: what the events that it causes are stored as.
  func perform(
    _ action: TriggerAction, as trigger: Int64, in source: SourceID, patience: Interval
  ) async -> TriggerAnswer
}
