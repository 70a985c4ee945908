package import JSON

extension Gap {
  /// The gap in `gaps --json` and HTTP.
  package func write(to writer: inout JSONWriter) {
    writer.object { writer in
      writer.member("id", id)
      writer.member("source", source)
      writer.member("service", service.rawValue)
      writer.member("from", from)
      writer.member("to", to)
      writer.member("reason", reason.rawValue)
      writer.member("browserRan", browserRan.rawValue)
      writer.member("sentence", reason.sentence)
    }
  }
}
