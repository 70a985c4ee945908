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

extension TriggerAnswer {
  /// Why something could not be done.
  package struct Refusal: Error, Sendable, Hashable {
    package var reason: String
    package var hint: String?

    package init(_ reason: String, hint: String? = nil) {
      self.reason = reason
      self.hint = hint
    }
  }

  package init(_ refusal: Refusal) {
    self.init(.failed, reason: refusal.reason, hint: refusal.hint)
  }
}

/// Posts pushes as a site's application server does.
package protocol PushPosting: Sendable {
  /// Returns once a push service has taken it.
  ///
  /// - Parameters:
  ///   - data: nil for none, which is not the same as an empty one.
  ///   - subscription: what `JSON.stringify(subscription)` came to.
  func post(
    _ data: String?, to subscription: String
  ) async throws(TriggerAnswer.Refusal)
}

/// Where there is no push service.
package struct NoPushPosting: PushPosting {
  package init() {}

  package func post(
    _ data: String?, to subscription: String
  ) async throws(TriggerAnswer.Refusal) {
    throw TriggerAnswer.Refusal("There is no push service that it could be posted to.")
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
