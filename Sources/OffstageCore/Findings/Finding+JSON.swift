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
      writer.member("service", service.rawValue)
      writer.member(orNull: "origin", origin?.withoutTrailingSlash)
      writer.member(orNull: "scope", scope)
      writer.member("instanceId", instanceId)
      writer.member(orNull: "operationId", operationId)
      writer.member("at", at)
      writer.member("source", source)
      writer.memberArray("events") { writer in
        for id in events { writer.value(id) }
      }
    }
  }
}
