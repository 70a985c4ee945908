/// A filter as it was written: where each of its terms stands is known.
package struct WrittenFilter: Sendable {
  package struct Term: Sendable {
    package var term: FilterTerm
    /// In Unicode scalars.
    package var range: Range<Int>
  }

  package var filter: EventFilter
  package var terms: [Term]

  package init(
    parsing text: String, _ context: FilterContext = FilterContext(now: Timestamp(micros: 0))
  ) throws(FilterMistake) {
    var parser = try FilterParser(text, context)
    filter = try parser.parse()
    terms = parser.terms
  }

  /// What it selects; a source that is not known is a mistake.
  package func selection(_ context: FilterContext) throws(FilterMistake) -> EventSelection {
    for written in terms {
      guard case .named(let key, let value) = written.term else { continue }
      var scratch = EventSelection()
      do throws(UsageError) {
        try key.narrow(&scratch, value, context)
      } catch {
        throw FilterMistake(.unknownValue, error.message, hint: error.hint, at: written.range)
      }
    }
    do throws(UsageError) {
      return try filter.selection(context)
    } catch {
      throw FilterMistake(.unknownValue, error.message, hint: error.hint, at: 0..<0)
    }
  }
}

extension EventFilter {
  package init(parsing text: String) throws(FilterMistake) {
    self = try WrittenFilter(parsing: text).filter
  }
}

/// `not` binds closest, then what stands side by side, then `or`.
private struct FilterParser {
  private var lexer: FilterLexer
  private var token: FilterToken?
  private(set) var terms: [WrittenFilter.Term] = []
  private var depth = 0

  /// SQLite's parser, as it is built, has a stack of a hundred: eight would still do.
  private static let deepest = 6
  private static let most = 200

  init(_ text: String, _ context: FilterContext) throws(FilterMistake) {
    lexer = try FilterLexer(text, context)
    token = try lexer.next()
  }

  mutating func parse() throws(FilterMistake) -> EventFilter {
    guard token != nil else { return .everything }
    let filter = try alternatives()
    guard let token else { return filter }
    throw unopened(token)
  }

  private func unopened(_ token: FilterToken) -> FilterMistake {
    FilterMistake(
      .unopenedBracket, "Nothing opens the bracket that is closed here.",
      hint: "Take it away, or put the text in quotes.", at: token.range)
  }

  private mutating func alternatives() throws(FilterMistake) -> EventFilter {
    var parts = [try conjunction(after: nil)]
    while let place = try take(.or) { parts.append(try conjunction(after: place)) }
    return .either(parts)
  }

  private mutating func conjunction(after word: Range<Int>?) throws(FilterMistake) -> EventFilter {
    var parts = [try unary(after: word)]
    while let token {
      switch token.content {
      case .operator(.and):
        self.token = try lexer.next()
        parts.append(try unary(after: token.range))
      case .operator(.or), .close: return .every(parts)
      case .operator(.not), .minus, .open, .term: parts.append(try unary(after: nil))
      }
    }
    return .every(parts)
  }

  /// - Parameter word: the operator that a term has to follow.
  private mutating func unary(after word: Range<Int>?) throws(FilterMistake) -> EventFilter {
    guard let token else { throw missing(after: word, at: lexer.end..<lexer.end) }
    switch token.content {
    case .term(let term):
      guard terms.count < Self.most else {
        throw FilterMistake(
          .tooMany, "The filter has more than \(Self.most) terms.", at: token.range)
      }
      terms.append(WrittenFilter.Term(term: term, range: token.range))
      self.token = try lexer.next()
      return .term(term)
    case .operator(.not), .minus:
      return try nested(token) { parser throws(FilterMistake) in
        .not(try parser.unary(after: token.range))
      }
    case .open:
      return try nested(token) { parser throws(FilterMistake) in
        try parser.rest(ofBracketAt: token.range)
      }
    case .close where depth == 0 && word == nil: throw unopened(token)
    case .operator(.and), .operator(.or), .close:
      throw missing(after: word, at: token.range)
    }
  }

  private mutating func nested(
    _ token: FilterToken, _ body: (inout FilterParser) throws(FilterMistake) -> EventFilter
  ) throws(FilterMistake) -> EventFilter {
    guard depth < Self.deepest else {
      throw FilterMistake(
        .tooDeep, "More than \(Self.deepest) brackets or nots lie in one another here.",
        at: token.range)
    }
    depth += 1
    self.token = try lexer.next()
    let filter = try body(&self)
    depth -= 1
    return filter
  }

  private mutating func rest(ofBracketAt open: Range<Int>) throws(FilterMistake) -> EventFilter {
    if let token, case .close = token.content {
      throw FilterMistake(
        .emptyBrackets, "There is nothing in these brackets.",
        hint: "Take them away, or put the text in quotes.",
        at: open.lowerBound..<token.range.upperBound)
    }
    let filter = try alternatives()
    guard let token, case .close = token.content else {
      throw FilterMistake(
        .unclosedBracket, "The bracket that is opened here is not closed.",
        hint: "Write a ) at its end, or put the text in quotes.", at: open)
    }
    self.token = try lexer.next()
    return filter
  }

  private func missing(after word: Range<Int>?, at place: Range<Int>) -> FilterMistake {
    FilterMistake(
      .missingTerm,
      word == nil
        ? "A term is missing here: or, and and not stand between or before terms."
        : "A term has to follow here.",
      hint: "The words themselves are looked for in quotes: \"or\", \"and\", \"not\".",
      at: word ?? place)
  }

  /// Where the word stands, if it comes next.
  private mutating func take(
    _ word: FilterToken.Operator
  ) throws(FilterMistake) -> Range<Int>? {
    guard let token, case .operator(word) = token.content else { return nil }
    self.token = try lexer.next()
    return token.range
  }
}
