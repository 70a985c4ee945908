/// A notification as the person at the screen sees it.
package struct ShownNotification: Sendable, Hashable {
  package struct Action: Sendable, Hashable {
    package var title: String
    /// A text can be typed.
    package var isReply: Bool

    package init(title: String, isReply: Bool = false) {
      self.title = title
      self.isReply = isReply
    }
  }

  /// Counts from 1; that of one that was replaced goes on.
  package var number: UInt32
  package var title: String
  package var body: String
  /// As the browser names it to the desktop, without a scheme: `app.example`.
  package var site: String?
  package var actions: [Action]
  /// Stays until the person has dealt with it, `Notification.requireInteraction`.
  package var staysOpen: Bool
  package var isSilent: Bool
  /// PNG bytes.
  package var icon: [UInt8]?
  package var image: [UInt8]?
  package var shown: Timestamp

  package init(
    number: UInt32, title: String, body: String = "", site: String? = nil, actions: [Action] = [],
    staysOpen: Bool = false, isSilent: Bool = false, icon: [UInt8]? = nil, image: [UInt8]? = nil,
    shown: Timestamp
  ) {
    self.number = number
    self.title = title
    self.body = body
    self.site = site
    self.actions = actions
    self.staysOpen = staysOpen
    self.isSilent = isSilent
    self.icon = icon
    self.image = image
    self.shown = shown
  }
}

/// Where a browser's notifications appear, and are clicked.
package protocol NotificationDesk: Sendable {
  /// What is on the screen now, oldest first.
  func shown() async -> [ShownNotification]
  /// What appears, changes and goes, beginning with what is there.
  func changes() async -> AsyncStream<NotificationChange>
  /// Tells the browser what the person did. False if that notification is not there any more.
  func perform(_ gesture: NotificationGesture, on number: UInt32) async -> Bool
}

package enum NotificationChange: Sendable, Hashable {
  case shown(ShownNotification)
  case closed(number: UInt32, at: Timestamp)
}
