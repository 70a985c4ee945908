/// The server's side of the handshake that comes before messages,
/// <https://dbus.freedesktop.org/doc/dbus-specification.html#auth-protocol>.
///
/// Who can open the socket is let in: its folder is this user's alone. EXTERNAL is what all clients
/// try first; a user that it names must still be this one.
struct Authentication: Sendable {
  enum Step: Sendable, Hashable {
    /// More is to come.
    case wait
    /// Messages follow.
    case done
    case fail
  }

  private enum State {
    case beforeNUL
    case waiting
    case waitingForData
    case accepted
  }

  /// The longest that a client needs is its user's number in hexadecimal.
  private static let longestLine = 1024
  private static let patience = 8

  private let user: UInt32
  private let guid: String
  private var state = State.beforeNUL
  private var held: [UInt8] = []
  private var refusals = 0

  init(user: UInt32, guid: String) {
    self.user = user
    self.guid = guid
  }

  /// What came after the handshake.
  var rest: [UInt8] { held }

  mutating func receive(_ bytes: some Collection<UInt8>, answer: inout [UInt8]) -> Step {
    held += bytes
    if state == .beforeNUL, let first = held.first {
      guard first == 0 else { return .fail }
      held.removeFirst()
      state = .waiting
    }
    while let end = held.firstIndex(of: UInt8(ascii: "\n")) {
      guard end > 0, end <= Self.longestLine, held[end - 1] == UInt8(ascii: "\r") else {
        return .fail
      }
      let line = String(decoding: held[..<(end - 1)], as: UTF8.self)
      held.removeSubrange(...end)
      if line == "BEGIN" { return state == .accepted ? .done : .fail }
      answer += Array((reply(to: line) + "\r\n").utf8)
      if refusals > Self.patience { return .fail }
    }
    return held.count > Self.longestLine ? .fail : .wait
  }

  private mutating func reply(to line: String) -> String {
    let words = line.split(separator: " ", maxSplits: 2).map(String.init)
    switch (words.first, state) {
    case ("AUTH", _) where words.count > 1 && words[1] == "ANONYMOUS": return accept()
    case ("AUTH", _) where words.count > 1 && words[1] == "EXTERNAL":
      guard words.count == 2 else { return external(words[2]) }
      state = .waitingForData
      return "DATA"
    case ("DATA", .waitingForData): return external(words.dropFirst().joined())
    case ("AUTH", _), ("CANCEL", _), ("ERROR", _): return reject()
    case ("NEGOTIATE_UNIX_FD", .accepted): return "ERROR No descriptors are passed here"
    default:
      refusals += 1
      return "ERROR Not known here"
    }
  }

  /// - Parameter identity: the user's number as text, in hexadecimal; empty for who opened the socket.
  private mutating func external(_ identity: String) -> String {
    let expected = "\(user)".utf8.map { byte in
      (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }.joined()
    return identity.isEmpty || identity.lowercased() == expected ? accept() : reject()
  }

  private mutating func accept() -> String {
    state = .accepted
    return "OK \(guid)"
  }

  private mutating func reject() -> String {
    refusals += 1
    state = .waiting
    return "REJECTED EXTERNAL ANONYMOUS"
  }
}
