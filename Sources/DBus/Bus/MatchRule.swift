/// Which signals a client wants,
/// <https://dbus.freedesktop.org/doc/dbus-specification.html#message-bus-routing-match-rules>.
///
/// Keys that no signal of ours needs are taken and not looked at: who asked for less gets more, and
/// every client looks at what it gets.
struct MatchRule: Sendable, Hashable {
  static let longest = 1024

  private var type: String?
  private var sender: String?
  private var interface: String?
  private var member: String?
  private var path: String?
  private var firstArgument: String?
  private let text: String

  /// Nil for what is no rule.
  init?(parsing text: String) {
    guard text.utf8.count <= Self.longest else { return nil }
    self.text = text
    var rest = Substring(text)
    while !rest.isEmpty {
      guard let equals = rest.firstIndex(of: "=") else { return nil }
      let key = rest[..<equals].drop { $0 == " " }
      rest = rest[rest.index(after: equals)...]
      guard let value = Self.value(&rest) else { return nil }
      guard take(value, as: String(key)) else { return nil }
    }
  }

  /// In apostrophes everything counts as it stands; outside of them `\'` is one.
  private static func value(_ rest: inout Substring) -> String? {
    var value = ""
    var isQuoted = false
    while let character = rest.popFirst() {
      switch character {
      case "'": isQuoted.toggle()
      case "," where !isQuoted: return value
      case "\\" where !isQuoted && rest.first == "'":
        rest.removeFirst()
        value.append("'")
      default: value.append(character)
      }
    }
    return isQuoted ? nil : value
  }

  private mutating func take(_ value: String, as key: String) -> Bool {
    switch key {
    case "type": type = value
    case "sender": sender = value
    case "interface": interface = value
    case "member": member = value
    case "path": path = value
    case "arg0": firstArgument = value
    case "destination", "eavesdrop", "path_namespace": break
    default: return key.hasPrefix("arg")
    }
    return true
  }

  /// - Parameter names: of the sender, all of them.
  func takes(_ signal: Message, from names: [String]) -> Bool {
    func fits(_ wanted: String?, _ value: String?) -> Bool { wanted == nil || wanted == value }
    return fits(type, "signal") && (sender.map(names.contains) ?? true)
      && fits(interface, signal.interface) && fits(member, signal.member)
      && fits(path, signal.path) && fits(firstArgument, signal.body.first?.string)
  }
}
