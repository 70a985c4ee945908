package import JSON

extension InstanceSpan {
  /// The span in HTTP.
  package func write(to writer: inout JSONWriter) {
    writer.object { writer in
      writer.member("source", source)
      writer.member("service", service.rawValue)
      writer.member("origin", origin)
      writer.member("instanceId", instanceId)
      writer.member("first", first)
      writer.member("last", last)
      writer.member("events", events)
      writer.member(orNull: "outcome", outcome?.rawValue)
      writer.member("eventId", eventId)
    }
  }
}
