/// Why a file can't be imported, and where in it.
package struct ImportFault: Error, Sendable, Hashable {
  /// Where something begins in a file.
  package struct Place: Sendable, Hashable {
    /// From 1.
    package var line: Int
    /// From 0.
    package var byte: Int
    /// The first byte of the line.
    package var lineStart: Int

    /// The beginning of a line.
    package init(line: Int, byte: Int) {
      self.line = line
      self.byte = byte
      lineStart = byte
    }

    /// From 1, in bytes.
    package var column: Int { byte - lineStart + 1 }

    func after(_ bytes: ArraySlice<UInt8>) -> Place {
      var place = self
      place.byte += bytes.count
      if let end = bytes.lastIndex(of: UInt8(ascii: "\n")) {
        place.line += bytes.count { $0 == UInt8(ascii: "\n") }
        place.lineStart = self.byte + (end - bytes.startIndex) + 1
      }
      return place
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
    UsageError(sentence(of: name), hint: hint)
  }

  package func sentence(of name: String) -> String {
    let place = place.map { ", line \($0.line), column \($0.column)," } ?? ""
    return "“\(name.escapedForTerminal)”\(place) \(text)."
  }
}
