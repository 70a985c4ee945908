/// What is wrong with a push, a key or a token.
package struct ToldFault: Sendable, Hashable {
  /// For programs; it stays the same whatever the words are.
  package var code: String
  /// One sentence.
  package var message: String
  /// What to do about it.
  package var hint: String

  init(_ code: String, _ message: String, _ hint: String) {
    self.code = code
    self.message = message
    self.hint = hint
  }
}

/// One of a closed set of things that can be wrong.
package protocol PushFault: Error, Hashable, Sendable, CustomStringConvertible {
  var told: ToldFault { get }
}

extension PushFault {
  package var code: String { told.code }
  package var message: String { told.message }
  package var hint: String { told.hint }
  package var description: String { "\(message) \(hint)" }
}

extension String {
  /// What somebody sent, short enough for a sentence.
  var quoted: String { count > 120 ? "“\(prefix(120))…”" : "“\(self)”" }
}

extension Int {
  /// `1 byte`, `2 bytes`.
  var bytesText: String { self == 1 ? "1 byte" : "\(self) bytes" }
}
