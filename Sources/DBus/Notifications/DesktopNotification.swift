/// What a program asks a desktop to show,
/// <https://specifications.freedesktop.org/notification-spec/latest/protocol.html>.
package struct DesktopNotification: Sendable, Hashable {
  package struct Action: Sendable, Hashable {
    package var key: String
    package var label: String
  }

  /// Of the click on the notification itself.
  package static let defaultKey = "default"
  package static let replyKey = "inline-reply"
  /// Chromium's own button, for the browser's settings.
  package static let settingsKey = "settings"

  package var application: String
  package var summary: String
  package var body: NotificationBody
  /// In the order given, the click on the notification itself among them.
  package var actions: [Action]
  /// A file; where there is none, nil.
  package var iconPath: String?
  package var replyPlaceholder: String?
  package var isSilent: Bool
  /// It does not go by itself.
  package var staysOpen: Bool

  /// - Parameter arguments: of `Notify`: name, replaced id, icon, summary, body, actions, hints,
  ///   milliseconds until it goes.
  /// - Returns: nil if they are of other types.
  package init?(_ arguments: [WireValue]) {
    guard arguments.count == 8, let application = arguments[0].string,
      let summary = arguments[3].string, let body = arguments[4].string,
      let words = arguments[5].strings, let hints = arguments[6].properties,
      let expiry = arguments[7].int32
    else { return nil }
    self.application = application
    self.summary = summary
    self.body = NotificationBody(parsing: body)
    actions = stride(from: 0, to: words.count - 1, by: 2).map { index in
      Action(key: words[index], label: words[index + 1])
    }
    // The older spelling is of version 1.1 of the specification.
    iconPath = (hints["image-path"] ?? hints["image_path"])?.string.map(Self.path)
    replyPlaceholder = hints["x-kde-reply-placeholder-text"]?.string
    isSilent = hints["suppress-sound"]?.boolean ?? false
    staysOpen = expiry == 0
  }

  private static func path(_ text: String) -> String {
    NotificationBody.path(ofFile: text) ?? text
  }

  /// The buttons that the page has given it.
  package var buttons: [Action] {
    actions.filter { $0.key != Self.defaultKey && $0.key != Self.settingsKey }
  }
}
