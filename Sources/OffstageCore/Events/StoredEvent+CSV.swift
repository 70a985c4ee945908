import JSON

/// Events as comma-separated values (RFC 4180), safe to open in a spreadsheet.
package enum EventCSV {
  package static let header =
    "id,timestamp,timestampMicros,service,eventName,instanceId,origin,storageKey,"
    + "serviceWorkerRegistrationId,scope,source,capture,outcome,eventMetadata\r\n"

  package static func row(_ event: StoredEvent) -> String {
    let logged = event.logged
    var metadata = JSONWriter()
    metadata.object { writer in
      for pair in logged.metadata { writer.member(pair.key, pair.value) }
    }
    let cells = [
      "\(event.id)", logged.timestamp.iso8601, "\(logged.timestamp.micros)",
      logged.service.rawValue, logged.eventName, logged.instanceId,
      logged.origin.withoutTrailingSlash, logged.storageKey ?? "",
      logged.serviceWorkerRegistrationId, event.scope ?? "", event.source.name,
      event.capture.name, logged.outcome?.rawValue ?? "", metadata.string,
    ]
    return cells.map(cell).joined(separator: ",") + "\r\n"
  }

  /// A cell that a spreadsheet would take for a formula gets an apostrophe in front (OWASP, "CSV
  /// Injection"); one with separators or quotes is quoted.
  static func cell(_ text: String) -> String {
    var text = text
    if let first = text.unicodeScalars.first, "=+-@\t\r\n".unicodeScalars.contains(first),
      Int64(text) == nil
    {
      text = "'" + text
    }
    guard text.unicodeScalars.contains(where: { "\",\r\n".unicodeScalars.contains($0) }) else {
      return text
    }
    return "\"" + text.replacing("\"", with: "\"\"") + "\""
  }
}
