/// Why a text is not the JSON that was asked for.
package struct JSONError: Error, Hashable, Sendable, CustomStringConvertible {
  package enum Reason: String, Sendable {
    case truncated = "ends too early"
    case unexpectedByte = "has something unexpected"
    case badEscape = "has a bad escape"
    case numberOutOfRange = "has a number that is out of range"
    case tooDeep = "is nested too deeply"
    case missingMember = "lacks a member that must be there"
    case unknownValue = "has a value that is not known"
  }

  package var reason: Reason
  /// In bytes from the start of the text.
  package var offset: Int

  package init(reason: Reason, offset: Int) {
    self.reason = reason
    self.offset = offset
  }

  package var description: String { "the JSON \(reason.rawValue) at byte \(offset)" }
}
