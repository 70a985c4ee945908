package import JSON
import OffstageCore

extension ScenarioReports {
  package func write(to writer: inout JSONWriter) {
    writer.object { writer in
      writer.member("format", "offstage-test/1")
      writer.memberObject("counts") { writer in
        for outcome in ScenarioReport.Outcome.allCases {
          writer.member(outcome.rawValue, count(outcome))
        }
      }
      writer.member("durationMs", lasted.milliseconds)
      writer.memberArray("scenarios") { writer in
        for report in reports { report.write(to: &writer) }
      }
    }
  }
}

extension ScenarioReport {
  fileprivate func write(to writer: inout JSONWriter) {
    writer.object { writer in
      writer.member("name", name)
      writer.member("file", file)
      writer.member("line", place.line)
      writer.member("outcome", outcome.rawValue)
      writer.member("durationMs", lasted.milliseconds)
      writer.memberArray("attempts") { writer in
        for attempt in attempts { attempt.write(to: &writer) }
      }
    }
  }
}

extension ScenarioReport.Attempt {
  fileprivate func write(to writer: inout JSONWriter) {
    writer.object { writer in
      writer.member("outcome", outcome.rawValue)
      writer.member("durationMs", lasted.milliseconds)
      writer.memberArray("steps") { writer in
        for step in steps {
          writer.object { writer in
            writer.member("name", step.name)
            writer.member("line", step.place.line)
            writer.member("column", step.place.column)
            writer.member("outcome", step.failure == nil ? "passed" : "failed")
            writer.member("durationMs", step.lasted.milliseconds)
          }
        }
      }
      guard let failure else { return writer.memberNull("failure") }
      writer.key("failure")
      failure.write(to: &writer)
    }
  }
}

extension ScenarioReport.Failure {
  fileprivate func write(to writer: inout JSONWriter) {
    writer.object { writer in
      writer.member("file", place.file)
      writer.member("line", place.line)
      writer.member("column", place.column)
      writer.member(orNull: "step", step)
      writer.member("message", message)
      writer.member(orNull: "hint", hint)
      writer.memberArray("events") { writer in
        for event in events { event.write(to: &writer) }
      }
      writer.memberArray("operations") { writer in
        for operation in operations { operation.write(to: &writer) }
      }
      writer.memberArray("findings") { writer in
        for finding in findings { finding.write(to: &writer) }
      }
      writer.memberArray("artifacts") { writer in
        for path in artifacts { writer.value(path) }
      }
    }
  }
}

extension Interval {
  fileprivate var milliseconds: Int64 { micros / 1000 }
}
