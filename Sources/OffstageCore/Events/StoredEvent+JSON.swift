package import JSON

extension StoredEvent {
  /// The event in `--json`, `--jsonl` and HTTP: one shape everywhere.
  package func write(to writer: inout JSONWriter) {
    EventShape(
      id: id, logged: logged, received: received, scope: scope, sourceId: source.id,
      sourceName: source.name, capture: capture, operationId: operationId,
      operationState: operationState, triggerId: triggerId
    ).write(to: &writer)
  }
}

/// What an event is printed from. One that lies in no store has no id there, and its source may have
/// none.
struct EventShape {
  var id: Int64?
  var logged: LoggedEvent
  var received: Timestamp
  var scope: String?
  var sourceId: SourceID?
  var sourceName: String
  var capture: CaptureKind
  var operationId: Int64?
  var operationState: OperationState?
  var triggerId: Int64?

  func write(to writer: inout JSONWriter) {
    writer.object { writer in
      writer.member(orNull: "id", id)
      writer.member("timestamp", logged.timestamp.iso8601)
      writer.member("timestampMicros", logged.timestamp.micros)
      writer.member("receivedMicros", received.micros)
      writer.member("service", logged.service.rawValue)
      writer.member("eventName", logged.eventName)
      writer.member("instanceId", logged.instanceId)
      writer.member("origin", logged.origin.withoutTrailingSlash)
      writer.member(orNull: "storageKey", logged.storageKey)
      writer.member("serviceWorkerRegistrationId", logged.serviceWorkerRegistrationId)
      writer.member(orNull: "scope", scope)
      writer.memberArray("eventMetadata") { writer in
        for pair in logged.metadata {
          writer.object { writer in
            writer.member("key", pair.key)
            writer.member("value", pair.value)
          }
        }
      }
      writer.memberObject("source") { writer in
        writer.member(orNull: "id", sourceId?.description)
        writer.member("name", sourceName)
      }
      writer.member("capture", capture.name)
      writer.member(orNull: "outcome", logged.outcome?.rawValue)
      writer.member(orNull: "operationId", operationId)
      writer.member(orNull: "operationState", operationState?.rawValue)
      if let triggerId { writer.member("triggerId", triggerId) }
      if let extra = logged.extra { writer.member("extra", raw: extra) }
    }
  }
}

extension String {
  /// An origin as the HTML specification serialises it; the browser's log adds a slash.
  package var withoutTrailingSlash: String {
    guard utf8.last == UInt8(ascii: "/") else { return self }
    return String(decoding: utf8.dropLast(), as: UTF8.self)
  }
}
