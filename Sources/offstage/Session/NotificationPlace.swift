import ArgumentParser

/// Where the notifications of a browser appear that we launch.
enum NotificationPlace: String, CaseIterable, ExpressibleByArgument {
  /// With us: listed and clicked by Offstage, seen by nobody.
  case offstage
  /// Where the person's other notifications do.
  case desktop

  /// Somebody who sits before a window wants to see them.
  init(isHeadless: Bool) {
    self = isHeadless && Self.canBeOurs ? .offstage : .desktop
  }

  /// Elsewhere they do not go by a message bus.
  static var canBeOurs: Bool {
    #if os(Linux)
      true
    #else
      false
    #endif
  }

  /// Folders for the socket of the bus, whose path must be short.
  static func folders(environment: [String: String]) -> [String] {
    ["XDG_RUNTIME_DIR", "TMPDIR"].compactMap { environment[$0] }.filter { !$0.isEmpty } + ["/tmp"]
  }
}
