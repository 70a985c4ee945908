import OffstageCore
import OffstageScenario
import Synchronization

/// A line for each scenario as it ends, and all that is to be said of one that failed.
struct TestProgress: Sendable {
  let terminal: Terminal
  let count: Int
  /// False where stdout is for a program.
  let isTold: Bool

  func note(_ step: ScenarioStep, of scenario: Scenario) {
    terminal.progress("\(scenario.name): \(step.name) (line \(step.place.line))")
    terminal.detail("\(step.place): \(step.name)")
  }

  func note(_ report: ScenarioReport) {
    let lines = lines(report)
    guard isTold else { return lines.forEach { terminal.say($0) } }
    for line in lines { try? terminal.print(line) }
  }

  private func lines(_ report: ScenarioReport) -> [String] {
    let (mark, style) = Self.mark(report.outcome)
    let head =
      "\(mark) \(report.name.escapedForTerminal)  "
      + "\(report.outcome == .passed ? "" : report.outcome.rawValue + ", ")\(report.lasted.short)"
    var lines = [terminal.styled(head, style)]
    guard let failure = report.failure else { return lines }
    if report.outcome == .failed || report.outcome == .broken, let last = report.attempts.last {
      for step in last.steps {
        let isFailed = step.failure != nil
        let text =
          "  \(isFailed ? "✕" : "·") \(step.name) (line \(step.place.line))  \(step.lasted.short)"
        lines.append(terminal.styled(text, isFailed ? .red : .dim))
      }
    }
    lines += failure.lines.map { "  " + $0 } + [""]
    return lines
  }

  /// Colour is never the only sign.
  private static func mark(
    _ outcome: ScenarioReport.Outcome
  ) -> (String, Terminal.Style) {
    switch outcome {
    case .passed: ("✓", .green)
    case .flaky: ("~", .yellow)
    case .failed: ("✕", .red)
    case .broken: ("!", .red)
    case .stopped: ("-", .dim)
    }
  }
}
