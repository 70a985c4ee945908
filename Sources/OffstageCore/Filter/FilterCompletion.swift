/// Something that can stand where somebody is writing a filter.
package struct FilterCompletion: Sendable, Hashable {
  /// What is put in the place of `range`.
  package var text: String
  /// In Unicode scalars.
  package var range: Range<Int>
  /// A few words on what it is; empty where it speaks for itself.
  package var summary: String
  /// Whether a term is complete with it.
  package var isWhole: Bool
}

extension FilterCompletion {
  /// So many are offered at most.
  package static let most = 12

  /// The best first.
  package static func completions(
    of text: String, at cursor: Int, from vocabulary: FilterVocabulary
  ) -> [FilterCompletion] {
    let written = WrittenTerm(
      in: Array(text.unicodeScalars.prefix(FilterLexer.longest)), at: cursor)
    var seen: Set<String> = []
    return written.candidates(vocabulary).filter { seen.insert($0.text).inserted }.prefix(most).map
    {
      FilterCompletion(
        text: $0.text, range: written.range, summary: $0.summary, isWhole: $0.isWhole)
    }
  }
}

/// The term in which the cursor stands, as far as it is written.
private struct WrittenTerm {
  typealias Candidate = (text: String, summary: String, isWhole: Bool)

  /// Of the whole term, without a minus or bracket before it.
  private(set) var range: Range<Int>
  /// What stands before the colon, if there is one before the cursor.
  private var key: String?
  private var isQuotedKey = false
  /// What is written of a value or a word, up to the cursor.
  private var start = ""

  init(in text: [Unicode.Scalar], at cursor: Int) {
    let cursor = max(0, min(cursor, text.count))
    var begin = 0
    var position = 0
    var isQuoted = false
    while position < cursor {
      let scalar = text[position]
      if isQuoted, scalar == "\\" {
        position += 1
      } else if scalar == "\"" {
        isQuoted.toggle()
      } else if !isQuoted, scalar.properties.isWhitespace || scalar == "(" || scalar == ")" {
        begin = position + 1
      }
      position += 1
    }
    begin = min(begin, cursor)
    while begin < cursor, text[begin] == "-" { begin += 1 }
    var end = cursor
    while end < text.count, text[end] != ")", isQuoted || !text[end].properties.isWhitespace {
      if text[end] == "\"" {
        end += 1
        break
      }
      end += 1
    }
    range = begin..<end
    take(text[begin..<cursor])
  }

  private mutating func take(_ term: ArraySlice<Unicode.Scalar>) {
    var content = String.UnicodeScalarView()
    var isQuoted = false
    var wasQuoted = false
    var position = term.startIndex
    while position < term.endIndex {
      switch term[position] {
      case "\"":
        isQuoted.toggle()
        wasQuoted = true
      case "\\" where isQuoted && position + 1 < term.endIndex:
        position += 1
        content.append(term[position])
      case ":" where !isQuoted && key == nil && !content.isEmpty:
        key = String(content)
        isQuotedKey = wasQuoted
        content = .init()
      default: content.append(term[position])
      }
      position += 1
    }
    start = String(content)
  }

  func candidates(_ vocabulary: FilterVocabulary) -> [Candidate] {
    guard let key else { return terms(vocabulary) }
    if !isQuotedKey, let known = FilterKey.named(key) {
      let values = known.words.isEmpty ? known.values(vocabulary) : known.words
      return matching(values, start, from: 1).map {
        (FilterTerm.named(known, $0).description, "", true)
      }
    }
    let values = vocabulary.pairs.filter { $0.key.isAlike(key) }.map(\.value)
    return matching(values, start, from: 1).map {
      (FilterTerm.metadata(key: key, value: $0).description, "", true)
    }
  }

  /// Keys, and what is understood without one being named.
  private func terms(_ vocabulary: FilterVocabulary) -> [Candidate] {
    let keys = FilterKey.all.filter(\.isOffered)
    var found: [Candidate] = []
    for key in keys where key.name.begins(with: start) {
      found.append((key.name + ":", key.summary, false))
    }
    guard !start.isEmpty else { return found }
    for key in keys where !key.words.isEmpty {
      for word in matching(key.words, start) {
        found.append((FilterTerm.named(key, word).description, "", true))
      }
    }
    guard start.utf8.count > 1 else { return found }
    if let key = FilterKey.named("event") {
      for name in matching(vocabulary.names, start) {
        found.append((FilterTerm.named(key, name).description, "", true))
      }
    }
    let metadata = vocabulary.pairs.map(\.key) + FilterKey.metadataKeys
    for key in matching(metadata, start) {
      found.append(
        (FilterTerm.metadata(key: key, value: "x").description.droppingLast, "Metadata.", false))
    }
    return found
  }

  /// What begins so, then what holds it elsewhere, once it has so many letters.
  private func matching(
    _ values: [String], _ start: String, from letters: Int = 2
  ) -> [String] {
    let beginning = values.filter { $0.begins(with: start) }
    guard start.utf8.count >= letters else { return beginning }
    let wanted = start.lowercasedASCII
    return beginning
      + values.filter { !$0.begins(with: start) && $0.lowercasedASCII.contains(wanted) }
  }
}

extension String {
  /// Whatever the case of ASCII letters.
  fileprivate func begins(with start: String) -> Bool {
    utf8.lazy.map(\.inLowerCase).starts(with: start.utf8.lazy.map(\.inLowerCase))
  }

  fileprivate var droppingLast: String { String(dropLast()) }
}
