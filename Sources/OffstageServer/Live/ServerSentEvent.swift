internal import JSON
internal import OffstageCore

/// One message of an event stream (HTML Standard, "Server-sent events").
enum ServerSentEvent {
  /// A comment, so that both sides see that the other is there.
  static let heartbeat = Array(": beat\n\n".utf8)

  static func event(_ event: StoredEvent) -> [UInt8] {
    message("event", id: event.id) { event.write(to: &$0) }
  }

  static func gap(_ gap: Gap) -> [UInt8] {
    message("gap") { gap.write(to: &$0) }
  }

  static func operation(_ item: OperationNews.Item) -> [UInt8] {
    message("operation") { writer in
      writer.object { writer in
        writer.key("operation")
        item.operation.write(to: &writer)
        writer.memberArray("replaces") { writer in
          for id in item.replaces { writer.value(id) }
        }
      }
    }
  }

  /// More operations changed than are worth telling one by one.
  static func operationsSkipped(_ count: Int) -> [UInt8] {
    message("operationsSkipped") { writer in writer.object { $0.member("count", count) } }
  }

  static func recording(_ statuses: [ServiceStatus]) -> [UInt8] {
    message("recording") { writer in
      writer.object { writer in
        writer.memberArray("services") { writer in
          for status in statuses { status.write(to: &writer) }
        }
      }
    }
  }

  /// Triggers and what is on the screens have to be asked for anew.
  static let drive = message("drive") { $0.object { _ in } }

  /// Something was removed, or more has changed than was kept: what is shown has to be asked for anew.
  static let refresh = message("refresh") { $0.object { _ in } }

  /// Where a reader is, though nothing of what it selects was there.
  static func cursor(_ id: Int64) -> [UInt8] {
    message("cursor", id: id) { $0.object { $0.member("id", id) } }
  }

  static func skipped(from: Int64, to: Int64) -> [UInt8] {
    message("skipped", id: to) { writer in
      writer.object { writer in
        writer.member("fromId", from)
        writer.member("toId", to)
      }
    }
  }

  private static func message(
    _ name: StaticString, id: Int64? = nil, _ data: (inout JSONWriter) -> Void
  ) -> [UInt8] {
    var writer = JSONWriter(reservingCapacity: 600)
    writer.separator("event: ")
    writer.separator(name)
    if let id {
      writer.separator("\nid: ")
      writer.value(id)
      // A value would ask for a comma before the next one.
      writer.separator("")
    }
    writer.separator("\ndata: ")
    // On one line: neither our JSON nor what is kept of the browser's has line ends.
    data(&writer)
    writer.separator("\n\n")
    return writer.bytes
  }
}
