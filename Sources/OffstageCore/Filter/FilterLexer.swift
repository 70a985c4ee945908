/// A part of a filter with the place where it stands, in Unicode scalars.
struct FilterToken: Sendable {
  enum Operator: String, Sendable {
    case and, or, not

    /// In small letters or in capitals.
    init?(_ text: String) {
      switch text {
      case "and", "AND": self = .and
      case "or", "OR": self = .or
      case "not", "NOT": self = .not
      default: return nil
      }
    }
  }

  enum Content: Sendable {
    case term(FilterTerm)
    case `operator`(Operator)
    /// A minus that a term follows at once.
    case minus
    case open
    case close
  }

  var content: Content
  var range: Range<Int>
}

/// Cuts a filter into its parts, from the left to the right and once.
struct FilterLexer {
  private let text: [Unicode.Scalar]
  private let context: FilterContext
  private var position = 0

  /// In Unicode scalars.
  static let longest = 4096

  init(_ text: String, _ context: FilterContext) throws(FilterMistake) {
    self.text = Array(text.unicodeScalars.prefix(Self.longest + 1))
    self.context = context
    guard self.text.count <= Self.longest else {
      throw FilterMistake(
        .tooLong, "The filter has more than \(Self.longest) characters.",
        at: Self.longest..<Self.longest + 1)
    }
  }

  mutating func next() throws(FilterMistake) -> FilterToken? {
    while position < text.count, text[position].properties.isWhitespace { position += 1 }
    guard position < text.count else { return nil }
    let start = position
    switch text[position] {
    case "(":
      position += 1
      return FilterToken(content: .open, range: start..<position)
    case ")":
      position += 1
      return FilterToken(content: .close, range: start..<position)
    case "-" where position + 1 < text.count && !isEnd(text[position + 1]):
      position += 1
      return FilterToken(content: .minus, range: start..<position)
    case "\"":
      return try quoted()
    default:
      return try plain()
    }
  }

  /// Where the text ends.
  var end: Int { text.count }

  private func isEnd(_ scalar: Unicode.Scalar) -> Bool {
    scalar.properties.isWhitespace || scalar == ")"
  }

  // MARK: Quoted

  /// A word, or a key of metadata with what follows its colon.
  private mutating func quoted() throws(FilterMistake) -> FilterToken {
    let start = position
    let first = try quotation()
    guard position < text.count, text[position] == ":" else {
      try expectEnd()
      return try token(.word(first), from: start)
    }
    position += 1
    let (value, _) = try value(of: "\"\(first)\"", from: start)
    return try token(.metadata(key: first, value: value), from: start)
  }

  /// What stands in quotes; `\"` and `\\` stand for a quote and a backslash.
  private mutating func quotation() throws(FilterMistake) -> String {
    let start = position
    var content = String.UnicodeScalarView()
    position += 1
    while position < text.count, text[position] != "\"" {
      if text[position] == "\\", position + 1 < text.count { position += 1 }
      content.append(text[position])
      position += 1
    }
    guard position < text.count else {
      throw FilterMistake(
        .unclosedQuote, "The quotation that begins here has no end.",
        hint: "Write a \" at its end, and \\\" for a quote inside of it.", at: start..<text.count)
    }
    position += 1
    return String(content)
  }

  private func expectEnd() throws(FilterMistake) {
    guard position < text.count, !isEnd(text[position]) else { return }
    throw FilterMistake(
      .textAfterQuote, "A space has to follow the end of a quotation.",
      hint: "Write \\\" for a quote inside of it.", at: position..<position + 1)
  }

  // MARK: Plain

  private mutating func plain() throws(FilterMistake) -> FilterToken {
    let start = position
    let run = plainRun()
    if position < text.count, text[position] == "(" {
      if let word = FilterToken.Operator(run) { return operate(word, from: start) }
      throw FilterMistake(
        .bracketInWord, "A bracket can't stand inside of a term.",
        hint: "Put a space before it, or the whole in quotes: \"\(run.escapedForTerminal)(…)\".",
        at: position..<position + 1)
    }
    if let colon = run.unicodeScalars.firstIndex(of: ":"), isKey(run, before: colon) {
      let key = String(run[..<colon])
      position = start + key.unicodeScalars.count + 1
      return try keyed(key, from: start)
    }
    if position < text.count, text[position] == "\"" {
      throw FilterMistake(
        .quoteInWord, "A quote can't stand inside of a word.",
        hint: "Put the whole word in quotes, and write \\\" for the quote.",
        at: position..<position + 1)
    }
    if let word = FilterToken.Operator(run) { return operate(word, from: start) }
    return try token(.word(run), from: start)
  }

  private func operate(_ word: FilterToken.Operator, from start: Int) -> FilterToken {
    FilterToken(content: .operator(word), range: start..<position)
  }

  /// Up to white space, a bracket or a quote.
  private mutating func plainRun() -> String {
    var run = String.UnicodeScalarView()
    while position < text.count, !isEnd(text[position]), text[position] != "(",
      text[position] != "\""
    {
      run.append(text[position])
      position += 1
    }
    return String(run)
  }

  /// Ids and times have colons too, but none after a letter; addresses have `//` after it.
  private func isKey(_ run: String, before colon: String.Index) -> Bool {
    let scalars = run.unicodeScalars
    guard scalars.first?.properties.isAlphabetic ?? false else { return false }
    return FilterKey.named(String(run[..<colon])) != nil || !run[colon...].hasPrefix("://")
  }

  /// What follows the colon of a key, and whether it is in quotes.
  private mutating func value(
    of key: String, from start: Int
  ) throws(FilterMistake) -> (text: String, isQuoted: Bool) {
    if position < text.count, text[position] == "\"" {
      let value = try quotation()
      try expectEnd()
      return (value, true)
    }
    let run = plainRun()
    if position < text.count, text[position] == "(" || text[position] == "\"" {
      throw FilterMistake(
        text[position] == "(" ? .bracketInWord : .quoteInWord,
        "What is looked for has a bracket or a quote in it, and is not in quotes.",
        hint: "Brackets hold whole terms: (\(key):… or \(key):…).", at: position..<position + 1)
    }
    guard !run.isEmpty else {
      throw FilterMistake(
        .missingValue, "Nothing follows “\(key.escapedForTerminal):”.",
        hint: FilterKey.named(key).map(\.help)
          ?? "What is looked for stands behind the colon at once; \"\" is an empty text.",
        at: start..<position, words: FilterKey.named(key)?.words ?? [])
    }
    return (run, false)
  }

  private mutating func keyed(_ name: String, from start: Int) throws(FilterMistake) -> FilterToken
  {
    guard let key = FilterKey.named(name) else {
      try FilterKey.doubt(metadataKey: name, at: start..<position - 1)
      let (value, _) = try value(of: name, from: start)
      return try token(.metadata(key: name, value: value), from: start)
    }
    let valueStart = position
    let (value, isQuoted) = try value(of: name, from: start)
    if !isQuoted, let near = key.doubt(value) {
      let guess = unquoted(value, among: key.known) ?? near
      throw FilterMistake(
        .doubtfulValue, "There is no \(name) “\(value.escapedForTerminal)” that is known.",
        hint:
          "What has a space in it is put in quotes, and so is what is not known. In a shell the "
          + "whole filter is put in single quotes.",
        at: valueStart..<position, guess: "\(name):\"\(guess)\"")
    }
    var scratch = EventSelection()
    do throws(UsageError) {
      try key.narrow(&scratch, value, context)
    } catch {
      throw FilterMistake(
        .unknownValue, error.message, hint: error.hint, at: valueStart..<position,
        words: key.words,
        guess: NearestWord.to(value, among: key.words).map { "\(name):\($0)" })
    }
    return try token(.named(key, value), from: start)
  }

  /// What would be known if all of it were in quotes: a shell takes them away.
  private func unquoted(_ value: String, among known: [String]) -> String? {
    let rest = value + String(String.UnicodeScalarView(text[position...]))
    return known.filter { name in
      let start = rest.utf8.prefix(name.utf8.count)
      return start.count == name.utf8.count && String(decoding: start, as: UTF8.self).isAlike(name)
    }.max { $0.utf8.count < $1.utf8.count }
  }

  private func token(_ term: FilterTerm, from start: Int) throws(FilterMistake) -> FilterToken {
    if term.hasNUL {
      throw FilterMistake(
        .notSearchable, "The character U+0000 can't be looked for.", at: start..<position)
    }
    return FilterToken(content: .term(term), range: start..<position)
  }
}

extension FilterTerm {
  fileprivate var hasNUL: Bool {
    switch self {
    case .named(_, let value): value.utf8.contains(0)
    case .metadata(let key, let value): key.utf8.contains(0) || value.utf8.contains(0)
    case .word(let word): word.utf8.contains(0)
    }
  }
}
