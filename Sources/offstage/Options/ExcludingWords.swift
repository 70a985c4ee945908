import OffstageCore

/// A filter may begin with a minus, as options do: words that can be nothing but a term that is left out
/// are handed on as `not TERM`, which means the same.
enum ExcludingWords {
  /// Those that take the filter language.
  private static let verbs: Set<String> = ["events", "operations", "explain", "export"]
  /// The letters of their short options.
  private static let options = Set("hnfo")

  /// The arguments as they are parsed.
  static func spelledOut(_ arguments: [String]) throws(UsageError) -> [String] {
    guard let verb = arguments.first, verbs.contains(verb) else { return arguments }
    var rest = arguments[...]
    var spelled: [String] = []
    while let word = rest.popFirst(), word != "--" {
      spelled.append(try spelledOut(word, of: verb))
    }
    return spelled + arguments.suffix(arguments.count - spelled.count)
  }

  private static func spelledOut(_ word: String, of verb: String) throws(UsageError) -> String {
    guard word.hasPrefix("-"), !word.hasPrefix("--"), let first = word.dropFirst().first else {
      return word
    }
    let term = word.dropFirst()
    if first == "(" || first == "\"" || first.isLetter && isKeyed(term) { return "not \(term)" }
    guard first.isLetter, term.prefix(while: { $0 != "=" }).contains(where: { !isOption($0) })
    else {
      return word
    }
    let shown = String(term).escapedForTerminal
    throw UsageError(
      "There is no option “-\(shown)”.",
      hint: "As a term that is left out it is written: offstage \(verb) 'not \(shown)'")
  }

  /// A key with a value, as in `tag:news`; what stands before `://` is none.
  private static func isKeyed(_ term: Substring) -> Bool {
    guard let colon = term.firstIndex(of: ":") else { return false }
    return term[..<colon].allSatisfy { $0.isLetter } && !term[colon...].hasPrefix("://")
  }

  private static func isOption(_ letter: Character) -> Bool {
    options.contains(letter) || letter.isNumber
  }
}
