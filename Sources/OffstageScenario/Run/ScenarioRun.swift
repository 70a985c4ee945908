package import OffstageCore

/// How far a scenario has come: told what came of each step, it says what is next.
///
/// ```swift
/// var run = ScenarioRun(scenario, from: moment, site: origin, applicationServerKey: key)
/// while case .perform(let step) = run.next { run.take(await perform(step), lasted: …) }
/// ```
package struct ScenarioRun: Sendable {
  package enum Next: Sendable {
    case perform(ScenarioStep)
    case finish
  }

  package struct StepRecord: Sendable {
    package var name: String
    package var place: ScenarioPlace
    package var lasted: Interval
    package var failure: StepFailure?
  }

  package let scenario: Scenario
  package private(set) var records: [StepRecord] = []
  /// What `${name}` stands for.
  package private(set) var values: [String: String]
  private var marks: [String: Moment] = [:]
  package let began: Moment

  /// Those that nothing needs to capture.
  static let givenNames = ["site", "application-server-key"]

  /// - Parameter key: the public one of the scenario's application server.
  package init(
    _ scenario: Scenario, from began: Moment, site: String, applicationServerKey key: String
  ) {
    self.scenario = scenario
    self.began = began
    values = Dictionary(uniqueKeysWithValues: zip(Self.givenNames, [site, key]))
  }

  package var next: Next {
    guard failure == nil, records.count < scenario.steps.count else { return .finish }
    return .perform(scenario.steps[records.count])
  }

  package var failure: StepFailure? { records.last?.failure }

  /// Where an expectation begins to look.
  package func moment(_ mark: WrittenText?) -> Moment {
    mark.flatMap { marks[$0.text] } ?? began
  }

  package mutating func take(_ outcome: StepOutcome, lasted: Interval) {
    guard case .perform(let step) = next else { return }
    var record = StepRecord(name: step.name, place: step.place, lasted: lasted)
    switch outcome {
    case .done(let yield):
      values.merge(yield.captures) { $1 }
      if let (name, moment) = yield.mark { marks[name] = moment }
    case .failed(let failure): record.failure = failure
    }
    records.append(record)
  }
}
