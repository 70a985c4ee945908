package import JSON

extension WorkerContextEntry {
  /// What a worker did, in `show --json` and HTTP.
  package func write(to writer: inout JSONWriter) {
    writer.object { writer in
      writer.member("atMicros", at.micros)
      writer.member("at", at.iso8601)
      context.writeMembers(to: &writer)
    }
  }
}

extension WorkerContext {
  /// There, and in a line of a file.
  func writeMembers(to writer: inout JSONWriter) {
    writer.member("kind", kind.name)
    writer.member("serviceWorkerRegistrationId", registrationId)
    writer.member("versionId", versionId)
    writer.member(orNull: "script", scriptURL)
    switch kind {
    case .error:
      writer.member("message", text)
      writer.member(orNull: "line", line)
      writer.member(orNull: "column", column)
    case .version:
      writer.member("status", text)
      writer.member(orNull: "runningStatus", runningStatus)
    case .network: writer.member("status", text)
    }
  }
}
