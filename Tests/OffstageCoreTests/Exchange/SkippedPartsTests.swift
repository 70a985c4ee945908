import JSON
import OffstageCore
import OffstageTesting
import Testing

/// A part that can't be read is told, and what is around it is read.
@Suite struct SkippedPartsTests {
  private static let size = 6

  /// As DevTools lays it out.
  private static let array: String = {
    var out = Array("[".utf8)
    for index in 0..<size {
      if index > 0 { out.append(UInt8(ascii: ",")) }
      JSONLayout.appendLine(1, to: &out)
      JSONLayout.appendIndented(event(index).protocolJSON, depth: 1, to: &out)
    }
    return String(decoding: out, as: UTF8.self) + "\n]"
  }()

  private static let lines: String = {
    var writer = JSONWriter()
    ExchangeLines.write(
      [ExchangeSource(id: ExchangeSample.source, name: "default", browser: nil)], to: &writer)
    for index in 0..<size {
      ExchangeLines.write(
        ExchangeEvent(logged: event(index), source: ExchangeSample.source), to: &writer)
    }
    return writer.string
  }()

  private static func event(_ index: Int) -> LoggedEvent {
    .sample(
      at: ManualClock.start + .seconds(Int64(index)), instance: "i\(index)",
      ["Success": "Yes", "Payload": "p\(index)"])
  }

  /// What is done to the fourth event.
  private static let mistakes: [(name: String, from: String, to: String)] = [
    ("no opening quote", "\"i3\"", "i3\""), ("no closing quote", "\"i3\"", "\"i3"),
    ("a number for a text", "\"i3\"", "3"), ("NaN", "1795356003", "NaN"),
    ("Infinity", "1795356003", "-Infinity"), ("beyond all numbers", "1795356003", "1e999"),
    ("beyond all times", "1795356003", "1e15"), ("a text for a time", "1795356003", "\"now\""),
    ("nothing for a time", "1795356003", "null"), ("another name", "instanceId", "instanceID"),
    ("a NUL", "\"i3\"", "\"i\u{0}\""), ("a control character", "\"i3\"", "\"i\u{7}\""),
    ("a bad escape", "\"i3\"", "\"\\x\""), ("half an escape", "\"i3\"", "\"\\u12\""),
    ("deep nesting", "\"i3\"", String(repeating: "[", count: 9000)),
    (
      "deep nesting, closed", "\"i3\"",
      String(repeating: "[", count: 9000) + String(repeating: "]", count: 9000)
    ),
    ("no service of ours", "pushMessaging", "speculativeLoads"),
  ]

  @Test(arguments: mistakes.map(\.name), [1, 7, 1 << 20])
  func `of an array with a mistake in it all other events are read`(
    _ name: String, _ size: Int
  ) throws {
    try expectOthers(in: Self.array, name, size)
  }

  @Test(arguments: mistakes.map(\.name), [1, 7, 1 << 20])
  func `of lines with a mistake in one all others are read`(_ name: String, _ size: Int) throws {
    try expectOthers(in: Self.lines, name, size)
  }

  private func expectOthers(in text: String, _ name: String, _ size: Int) throws {
    let mistake = try #require(Self.mistakes.first { $0.name == name })
    let start = try #require(text.range(of: "1795356003")?.lowerBound)
    let found = try #require(text.range(of: mistake.from, from: start))
    let bad = text.replacingCharacters(found, with: mistake.to)
    let items = try ExchangeSample.items(of: bad, inPartsOf: size)
    #expect(items.events.map(\.logged.instanceId) == ["i0", "i1", "i2", "i4", "i5"])
    let fault = try #require(items.faults.first)
    let event = text[..<start].count { $0 == "\n" }
    #expect(items.faults.count <= 3)
    #expect((event...event + 20).contains(fault.place?.line ?? 0))
    #expect(fault.place?.column ?? 0 > 0)
  }

  @Test(arguments: [
    ("  },", "  }"), ("\"\n      }\n    ],", "\"\n      \n    ],"), ("    ],", "    "),
    ("  {\n    \"timestamp\": 1795356003", "  \n    \"timestamp\": 1795356003"),
    ("  },", "  },\n  7,\n  \"{\","), ("  },", "  },,"),
  ])
  func `a bracket or a comma that is missing costs one event or none`(
    _ from: String, _ to: String
  ) throws {
    let start = try #require(Self.array.range(of: "1795356002")?.lowerBound)
    let found = try #require(Self.array.range(of: from, from: start))
    let items = try ExchangeSample.items(of: Self.array.replacingCharacters(found, with: to))
    #expect(items.faults.count >= 1)
    #expect(items.events.count >= Self.size - 1, "\(items.events.map(\.logged.instanceId))")
    #expect(items.events.last?.logged.instanceId == "i5")
  }

  @Test func `what was cut off is told, and all before it is read`() throws {
    for text in [Self.array, Self.lines] {
      let cut = String(text.prefix(upTo: try #require(text.range(of: "\"i5\"")).lowerBound))
      let items = try ExchangeSample.items(of: cut)
      #expect(items.events.count == 5)
      #expect(items.faults.count == 1)
    }
  }

  @Test func `text that is not UTF-8 is told with its line and column`() throws {
    for text in [Self.array, Self.lines] {
      var bytes = Array(text.utf8)
      let place = Array(text[..<(try #require(text.range(of: "i3")).lowerBound)].utf8)
      bytes[place.count] = 0xC3
      let items = try ExchangeSample.items(of: bytes)
      #expect(items.events.map(\.logged.instanceId) == ["i0", "i1", "i2", "i4", "i5"])
      let fault = try #require(items.faults.first)
      #expect(fault.text.contains("UTF-8"))
      #expect(fault.place?.byte == place.count)
      let line = place.lastIndex(of: UInt8(ascii: "\n")) ?? 0
      #expect(fault.place?.column == place.count - line)
    }
  }

  @Test(arguments: [1, 4096, 1 << 17])
  func `what is longer than any browser's event is passed over while it comes`(
    _ size: Int
  ) throws {
    let long = String(repeating: "x", count: 3 << 20)
    for text in [Self.array, Self.lines] {
      let found = try #require(text.range(of: "i3"))
      let bytes = Array(text.replacingCharacters(found, with: long).utf8)
      var reader = ImportReader(limit: 1 << 20)
      var items: [ImportItem] = []
      for start in stride(from: 0, to: bytes.count, by: max(size, 512)) {
        items += try reader.read(Array(bytes[start..<min(start + max(size, 512), bytes.count)]))
      }
      items += try reader.end()
      #expect(items.events.map(\.logged.instanceId) == ["i0", "i1", "i2", "i4", "i5"])
      #expect(items.faults.map(\.text).first?.contains("more than 1 MiB") == true)
      #expect(items.faults.count == 1)
    }
  }

  @Test func `line ends of another system, a mark before the text and empty lines say nothing`()
    throws
  {
    for text in [Self.array, Self.lines] {
      let other = "\u{FEFF}" + text.replacing("\n", with: "\r\n\r\n")
      let items = try ExchangeSample.items(of: other)
      #expect(items.faults.isEmpty)
      #expect(items.events.map(\.logged) == (0..<Self.size).map(Self.event))
    }
  }
}

extension String {
  fileprivate func range(of text: String, from start: Index? = nil) -> Range<Index>? {
    self[(start ?? startIndex)...].firstRange(of: text)
  }

  fileprivate func replacingCharacters(_ range: Range<Index>, with text: String) -> String {
    self[..<range.lowerBound] + text + self[range.upperBound...]
  }
}
