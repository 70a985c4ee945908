import Foundation
import OffstageCore
import OffstageTesting
import Testing

/// Any text at all is a filter or a mistake, soon. `make fuzz` looks longer.
@Suite struct FilterFuzzTests {
  /// In seconds.
  private static let budget =
    ProcessInfo.processInfo.environment["OFFSTAGE_FUZZ_SECONDS"].flatMap(Double.init) ?? 0

  @Test func `any filter is read back as it was written`() throws {
    try repeating(2000) { seed in
      var scene = FilterScene(seed: seed)
      let filter = scene.filter(depth: 4)
      let text = filter.description
      do {
        let back = try EventFilter(parsing: text)
        #expect(back == filter, "seed \(seed): \(text)")
      } catch let mistake as FilterMistake {
        // A random filter may be larger than one may be.
        #expect(mistake.kind == .tooMany || mistake.kind == .tooLong, "\(mistake): \(text)")
      }
    }
  }

  @Test func `any text is a filter or a mistake within it`() throws {
    try repeating(4000) { seed in
      var random = SeededGenerator(seed: seed)
      let text = Self.text(&random)
      let scalars = text.unicodeScalars.count
      do {
        let filter = try EventFilter(parsing: text)
        #expect(try EventFilter(parsing: filter.description) == filter, "seed \(seed): \(text)")
      } catch let mistake as FilterMistake {
        let isWithin = mistake.range.lowerBound >= 0 && mistake.range.upperBound <= scalars
        #expect(isWithin, "seed \(seed): \(mistake)")
        #expect(!mistake.message.isEmpty)
      }
      let cursor = Int.random(in: 0...scalars, using: &random)
      let completions = FilterCompletion.completions(
        of: text, at: cursor, from: FilterVocabulary())
      for completion in completions {
        let isWithin =
          completion.range.lowerBound <= cursor && completion.range.upperBound <= scalars
        #expect(isWithin, "seed \(seed)")
      }
    }
  }

  private func repeating(_ least: UInt64, _ body: (UInt64) throws -> Void) throws {
    let start = ContinuousClock.now
    var seed: UInt64 = 0
    while seed < least || start.duration(to: .now) < .seconds(Self.budget) {
      try body(seed)
      seed += 1
    }
    if Self.budget > 0 { print("\(seed) filters") }
  }

  /// Parts of filters, broken and put together.
  private static func text(_ random: inout SeededGenerator) -> String {
    var text = ""
    for _ in 0..<Int.random(in: 0...12, using: &random) {
      var part = corpus.randomElement(using: &random) ?? ""
      if random.chance(in: 3) {
        let scalars = Array(part.unicodeScalars)
        part = String(
          String.UnicodeScalarView(
            scalars.prefix(Int.random(in: 0...scalars.count, using: &random))))
      }
      if random.chance(in: 6),
        let scalar = Unicode.Scalar(UInt32.random(in: 0...0x10FFFF, using: &random))
      {
        part.unicodeScalars.append(scalar)
      }
      if random.chance(in: 40) { part = String(repeating: part, count: 300) }
      text += part
      if !random.chance(in: 3) { text += " " }
    }
    return text
  }

  private static let corpus: [String] =
    FilterKey.all.flatMap { [$0.example, $0.name, $0.name + ":"] }
    + FilterScene.hardWords + LoggedEvent.hostileTexts.map(\.text)
    + [
      "(", ")", "((", "))", "-", "--", "not", "or", "and", "\"", "\\", "\\\"", ":", "::", "//",
      "a:\"",
      "\"a\":", "\"a\":\"", "-\"", "-(", "not(", "\t", "\u{A0}", "\u{2028}", "\r\n", "Payload:x",
      "\"Failure Reason\":BAD_STATUS", "(service:push or service:sync) -outcome:ok",
    ]
}
