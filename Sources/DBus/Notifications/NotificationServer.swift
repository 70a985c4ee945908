/// `org.freedesktop.Notifications`, as a value: what is on the screen, and what is said about it.
package struct NotificationServer: Sendable {
  package static let name = "org.freedesktop.Notifications"
  package static let path = "/org/freedesktop/Notifications"
  /// What is more is refused, as the specification provides for.
  package static let mostShown = 1000

  /// `body-hyperlinks` makes Chromium name the whole origin, `body-images` makes it give the image,
  /// and `body-markup` makes it escape what the page says, so that no page can say either.
  package static let capabilities = [
    "actions", "body", "body-hyperlinks", "body-images", "body-markup", "icon-static",
    "inline-reply", "persistence", "x-kde-reply-placeholder-text",
  ]

  package struct Shown: Sendable, Hashable {
    package var number: UInt32
    package var client: BusClientID
    package var notification: DesktopNotification
  }

  package struct Signal: Sendable, Hashable {
    package var member: String
    package var body: [WireValue]
  }

  package enum Outcome: Sendable, Hashable {
    case reply(Reply)
    /// The reply to it is `[.uint32(number)]`.
    case shown(Shown)
    /// The reply to it is empty.
    case closed(number: UInt32, Signal)
  }

  private let version: String
  private var onScreen: [UInt32: Shown] = [:]
  private var lastNumber: UInt32 = 0

  package init(version: String) {
    self.version = version
  }

  package var shown: [Shown] { onScreen.values.sorted { $0.number < $1.number } }

  package mutating func answer(_ call: Message, from client: BusClientID) -> Outcome {
    guard call.interface == nil || call.interface == Self.name else { return unknown(call) }
    switch call.member {
    case "GetCapabilities": return .reply(.values([.strings(Self.capabilities)]))
    case "GetServerInformation":
      // Name, vendor, version, version of the specification.
      return .reply(
        .values([.string("Offstage"), .string("Offstage"), .string(version), .string("1.2")]))
    case "Notify": return notify(call, from: client)
    case "CloseNotification":
      guard let number = call.body.first?.uint32 else {
        return .reply(.invalid("CloseNotification takes a number"))
      }
      guard let signal = close(number, reason: .closedByProgram) else {
        return .reply(.values([]))
      }
      return .closed(number: number, signal)
    default: return unknown(call)
    }
  }

  private func unknown(_ call: Message) -> Outcome {
    .reply(
      .error(
        name: BusError.unknownMethod, text: "Notifications have no method \(call.member ?? "")"))
  }

  private mutating func notify(_ call: Message, from client: BusClientID) -> Outcome {
    guard let notification = DesktopNotification(call.body),
      let replaced = call.body[1].uint32
    else { return .reply(.invalid("Notify takes susssasa{sv}i")) }
    // One that is gone is shown anew.
    if onScreen[replaced]?.client == client {
      let shown = Shown(number: replaced, client: client, notification: notification)
      onScreen[replaced] = shown
      return .shown(shown)
    }
    guard onScreen.count < Self.mostShown else {
      return .reply(
        .error(
          name: "\(Self.name).Error.ExcessNotificationGenerated",
          text: "There are \(Self.mostShown) notifications on the screen"))
    }
    repeat { lastNumber &+= 1 } while lastNumber == 0 || onScreen[lastNumber] != nil
    let shown = Shown(number: lastNumber, client: client, notification: notification)
    onScreen[lastNumber] = shown
    return .shown(shown)
  }

  // MARK: The person

  /// - Parameter key: of an action of it.
  package func invoke(_ key: String, on number: UInt32) -> Signal? {
    guard let shown = onScreen[number],
      shown.notification.actions.contains(where: { $0.key == key })
    else { return nil }
    return Signal(member: "ActionInvoked", body: [.uint32(number), .string(key)])
  }

  /// Nil if no text can be typed into it.
  package func reply(_ text: String, on number: UInt32) -> Signal? {
    guard let shown = onScreen[number],
      shown.notification.actions.contains(where: { $0.key == DesktopNotification.replyKey })
    else { return nil }
    return Signal(member: "NotificationReplied", body: [.uint32(number), .string(text)])
  }

  package mutating func dismiss(_ number: UInt32) -> Signal? {
    close(number, reason: .dismissed)
  }

  /// Its browser is gone, and what it showed with it.
  package mutating func disconnected(_ client: BusClientID) -> [UInt32] {
    let numbers = shown.filter { $0.client == client }.map(\.number)
    for number in numbers { onScreen[number] = nil }
    return numbers
  }

  private enum CloseReason: UInt32 {
    case dismissed = 2
    case closedByProgram = 3
  }

  private mutating func close(_ number: UInt32, reason: CloseReason) -> Signal? {
    guard onScreen.removeValue(forKey: number) != nil else { return nil }
    return Signal(
      member: "NotificationClosed", body: [.uint32(number), .uint32(reason.rawValue)])
  }
}
