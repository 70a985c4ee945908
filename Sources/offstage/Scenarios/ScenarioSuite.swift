import OffstageCore
import OffstageScenario

/// Plays several scenarios, some at once, and those that fail again if that was asked for.
struct ScenarioSuite: Sendable {
  let scenarios: [Scenario]
  let jobs: Int
  let retries: Int
  let stop: StopSignal
  let attempt: @Sendable (Scenario, _ number: Int) async -> ScenarioReport.Attempt
  /// Is told of each as it ends.
  let notify: @Sendable (ScenarioReport) -> Void

  func run() async -> ScenarioReports {
    let began = ContinuousClock.now
    var reports: [Int: ScenarioReport] = [:]
    await withTaskGroup(of: (Int, ScenarioReport).self) { group in
      for (index, scenario) in scenarios.enumerated() {
        if index >= jobs, let (done, report) = await group.next() { reports[done] = report }
        if stop.isStopped { break }
        group.addTask {
          let report = await play(scenario)
          notify(report)
          return (index, report)
        }
      }
      for await (done, report) in group { reports[done] = report }
    }
    return ScenarioReports(
      scenarios.enumerated().map { reports[$0] ?? ScenarioReport($1, attempts: []) },
      lasted: Interval(micros: (ContinuousClock.now - began).micros))
  }

  private func play(_ scenario: Scenario) async -> ScenarioReport {
    var report = ScenarioReport(scenario, attempts: [])
    for number in 1...(retries + 1) {
      report.attempts.append(await attempt(scenario, number))
      guard report.outcome == .failed || report.outcome == .broken, !stop.isStopped else { break }
    }
    return report
  }
}
