package import JSON

extension Finding {
  /// The finding in `--json` and HTTP: one shape everywhere.
  package func write(to writer: inout JSONWriter) {
    writer.object { writer in
      writer.member("rule", rule)
      writer.member("severity", severity.rawValue)
      writer.member("message", message)
      writer.member("mend", mend)
      writer.member("reference", reference)
      writer.member(orNull: "service", service?.rawValue)
      writer.member(orNull: "origin", origin?.withoutTrailingSlash)
      writer.member(orNull: "scope", scope)
      writer.member("instanceId", instanceId)
      writer.member(orNull: "operationId", operationId)
      writer.member("at", at)
      if let source { writer.member("source", source) } else { writer.memberNull("source") }
      writer.memberArray("events") { writer in
        for id in events { writer.value(id) }
      }
      writer.member(orNull: "pushId", pushId)
    }
  }
}

extension FindingSearch.Result {
  package func write(to writer: inout JSONWriter) {
    writer.object { writer in
      writer.memberArray("findings") { writer in
        for finding in findings { finding.write(to: &writer) }
      }
      writer.memberObject("counts") { writer in
        for severity in Finding.Severity.allCases.reversed() {
          writer.member(severity.rawValue, count(severity))
        }
      }
      writer.member("operations", operations)
      writer.member(orNull: "next", next?.text)
    }
  }
}
