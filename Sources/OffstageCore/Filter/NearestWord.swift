/// Finds what somebody who has mistyped a word could have meant.
package enum NearestWord {
  /// Nil where none is near.
  package static func to(_ text: String, among words: [String]) -> String? {
    let text = Array(text.utf8.prefix(40)).map(\.inLowerCase)
    guard text.count > 1 else { return nil }
    let most = text.count < 4 ? 1 : text.count < 8 ? 2 : 3
    let near = words.map { word in
      (word: word, distance: distance(text, word.utf8.map(\.inLowerCase), most: most))
    }.filter { $0.distance <= most && $0.distance < text.count - 1 }
    if let nearest = near.min(by: { $0.distance < $1.distance }) { return nearest.word }
    // A part of it: its beginning first.
    let lower = String(decoding: text, as: UTF8.self)
    let parts = words.filter { text.count > 2 && $0.lowercased().contains(lower) }
    return parts.first { $0.lowercased().hasPrefix(lower) } ?? parts.first
  }

  /// How many letters are wrong, missing, too many or swapped with their neighbour; more than `most`
  /// where that is certain at once.
  private static func distance(_ left: [UInt8], _ right: [UInt8], most: Int) -> Int {
    guard abs(left.count - right.count) <= most else { return most + 1 }
    var before: [Int] = []
    var last = Array(0...right.count)
    for (row, letter) in left.enumerated() {
      var here = [row + 1]
      for (column, other) in right.enumerated() {
        var best = min(last[column + 1], here[column]) + 1
        best = min(best, last[column] + (letter == other ? 0 : 1))
        if row > 0, column > 0, letter == right[column - 1], left[row - 1] == other {
          best = min(best, before[column - 1] + 1)
        }
        here.append(best)
      }
      (before, last) = (last, here)
    }
    return last[right.count]
  }
}
