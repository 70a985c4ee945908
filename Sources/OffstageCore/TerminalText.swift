extension String {
  /// The text with control characters and bidirectional overrides made visible, so that what a
  /// page recorded can't steer a terminal (escape sequences) or reorder a line.
  package var escapedForTerminal: String {
    var text = self
    let isPlain = text.withUTF8 { $0.allSatisfy { 0x20..<0x7F ~= $0 } }
    guard !isPlain, unicodeScalars.contains(where: \.isUnsafeOnTerminal) else { return self }
    var out = ""
    for scalar in unicodeScalars {
      switch scalar {
      case "\n": out += "\\n"
      case "\t": out += "\\t"
      case "\r": out += "\\r"
      case _ where scalar.isUnsafeOnTerminal:
        out += "\\u{" + String(scalar.value, radix: 16) + "}"
      default: out.unicodeScalars.append(scalar)
      }
    }
    return out
  }
}

extension Unicode.Scalar {
  /// C0, DEL, C1, line separators, and the controls of the bidirectional algorithm (UAX #9).
  var isUnsafeOnTerminal: Bool {
    switch value {
    case 0..<0x20, 0x7F..<0xA0, 0x061C, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069: true
    default: false
    }
  }
}
