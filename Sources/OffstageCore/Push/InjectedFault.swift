/// A fault that somebody asked the push service for, so that what an application server does about
/// it can be tested.
package enum InjectedFault: Sendable, Hashable {
  /// Refuses with this status; a header such as `Retry-After` goes with it.
  case respond(Int, headers: [PushMessage.Header])
  /// Takes the message, and loses it.
  case drop
  /// Holds the message back for so long.
  case delay(Interval)
  /// Sends the message twice.
  case duplicate
  /// The second of a message that was doubled.
  case copy
  /// Lets the next message of its subscription go first.
  case reorder

  /// How long one that lets another go first waits for it.
  package static let patience = Interval.seconds(10)
}

// MARK: - As text

extension InjectedFault {
  /// `429:retry-after=5`, `drop`, `delay=5s`, `duplicate`, `reorder`.
  package init(parsing text: String) throws(UsageError) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    let (name, value) = Self.pair(parts[0])
    if let status = Int(name), value == nil {
      guard (400...599).contains(status) else {
        throw UsageError(
          "\(status) is no status that refuses a push.", hint: "Those are 400 to 599.")
      }
      var headers: [PushMessage.Header] = []
      for part in parts.dropFirst() { headers.append(try Self.header(part)) }
      self = .respond(status, headers: headers)
      return
    }
    guard parts.count == 1 else { throw Self.unknown(text) }
    switch (name, value) {
    case ("drop", nil): self = .drop
    case ("duplicate", nil): self = .duplicate
    case ("copy", nil): self = .copy
    case ("reorder", nil): self = .reorder
    case ("delay", let value?): self = .delay(try Interval(parsing: value))
    default: throw Self.unknown(text)
    }
  }

  package var text: String {
    switch self {
    case .respond(let status, let headers):
      ([String(status)] + headers.map { "\($0.name)=\($0.value)" }).joined(separator: ":")
    case .drop: "drop"
    case .delay(let time): "delay=\(time.exact)"
    case .duplicate: "duplicate"
    case .copy: "copy"
    case .reorder: "reorder"
    }
  }

  /// What was done to the message, for the middle of a sentence.
  package var words: String {
    switch self {
    case .respond(let status, _): "refused with \(status)"
    case .drop: "dropped"
    case .delay(let time): "delayed by \(time.short)"
    case .duplicate: "sent twice"
    case .copy: "sent as the second of two"
    case .reorder: "held back until the next was sent"
    }
  }

  private static func pair(_ text: String) -> (name: String, value: String?) {
    guard let end = text.firstIndex(of: "=") else { return (text.lowercased(), nil) }
    return (text[..<end].lowercased(), String(text[text.index(after: end)...]))
  }

  private static func header(_ text: String) throws(UsageError) -> PushMessage.Header {
    let (name, value) = pair(text)
    guard let value, !name.isEmpty, name.utf8.allSatisfy(isOfName),
      value.utf8.allSatisfy({ (0x20...0x7E).contains($0) })
    else {
      throw UsageError(
        "“\(text.escapedForTerminal)” is no header.",
        hint: "Write NAME=VALUE, such as 429:retry-after=5.")
    }
    guard !ours.contains(name) else {
      throw UsageError("The header “\(name)” is the service's own.", hint: "Leave it out.")
    }
    return PushMessage.Header(name, value)
  }

  /// What says where an answer ends.
  private static let ours: Set = [
    "connection", "content-length", "content-type", "transfer-encoding", "trailer", "upgrade",
  ]

  private static func isOfName(_ byte: UInt8) -> Bool {
    (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte) || byte == 0x2D
  }

  private static func unknown(_ text: String) -> UsageError {
    UsageError(
      "“\(text.escapedForTerminal)” is no fault.",
      hint: "Write a status with its headers, such as 429:retry-after=5, or one of drop, delay=5s, "
        + "duplicate and reorder.")
  }
}

extension Interval {
  /// As it is read again.
  fileprivate var exact: String {
    switch micros {
    case let micros where micros % 1_000_000 == 0: "\(micros / 1_000_000)s"
    case let micros where micros % 1000 == 0: "\(micros / 1000)ms"
    default: "\(micros)us"
    }
  }
}
