/// The grammar of names,
/// <https://dbus.freedesktop.org/doc/dbus-specification.html#message-protocol-names>.
package enum WireName {
  /// `/` or `/org/freedesktop/Notifications`
  package static func isPath(_ text: String) -> Bool {
    guard text.utf8.first == UInt8(ascii: "/") else { return false }
    if text.utf8.count == 1 { return true }
    return text.utf8.dropFirst().split(
      separator: UInt8(ascii: "/"), omittingEmptySubsequences: false
    )
    .allSatisfy { !$0.isEmpty && $0.allSatisfy(isWord) }
  }

  /// `org.freedesktop.Notifications`; names of errors have the same form.
  package static func isInterface(_ text: String) -> Bool {
    hasParts(text, atLeast: 2) { part in
      part.first.map { !isDigit($0) } ?? false && part.allSatisfy(isWord)
    }
  }

  package static func isMember(_ text: String) -> Bool {
    guard let first = text.utf8.first, text.utf8.count <= WireLimits.name else { return false }
    return !isDigit(first) && text.utf8.allSatisfy(isWord)
  }

  /// `org.freedesktop.Notifications`, or the bus's own `:1.7`.
  package static func isBusName(_ text: String) -> Bool {
    let isUnique = isUniqueName(text)
    return hasParts(isUnique ? String(text.dropFirst()) : text, atLeast: 2) { part in
      part.first.map { isUnique || !isDigit($0) } ?? false
        && part.allSatisfy { isWord($0) || $0 == UInt8(ascii: "-") }
    }
  }

  package static func isUniqueName(_ text: String) -> Bool { text.utf8.first == UInt8(ascii: ":") }

  private static func hasParts(
    _ text: String, atLeast least: Int, _ isPart: (Substring.UTF8View) -> Bool
  ) -> Bool {
    guard text.utf8.count <= WireLimits.name else { return false }
    let parts = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    return parts.count >= least && parts.allSatisfy(isPart)
  }

  private static func isWord(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "_"):
      true
    default: isDigit(byte)
    }
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }
}
