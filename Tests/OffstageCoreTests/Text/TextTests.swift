import OffstageCore
import OffstageTesting
import Testing

@Suite struct `Text for a terminal` {
  @Test(arguments: [
    ("plain ÄÖ שלום 😀", "plain ÄÖ שלום 😀"), ("", ""), ("a\nb\tc\rd", "a\\nb\\tc\\rd"),
    ("\u{1B}[2J", "\\u{1b}[2J"), ("\u{0}\u{7F}\u{9B}", "\\u{0}\\u{7f}\\u{9b}"),
    ("\u{202E}evil\u{2069}", "\\u{202e}evil\\u{2069}"), ("a\r\nb", "a\\r\\nb"),
    ("\u{2028}\u{200F}\u{061C}", "\\u{2028}\\u{200f}\\u{61c}"),
  ])
  func `shows what would steer it`(_ text: String, _ escaped: String) {
    #expect(Array(text.escapedForTerminal.utf8) == Array(escaped.utf8))
  }

  @Test(arguments: LoggedEvent.hostileTexts.map(\.text))
  func `never holds a control character`(_ text: String) {
    let unsafe = text.escapedForTerminal.unicodeScalars.filter {
      $0.value < 0x20 || (0x7F..<0xA0).contains($0.value) || (0x202A...0x202E).contains($0.value)
        || (0x2066...0x2069).contains($0.value)
    }
    #expect(unsafe.isEmpty)
    #expect(text.escapedForTerminal.escapedForTerminal == text.escapedForTerminal)
  }

  @Test func `an origin loses one slash`() {
    #expect("https://a/".withoutTrailingSlash == "https://a")
    #expect("https://a".withoutTrailingSlash == "https://a")
    #expect("null".withoutTrailingSlash == "null")
    #expect("".withoutTrailingSlash == "")
  }
}

@Suite struct `A cursor's text` {
  private func cursor(_ numbers: [Int64]) -> EventCursor {
    EventCursor(
      identity: EventIdentity(
        timestamp: Timestamp(micros: numbers[0]), place: EventPlace(rawValue: Int(numbers[1])),
        digest: numbers[2], ordinal: Int32(truncatingIfNeeded: numbers[4])),
      sourceNumber: numbers[3])
  }

  @Test(
    arguments: [
      [0, 0, 0, 0, 0], [.min, .min, .min, .min, Int64(Int32.min)],
      [.max, .max, .max, .max, Int64(Int32.max)], [1_795_356_129_837_642, 1300, -77, 3, 2],
    ] as [[Int64]])
  func `comes back as the cursor`(_ numbers: [Int64]) {
    #expect(EventCursor(text: cursor(numbers).text) == cursor(numbers))
  }

  @Test(arguments: [
    "", ".", "1", "1.", "1.....", "2.0.0.0.0.0", "1.0.0.0.0", "1.0.0.0.0.0.0",
    "1.0.0.0.0.zzzzzzzzzzzzz",
    "1.a.b.c.d.9999999999", "1.0.0.0.0.-", "1. .0.0.0.0", "1.0.0.0.0.0\u{0}", "1.0.0.０.0.0",
    "1.0;DROP TABLE event.0.0.0.0", String(repeating: "1.", count: 100_000),
  ])
  func `that is none is refused`(_ text: String) {
    #expect(EventCursor(text: text) == nil)
  }
}
