package import JSON

extension WorkerContextEntry {
  /// What a worker did, in `show --json` and HTTP.
  package func write(to writer: inout JSONWriter) {
    writer.object { writer in
      writer.member("atMicros", at.micros)
      writer.member("at", at.iso8601)
      writer.member("kind", context.kind.name)
      writer.member("serviceWorkerRegistrationId", context.registrationId)
      writer.member("versionId", context.versionId)
      writer.member(orNull: "script", context.scriptURL)
      switch context.kind {
      case .error:
        writer.member("message", context.text)
        writer.member(orNull: "line", context.line)
        writer.member(orNull: "column", context.column)
      case .version:
        writer.member("status", context.text)
        writer.member(orNull: "runningStatus", context.runningStatus)
      case .network: writer.member("status", context.text)
      }
    }
  }
}
