/// What of a filter can't be taken, where it stands, and what could stand there.
package struct FilterMistake: Error, Sendable, Hashable {
  package enum Kind: String, Sendable, CaseIterable {
    case unclosedQuote, quoteInWord, textAfterQuote
    case unclosedBracket, unopenedBracket, emptyBrackets, bracketInWord
    case missingTerm, missingValue, unknownValue, unknownKey, doubtfulValue, notSearchable
    case tooLong, tooMany, tooDeep
  }

  package var kind: Kind
  /// One sentence.
  package var message: String
  package var hint: String?
  /// Where it stands in the text, in Unicode scalars.
  package var range: Range<Int>
  /// The only ones that can stand there; empty where anything else can.
  package var words: [String]
  /// The likeliest of what could have been meant, in the language's spelling.
  package var guess: String?

  package init(
    _ kind: Kind, _ message: String, hint: String? = nil, at range: Range<Int>,
    words: [String] = [], guess: String? = nil
  ) {
    self.kind = kind
    self.message = message
    self.hint = hint
    self.range = range
    self.words = words
    self.guess = guess
  }

  /// What to do about it, with the likeliest meaning first.
  package var advice: String? {
    let parts = [guess.map { "Did you mean \($0)?" }, hint].compactMap { $0 }
    return parts.isEmpty ? nil : parts.joined(separator: " ")
  }
}
