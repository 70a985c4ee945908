/// Why a file can't be imported, and where in it.
package struct ImportFault: Error, Sendable, Equatable {
  /// Where something begins in a file.
  package struct Place: Sendable, Equatable {
    /// From 1.
    package var line: Int
    /// From 0.
    package var byte: Int

    package init(line: Int, byte: Int) {
      self.line = line
      self.byte = byte
    }
  }

  /// Continues “The file …”, or with a place “Line 3 …”.
  package var text: String
  package var hint: String?
  package var place: Place?

  package init(_ text: String, at place: Place? = nil, hint: String? = nil) {
    self.text = text
    self.hint = hint
    self.place = place
  }

  /// One sentence about the file of that name.
  package func usageError(of name: String) -> UsageError {
    let place = place.map { ", line \($0.line) (byte \($0.byte))," } ?? ""
    return UsageError("“\(name.escapedForTerminal)”\(place) \(text).", hint: hint)
  }
}
