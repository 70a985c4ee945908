import OffstageCore

/// Lines that GitHub's runner takes for notes on a file.
///
/// <https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands>
package enum GitHubAnnotations {
  package static func lines(_ reports: ScenarioReports) -> [String] {
    reports.reports.compactMap { report in
      guard let failure = report.failure, report.outcome != .passed else { return nil }
      let level = report.outcome == .flaky ? "warning" : "error"
      return line(
        level, failure.place, title: report.name,
        [failure.message, failure.hint].compactMap { $0 }.joined(separator: "\n"))
    }
  }

  package static func lines(_ mistakes: [ScenarioMistake]) -> [String] {
    mistakes.map { mistake in
      line(
        "error", mistake.place, title: "A mistake in the scenario",
        [mistake.message, mistake.advice].compactMap { $0 }.joined(separator: "\n"))
    }
  }

  private static func line(
    _ level: String, _ place: ScenarioPlace, title: String, _ message: String
  ) -> String {
    "::\(level) file=\(property(place.file)),line=\(place.line),col=\(place.column),"
      + "title=\(property(title))::\(escaped(message))"
  }

  private static func escaped(_ text: String) -> String {
    text.replacing("%", with: "%25").replacing("\r", with: "%0D").replacing("\n", with: "%0A")
  }

  private static func property(_ text: String) -> String {
    escaped(text).replacing(":", with: "%3A").replacing(",", with: "%2C")
  }
}
