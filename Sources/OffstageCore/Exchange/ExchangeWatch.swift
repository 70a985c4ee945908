package import JSON

/// When a source was recorded, in a file: what did not come by the end of it was not there.
package struct ExchangeWatch: Sendable, Hashable {
  package var source: SourceID
  /// Nil for all services.
  package var service: Service?
  package var from: Timestamp
  package var to: Timestamp

  package init(source: SourceID, service: Service? = nil, from: Timestamp, to: Timestamp) {
    self.source = source
    self.service = service
    self.from = from
    self.to = to
  }
}

extension ExchangeLines {
  package static func write(_ watch: ExchangeWatch, to writer: inout JSONWriter) {
    writer.object { writer in
      writer.member("type", "watched")
      writer.member("source", watch.source.description)
      if let service = watch.service { writer.member("service", service.rawValue) }
      writer.member("from", watch.from)
      writer.member("to", watch.to)
    }
    writer.separator("\n")
  }
}
