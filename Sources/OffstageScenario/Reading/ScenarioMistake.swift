import OffstageCore

/// A place in a scenario file; lines and columns count from 1.
package struct ScenarioPlace: Sendable, Hashable, Comparable, CustomStringConvertible {
  package var file: String
  package var line: Int
  package var column: Int

  package init(file: String, line: Int, column: Int) {
    self.file = file
    self.line = line
    self.column = column
  }

  package var description: String { "\(file):\(line):\(column)" }

  package static func < (left: ScenarioPlace, right: ScenarioPlace) -> Bool {
    (left.file, left.line, left.column) < (right.file, right.line, right.column)
  }
}

/// What of a scenario file can't be taken, where it stands, and what could stand there.
package struct ScenarioMistake: Error, Sendable, Hashable {
  package var place: ScenarioPlace
  /// One sentence.
  package var message: String
  package var hint: String?
  /// The only ones that can stand there; empty where anything else can.
  package var words: [String]
  /// The likeliest of what could have been meant.
  package var guess: String?

  package init(
    _ message: String, at place: ScenarioPlace, hint: String? = nil, words: [String] = [],
    guess: String? = nil
  ) {
    self.place = place
    self.message = message
    self.hint = hint
    self.words = words
    self.guess = guess
  }

  /// A word that is none of those that can stand there.
  static func unknown(
    _ what: String, _ word: String, at place: ScenarioPlace, words: [String]
  ) -> ScenarioMistake {
    ScenarioMistake(
      "There is no \(what) “\(word.escapedForTerminal)” here.", at: place, words: words,
      guess: NearestWord.to(word, among: words))
  }

  /// More words than this are read by nobody who knows the likeliest.
  private static let fewWords = 12

  /// What to do about it, with the likeliest meaning first.
  package var advice: String? {
    let isLong = guess != nil && words.count > Self.fewWords
    let list =
      isLong
      ? "`offstage test --schema` has all \(words.count) that it can be."
      : "It can be \(words.joined(separator: ", "))."
    let parts = [
      guess.map { "Did you mean \($0)?" }, words.isEmpty ? nil : list, hint,
    ].compactMap { $0 }
    return parts.isEmpty ? nil : parts.joined(separator: " ")
  }
}
