import Foundation
package import JSON

/// A notification on the screen in `notifications --json` and HTTP. Its members are named as the
/// Notifications API names them.
extension NotificationCard {
  package func write(to writer: inout JSONWriter) {
    writer.object { writer in
      writer.member("source", source)
      writer.member("number", Int64(shown.number))
      writer.member("shown", shown.shown)
      writer.member(orNull: "origin", shown.origin)
      writer.member(orNull: "tag", tag)
      writer.member("title", shown.title)
      writer.member("body", shown.body)
      shown.writeActions(to: &writer)
      writer.member("requireInteraction", shown.staysOpen)
      writer.member("silent", shown.isSilent)
      writer.member(orNull: "icon", shown.icon?.base64)
      writer.member(orNull: "image", shown.image?.base64)
      writer.member(orNull: "eventId", event?.id)
      writer.member(orNull: "operationId", event?.operationId)
      writer.member("isSure", isSure)
    }
  }
}

extension [UInt8] {
  var base64: String { Data(self).base64EncodedString() }
}
