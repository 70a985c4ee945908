package import OffstageCore

/// What came of one scenario.
package struct ScenarioReport: Sendable {
  package enum Outcome: String, Sendable, CaseIterable {
    case passed
    /// It failed and, tried again, passed.
    case flaky
    case failed
    /// The machine, the browser or the site's server: nothing is said of the site's code.
    case broken
    /// Stopped before it was through, or before it began.
    case stopped
  }

  package struct Failure: Sendable {
    package var place: ScenarioPlace
    package var step: String?
    package var message: String
    package var hint: String?
    /// The newest events of the scenario, oldest first.
    package var events: [StoredEvent] = []
    package var operations: [StoredOperation] = []
    package var findings: [Finding] = []
    /// Files that show more.
    package var artifacts: [String] = []

    package init(place: ScenarioPlace, step: String?, message: String, hint: String? = nil) {
      self.place = place
      self.step = step
      self.message = message
      self.hint = hint
    }
  }

  package struct Attempt: Sendable {
    package var outcome: Outcome
    package var lasted: Interval
    package var steps: [ScenarioRun.StepRecord]
    package var failure: Failure?

    package init(
      outcome: Outcome, lasted: Interval, steps: [ScenarioRun.StepRecord] = [],
      failure: Failure? = nil
    ) {
      self.outcome = outcome
      self.lasted = lasted
      self.steps = steps
      self.failure = failure
    }
  }

  package var name: String
  package var file: String
  package var place: ScenarioPlace
  /// In their order; none if it never began.
  package var attempts: [Attempt]

  package init(_ scenario: Scenario, attempts: [Attempt]) {
    name = scenario.name
    file = scenario.place.file
    place = scenario.place
    self.attempts = attempts
  }

  package var outcome: Outcome {
    guard let last = attempts.last else { return .stopped }
    return last.outcome == .passed && attempts.count > 1 ? .flaky : last.outcome
  }

  /// Of a scenario that was tried again and passed, why it failed before.
  package var failure: Failure? { attempts.last { $0.failure != nil }?.failure }

  package var lasted: Interval {
    Interval(micros: attempts.reduce(0) { $0 + $1.lasted.micros })
  }
}

/// What came of all of them.
package struct ScenarioReports: Sendable {
  package var reports: [ScenarioReport]
  /// From the first to the last, also where several ran at once.
  package var lasted: Interval

  package init(_ reports: [ScenarioReport], lasted: Interval) {
    self.reports = reports
    self.lasted = lasted
  }

  package func count(_ outcome: ScenarioReport.Outcome) -> Int {
    reports.count { $0.outcome == outcome }
  }

  package enum Verdict: Sendable {
    case yes
    case no
    /// Nothing failed, but not all could be tried.
    case unknown
  }

  package var verdict: Verdict {
    if count(.failed) > 0 || count(.stopped) > 0 { return .no }
    return count(.broken) > 0 ? .unknown : .yes
  }

  /// Such as `3 passed, 1 failed (12.4 s)`.
  package var summary: String {
    let counts = ScenarioReport.Outcome.allCases.compactMap { outcome -> String? in
      let count = count(outcome)
      return count == 0 ? nil : "\(count) \(outcome.rawValue)"
    }
    return "\(counts.joined(separator: ", ")) (\(lasted.short))"
  }
}
