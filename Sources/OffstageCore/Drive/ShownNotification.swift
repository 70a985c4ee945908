/// A notification as the person at the screen sees it.
package struct ShownNotification: Sendable, Hashable {
  package struct Action: Sendable, Hashable {
    package var title: String
    /// A text can be typed.
    package var isReply: Bool
    /// What stands where the text goes, before one is typed.
    package var placeholder: String?

    package init(title: String, isReply: Bool = false, placeholder: String? = nil) {
      self.title = title
      self.isReply = isReply
      self.placeholder = placeholder
    }
  }

  /// Counts from 1; that of one that was replaced goes on.
  package var number: UInt32
  package var title: String
  package var body: String
  /// Serialised; nil for what is no page's.
  package var origin: String?
  /// Those that the page gave, in its order.
  package var actions: [Action]
  /// Stays until the person has dealt with it, `Notification.requireInteraction`.
  package var staysOpen: Bool
  package var isSilent: Bool
  /// PNG bytes.
  package var icon: [UInt8]?
  package var image: [UInt8]?
  package var shown: Timestamp

  package init(
    number: UInt32, title: String, body: String = "", origin: String? = nil,
    actions: [Action] = [],
    staysOpen: Bool = false, isSilent: Bool = false, icon: [UInt8]? = nil, image: [UInt8]? = nil,
    shown: Timestamp
  ) {
    self.number = number
    self.title = title
    self.body = body
    self.origin = origin
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
  /// What appears, changes and goes, beginning with what is there. Who falls far behind finds it
  /// ended.
  func changes() async -> AsyncStream<NotificationChange>
  /// Tells the browser what the person did.
  func perform(_ gesture: NotificationGesture, on number: UInt32) async throws(GestureFault)
}

package enum NotificationChange: Sendable, Hashable {
  /// In place of one of the same number, if there is one.
  case shown(ShownNotification)
  case closed(number: UInt32, at: Timestamp)
}

/// Why a gesture could not be made.
package enum GestureFault: Error, Hashable {
  /// There is no such notification any more.
  case gone
  /// It has fewer buttons than that.
  case noSuchAction
  /// That button takes a text.
  case takesText
  /// No text can be typed into it.
  case takesNoText
}
