package import JSON

/// What was on the screen: kept when it is gone, without the pictures.
package struct StoredNotification: Sendable, Hashable {
  /// Its pictures are nil.
  package var shown: ShownNotification
  /// SHA-256 of the PNG, hexadecimal.
  package var iconHash: String?
  package var imageHash: String?
  /// When it went; nil while it is there, if another took its place, and if nobody saw it go.
  package var closed: Timestamp?

  package init(_ shown: ShownNotification) {
    self.init(
      shown, iconHash: shown.icon.map(SHA256.hexadecimal),
      imageHash: shown.image.map(SHA256.hexadecimal))
  }

  package init(
    _ shown: ShownNotification, iconHash: String?, imageHash: String?, closed: Timestamp? = nil
  ) {
    self.shown = shown
    self.shown.icon = nil
    self.shown.image = nil
    self.iconHash = iconHash
    self.imageHash = imageHash
    self.closed = closed
  }

  /// Those of an operation: the nearest one to each event that tells of one.
  package static func those(
    of events: [StoredEvent], among notifications: [StoredNotification]
  ) -> [StoredNotification] {
    events.filter { $0.logged.eventName == NotificationCard.eventName }.compactMap { event in
      notifications.filter { $0.shown.isTold(by: event.logged) }
        .min { $0.shown.distance(to: event) < $1.shown.distance(to: event) }
    }
  }

  /// “Ada writes”, buttons: Yes · No, silent, gone after 3 s
  package var words: String {
    var words = ["“\(shown.title)”"]
    if !shown.actions.isEmpty {
      words.append("buttons: \(shown.actions.map(\.title).joined(separator: " · "))")
    }
    if shown.staysOpen { words.append("stays until it is dealt with") }
    if shown.isSilent { words.append("silent") }
    if let closed { words.append("gone after \((closed - shown.shown).short)") }
    return words.joined(separator: ", ")
  }

  package func write(to writer: inout JSONWriter) {
    writer.object { writeMembers(to: &$0) }
  }

  func writeMembers(to writer: inout JSONWriter) {
    writer.member("shown", shown.shown)
    writer.member("closed", closed)
    writer.member(orNull: "origin", shown.origin)
    writer.member("title", shown.title)
    writer.member("body", shown.body)
    shown.writeActions(to: &writer)
    writer.member("requireInteraction", shown.staysOpen)
    writer.member("silent", shown.isSilent)
    writer.member(orNull: "iconHash", iconHash)
    writer.member(orNull: "imageHash", imageHash)
  }
}
