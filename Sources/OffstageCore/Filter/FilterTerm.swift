/// One thing that is asked of an event.
package enum FilterTerm: Sendable, Hashable {
  /// `service:push`
  case named(FilterKey, String)
  /// `"Failure Reason":BAD_STATUS`
  case metadata(key: String, value: String)
  /// What occurs somewhere.
  case word(String)

  // Swift takes canonically equivalent texts for equal.
  package static func == (left: FilterTerm, right: FilterTerm) -> Bool {
    switch (left, right) {
    case (.named(let key, let value), .named(let otherKey, let otherValue)):
      key == otherKey && value.isExactly(otherValue)
    case (.metadata(let key, let value), .metadata(let otherKey, let otherValue)):
      key.isExactly(otherKey) && value.isExactly(otherValue)
    case (.word(let word), .word(let other)): word.isExactly(other)
    default: false
    }
  }

  package func hash(into hasher: inout Hasher) {
    hasher.combine(description)
  }
}

extension FilterTerm: CustomStringConvertible {
  package var description: String {
    switch self {
    case .named(let key, let value):
      // A name that nobody knows is only taken for one in quotes.
      "\(key.name):\(key.doubt(value) == nil ? Self.quotedIfNeeded(value: value) : Self.quoted(value))"
    case .metadata(let key, let value):
      (FilterKey.metadataKeys.contains(key) && !key.contains(" ") ? key : Self.quoted(key))
        + ":" + Self.quotedIfNeeded(value: value)
    case .word(let word): Self.quotedIfNeeded(word: word)
    }
  }

  private static func quotedIfNeeded(value: String) -> String {
    isPlain(value) && !value.hasPrefix("//") ? value : quoted(value)
  }

  private static func quotedIfNeeded(word: String) -> String {
    let isPlain =
      isPlain(word) && !word.hasPrefix("-") && FilterToken.Operator(word) == nil
      && !word.unicodeScalars.contains(":")
    return isPlain || isAddress(word) ? word : quoted(word)
  }

  /// An address is a word: no metadata has such a key.
  private static func isAddress(_ word: String) -> Bool {
    guard isPlain(word), let colon = word.firstRange(of: "://") else { return false }
    let scheme = word[..<colon.lowerBound]
    return !scheme.isEmpty && FilterKey.named(String(scheme)) == nil
      && scheme.unicodeScalars.allSatisfy { $0.isASCII && $0.properties.isAlphabetic }
  }

  private static func isPlain(_ text: String) -> Bool {
    !text.isEmpty
      && text.unicodeScalars.allSatisfy {
        !$0.properties.isWhitespace && !Self.quoteworthy.contains($0)
      }
  }

  private static let quoteworthy: Set<Unicode.Scalar> = ["\"", "(", ")", "\\"]

  private static func quoted(_ text: String) -> String {
    var out = "\""
    for scalar in text.unicodeScalars {
      if scalar == "\"" || scalar == "\\" { out += "\\" }
      out.unicodeScalars.append(scalar)
    }
    return out + "\""
  }
}
