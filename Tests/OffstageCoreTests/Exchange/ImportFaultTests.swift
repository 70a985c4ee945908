import JSON
import OffstageCore
import OffstageTesting
import Testing

/// What is said of files that can't be imported.
@Suite struct ImportFaultTests {
  @Test(arguments: [
    ("", "is empty"), (" \n\t", "is empty"), ("hello", "no file that can"),
    ("\u{1F}\u{8B}…", "no file that can"), ("PK\u{3}\u{4}", "ZIP"),
    ("SQLite format 3\u{0}", "SQLite"), ("id,timestamp,timestampMicros,service,…", "table"),
    ("{\"events\":[],\"next\":null}", "offstage events"), ("{\"id\":7,\"service\":1}", "events"),
    ("{\n  \"log\": {\n", "HAR"), ("{}", "no file that can"),
    ("{\"format\":\"offstage/2\",\"sources\":{}}\n", "offstage/2"),
    ("[1, 2]", "no event"), ("[{}]", "no event of a background service"),
    ("[{\"a\":1} {\"a\":1}]", "no event of"), ("[] x", "goes on after the end"),
    ("[{\"timestamp\":1", "ends in the middle"), ("[", "ends in the middle"),
    ("[{\"a\":\"\u{7}\"}]", "unexpected"),
  ])
  func `a file that is no export is named for what it is`(_ text: String, _ what: String) throws {
    let fault = try #require(ExchangeSample.fault(of: Array(text.utf8)))
    #expect(fault.text.contains(what), "\(fault.text)")
    #expect(fault.usageError(of: "x.json").message.hasSuffix("."))
  }

  @Test(arguments: [([0x1F, 0x8B, 8, 0] as [UInt8], "gzip"), ([0xFF, 0xFE, 0x5B, 0], "UTF-16")])
  func `what is packed or in another encoding is named`(_ bytes: [UInt8], _ what: String) throws {
    let fault = try #require(ExchangeSample.fault(of: bytes))
    #expect(fault.text.contains(what))
    #expect(fault.hint != nil)
  }

  @Test func `a byte order mark is passed over`() throws {
    #expect(try ExchangeSample.items(of: [0xEF, 0xBB, 0xBF] + Array(" [ ] ".utf8)).isEmpty)
  }

  @Test(arguments: [1, 3, 4096])
  func `a mistake is told with its line and byte`(_ size: Int) throws {
    let good = String(decoding: LoggedEvent.sample().protocolJSON, as: UTF8.self)
    let text = "[\n\(good),\n{\n\"origin\": 5}]"
    let fault = try #require(ExchangeSample.fault(of: Array(text.utf8), inPartsOf: size))
    #expect(fault.place?.line == 4 && fault.place?.column == 11)
    #expect(fault.place?.byte == text.utf8.count - 3)
    let lines = "{\"format\":\"offstage/1\",\"sources\":[]}\n\n{\"type\":\"gap\"}\n"
    let second = try #require(ExchangeSample.fault(of: Array(lines.utf8), inPartsOf: size))
    #expect(second.place == .init(line: 3, byte: 38))
    #expect(second.sentence(of: "a") == "“a”, line 3, column 1, \(second.text).")
  }

  @Test func `text that is not UTF-8 is refused`() throws {
    let good = LoggedEvent.sample(instance: "here").protocolJSON
    let bytes = good.map { $0 == UInt8(ascii: "h") ? 0xC3 : $0 }
    let fault = try #require(
      ExchangeSample.fault(of: [UInt8(ascii: "[")] + bytes + [UInt8(ascii: "]")]))
    #expect(fault.text.contains("UTF-8"))
  }

  @Test func `nesting without an end is refused, and costs no stack`() throws {
    let deep = String(repeating: "{\"a\":", count: 5000)
    let closed = "[" + deep + "1" + String(repeating: "}", count: 5000) + "]"
    #expect(ExchangeSample.fault(of: Array(closed.utf8))?.text.contains("deep") == true)
  }

  @Test func `a line that names a source of its own is refused`() throws {
    let event = String(decoding: LoggedEvent.sample().protocolJSON, as: UTF8.self)
    let text = """
      {"format":"offstage/1","sources":[]}
      {"type":"event","source":"\(ExchangeSample.source)","event":\(event)}
      """
    let fault = try #require(ExchangeSample.fault(of: Array(text.utf8)))
    #expect(fault.text.contains("names a source"))
    #expect(fault.place?.line == 2)
  }

  @Test func `a file of more sources than anybody has is refused`() throws {
    func lines(_ count: Int) -> [UInt8] {
      let sources = (0..<count).map { "{\"id\":\"\(SourceID())\",\"name\":\"\($0)\"}" }
      let list = sources.joined(separator: ",")
      return Array("{\"format\":\"offstage/1\",\"sources\":[\(list)]}\n".utf8)
    }
    #expect(ExchangeSample.fault(of: lines(1000)) == nil)
    let fault = try #require(ExchangeSample.fault(of: lines(1001)))
    #expect(fault.text.contains("more than 1000 sources"))
    #expect(fault.place?.line == 1)
  }
}
