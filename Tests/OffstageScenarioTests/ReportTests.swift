import JSON
import OffstageCore
import OffstageScenario
import OffstageTesting
import Testing

/// What is told to people, CI servers and programs.
@Suite struct ScenarioReportTests {
  private static func scenario(_ name: String) throws -> Scenario {
    try ScenarioReader(file: "tests/a,b.yaml").read(
      "name: '\(name)'\nsite: http://localhost\nsteps: [offline]"
    ).get()
  }

  private static func report(
    _ name: String, _ outcomes: ScenarioReport.Outcome...
  ) throws -> ScenarioReport {
    let scenario = try scenario(name)
    let attempts = outcomes.map { outcome in
      var failure = ScenarioReport.Failure(
        place: ScenarioPlace(file: "tests/a,b.yaml", line: 3, column: 9), step: "offline",
        message: "50% of <it>\u{1} failed", hint: "Look,\nthere: now")
      failure.artifacts = ["out/page.png"]
      return ScenarioReport.Attempt(
        outcome: outcome, lasted: Interval(micros: 1_234_567),
        failure: outcome == .passed || outcome == .stopped ? nil : failure)
    }
    return ScenarioReport(scenario, attempts: attempts)
  }

  private static func reports() throws -> ScenarioReports {
    ScenarioReports(
      [
        try report("good", .passed), try report("second time", .failed, .passed),
        try report("bad & worse", .failed), try report("no browser", .broken), try report("cut"),
      ], lasted: .seconds(5))
  }

  @Test func `JUnit XML has each outcome in its element, and nothing that XML has no place for`()
    throws
  {
    let detail =
      "tests/a,b.yaml:3:9: offline: 50% of &lt;it&gt;\\u{1} failed&#10;  Look,&#10;  there: now"
      + "&#10;  see out/page.png"
    let message = "50% of &lt;it&gt;\u{FFFD} failed"
    let counts = #"tests="5" failures="1" errors="1" skipped="1" time="5.000""#
    let head = { (name: String, time: String) in
      #"    <testcase name="\#(name)" classname="tests/a,b.yaml" file="tests/a,b.yaml" line="1" "#
        + #"time="\#(time)""#
    }
    let element = { (name: String) in
      #"      <\#(name) message="\#(message)" type="offline">\#(detail)</\#(name)>"#
    }
    let expected = [
      #"<?xml version="1.0" encoding="UTF-8"?>"#, "<testsuites \(counts)>",
      #"  <testsuite name="offstage" \#(counts)>"#, head("good", "1.234") + "/>",
      head("second time", "2.469") + ">", element("flakyFailure"), "    </testcase>",
      head("bad &amp; worse", "1.234") + ">", element("failure"), "    </testcase>",
      head("no browser", "1.234") + ">", element("error"), "    </testcase>",
      head("cut", "0.000") + ">", #"      <skipped message="It did not come to its end."/>"#,
      "    </testcase>", "  </testsuite>", "</testsuites>", "",
    ]
    let text = JUnitReport(try Self.reports()).text
    #expect(text.split(separator: "\n") == expected.joined(separator: "\n").split(separator: "\n"))
  }

  @Test func `annotations name file, line and column, and can't be broken out of`() throws {
    let lines = GitHubAnnotations.lines(try Self.reports())
    #expect(lines.count == 3)
    #expect(
      lines[0] == "::warning file=tests/a%2Cb.yaml,line=3,col=9,title=second time::"
        + "50%25 of <it>\u{1} failed%0ALook,%0Athere: now")
    #expect(lines[1].hasPrefix("::error file="))
  }

  @Test func `JSON has the outcome of each attempt`() throws {
    var writer = JSONWriter()
    try Self.reports().write(to: &writer)
    let object = try JSONObject(parsing: writer.bytes)
    #expect(object["format"]?.description.contains("offstage-test/1") ?? false)
    #expect(
      writer.string.contains(
        #""name":"second time","file":"tests/a,b.yaml","line":1,"outcome":"flaky""#))
    #expect(
      writer.string.contains(#""counts":{"passed":1,"flaky":1,"failed":1,"broken":1,"stopped":1}"#))
  }

  @Test func `the verdict is no where one failed, unknown where one could not be tried`() throws {
    let of = { (reports: [ScenarioReport]) in
      ScenarioReports(reports, lasted: .seconds(1)).verdict
    }
    #expect(try of([Self.report("a", .passed), Self.report("b", .failed, .passed)]) == .yes)
    #expect(try of([Self.report("a", .failed), Self.report("b", .broken)]) == .no)
    #expect(try of([Self.report("a", .passed), Self.report("b", .broken)]) == .unknown)
    #expect(try of([Self.report("a")]) == .no)
    #expect(
      try Self.reports().summary == "1 passed, 1 flaky, 1 failed, 1 broken, 1 stopped (5.0 s)")
  }
}
