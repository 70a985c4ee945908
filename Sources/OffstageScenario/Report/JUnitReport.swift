import OffstageCore

/// The XML that CI servers read; as Jenkins' and GitLab's readers take it.
package struct JUnitReport {
  package var reports: ScenarioReports

  package init(_ reports: ScenarioReports) {
    self.reports = reports
  }

  package var text: String {
    let all = reports.reports
    let counts =
      #"tests="\#(all.count)" failures="\#(reports.count(.failed))" "#
      + #"errors="\#(reports.count(.broken))" skipped="\#(reports.count(.stopped))" "#
      + #"time="\#(reports.lasted.secondsText)""#
    var lines = [
      #"<?xml version="1.0" encoding="UTF-8"?>"#,
      "<testsuites \(counts)>",
      #"  <testsuite name="offstage" \#(counts)>"#,
    ]
    for report in all { lines += Self.lines(report) }
    lines += ["  </testsuite>", "</testsuites>", ""]
    return lines.joined(separator: "\n")
  }

  private static func lines(_ report: ScenarioReport) -> [String] {
    let head =
      #"    <testcase name="\#(report.name.xml)" classname="\#(report.file.xml)" "#
      + #"file="\#(report.file.xml)" line="\#(report.place.line)" "#
      + #"time="\#(report.lasted.secondsText)""#
    let failure = report.failure
    let element =
      switch report.outcome {
      case .passed: String?.none
      case .flaky: "flakyFailure"
      case .failed: "failure"
      case .broken: "error"
      case .stopped: "skipped"
      }
    guard let element else { return [head + "/>"] }
    let message = failure?.message ?? "It did not come to its end."
    guard element != "skipped" else {
      return [head + ">", #"      <skipped message="\#(message.xml)"/>"#, "    </testcase>"]
    }
    let text = failure?.lines.joined(separator: "\n") ?? message
    return [
      head + ">",
      #"      <\#(element) message="\#(message.xml)" type="\#((failure?.step ?? "stage").xml)">"#
        + "\(text.xml)</\(element)>",
      "    </testcase>",
    ]
  }
}

extension Interval {
  /// With three digits after the point.
  fileprivate var secondsText: String {
    let milliseconds = max(0, micros / 1000)
    let rest = String(milliseconds % 1000)
    return "\(milliseconds / 1000)." + String(repeating: "0", count: 3 - rest.count) + rest
  }
}

extension String {
  /// For an attribute or a text of XML 1.0, which has no place for most control characters.
  fileprivate var xml: String {
    var out = ""
    for scalar in unicodeScalars {
      switch scalar {
      case "&": out += "&amp;"
      case "<": out += "&lt;"
      case ">": out += "&gt;"
      case "\"": out += "&quot;"
      case "\n": out += "&#10;"
      case "\t", "\u{20}"..."\u{D7FF}", "\u{E000}"..."\u{FFFD}", "\u{10000}"..."\u{10FFFF}":
        out.unicodeScalars.append(scalar)
      default: out += "\u{FFFD}"
      }
    }
    return out
  }
}
