package import JSON

/// What was on a screen, in a file. It is known by its source, the moment in which it was shown, and
/// the number that the desk gave it.
package struct ExchangeNotification: Sendable, Hashable {
  package var source: SourceID
  package var notification: StoredNotification

  package init(source: SourceID, notification: StoredNotification) {
    self.source = source
    self.notification = notification
  }
}

extension ExchangeLines {
  package static func write(_ line: ExchangeNotification, to writer: inout JSONWriter) {
    writer.object { writer in
      writer.member("type", "notification")
      writer.member("source", line.source.description)
      writer.memberObject("notification") { writer in
        writer.member("number", Int64(line.notification.shown.number))
        line.notification.writeMembers(to: &writer)
      }
    }
    writer.separator("\n")
  }

  static func readNotification(
    _ reader: inout JSONReader
  ) throws(JSONError) -> StoredNotification {
    let start = reader.index
    var (shown, closed): (Timestamp?, Timestamp?)
    var number: UInt32?
    var (title, body, origin): (String?, String?, String?)
    var actions: [ShownNotification.Action] = []
    var (staysOpen, isSilent) = (false, false)
    var (iconHash, imageHash): (String?, String?)
    try reader.readObject { key, reader throws(JSONError) in
      switch key {
      case "number":
        guard let value = UInt32(exactly: try reader.readInt()) else {
          throw reader.error(.numberOutOfRange)
        }
        number = value
      case "shownMicros": shown = try readMoment(&reader)
      case "closedMicros": closed = try readMoment(&reader)
      case "origin": origin = try reader.readNull() ? nil : try reader.readString()
      case "title": title = try reader.readString()
      case "body": body = try reader.readString()
      case "actions": actions = try ShownNotification.Action.list(&reader)
      case "requireInteraction": staysOpen = try reader.readBool()
      case "silent": isSilent = try reader.readBool()
      case "iconHash": iconHash = try reader.readNull() ? nil : try reader.readString()
      case "imageHash": imageHash = try reader.readNull() ? nil : try reader.readString()
      default: try reader.skipValue()
      }
    }
    guard let shown, let number, let title, let body else {
      throw JSONError(reason: .missingMember, offset: start)
    }
    return StoredNotification(
      ShownNotification(
        number: number, title: title, body: body, origin: origin, actions: actions,
        staysOpen: staysOpen, isSilent: isSilent, shown: shown),
      iconHash: iconHash, imageHash: imageHash, closed: closed)
  }
}
