/// Changes bytes at random, as damage, editors and ill will do; the same seed gives the same ones.
package struct Mutation: Sendable {
  private var random: SeededGenerator
  private let words: [[UInt8]]

  /// - Parameter words: what means something in the format, to be put anywhere.
  package init(seed: UInt64, words: [String]) {
    random = SeededGenerator(seed: seed)
    self.words = words.map { Array($0.utf8) }
  }

  /// One to eight changes of one of the texts.
  package mutating func next(of corpus: [[UInt8]]) -> [UInt8] {
    var bytes = corpus.randomElement(using: &random) ?? []
    for _ in 0..<Int.random(in: 1...8, using: &random) { change(&bytes, corpus) }
    return bytes
  }

  private mutating func change(_ bytes: inout [UInt8], _ corpus: [[UInt8]]) {
    let start = Int.random(in: 0...bytes.count, using: &random)
    let end = min(bytes.count, start + Int.random(in: 0...40, using: &random))
    switch Int.random(in: 0..<9, using: &random) {
    case 0: bytes.removeSubrange(start..<end)
    case 1: bytes.insert(UInt8.random(in: 0...255, using: &random), at: start)
    case 2: bytes.insert(contentsOf: words.randomElement(using: &random) ?? [], at: start)
    case 3: bytes.replaceSubrange(start..<end, with: words.randomElement(using: &random) ?? [])
    case 4: bytes.insert(contentsOf: bytes[start..<end], at: end)
    case 5: bytes.removeSubrange(start...)
    case 6 where start < bytes.count:
      bytes[start] ^= 1 << UInt8.random(in: 0..<8, using: &random)
    case 7: bytes.insert(contentsOf: Array(repeating: UInt8(ascii: "["), count: 400), at: start)
    default:
      let other = corpus.randomElement(using: &random) ?? []
      let from = Int.random(in: 0...other.count, using: &random)
      bytes.replaceSubrange(start..., with: other[from...])
    }
  }
}
