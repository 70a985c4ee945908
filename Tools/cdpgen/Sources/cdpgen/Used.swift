import Foundation

/// The list of what is used (`used.txt`).
struct Used {
  var commands: Set<String> = []
  var events: Set<String> = []
  var keep: Set<String> = []
  var share: Set<String> = []
  var raw: Set<String> = []
  var swift: [String: String] = [:]

  init(parsing text: String) throws {
    for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
    {
      let words = line.split(separator: " ").map(String.init)
      guard let kind = words.first, !kind.hasPrefix("#") else { continue }
      switch (kind, words.count) {
      case ("command", 2): commands.insert(words[1])
      case ("event", 2): events.insert(words[1])
      case ("keep", 2): keep.insert(words[1])
      case ("share", 2): share.insert(words[1])
      case ("raw", 2): raw.insert(words[1])
      case ("swift", 3): swift[words[1]] = words[2]
      default: throw Failure("used.txt:\(number + 1): not understood: \(line)")
      }
    }
  }
}

struct Failure: Error, CustomStringConvertible {
  var description: String
  init(_ description: String) { self.description = description }
}
