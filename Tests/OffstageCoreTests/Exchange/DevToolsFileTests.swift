import JSON
import OffstageCore
import OffstageTesting
import Testing

@Suite struct DevToolsFileTests {
  /// As DevTools of a Chromium 156 saved it, in its order of members and metadata.
  private static let file = """
    [
      {
        "timestamp": 1795356129.8376422,
        "origin": "http://localhost:8507/",
        "serviceWorkerRegistrationId": "0",
        "service": "pushMessaging",
        "eventName": "Push message received",
        "instanceId": "0:1795356129%6d1a",
        "eventMetadata": [
          {
            "key": "Success",
            "value": "Yes"
          },
          {
            "key": "Payload",
            "value": "caf\u{E9} \\u0000\\b\\n\u{2028}\\"\\\\😀"
          }
        ],
        "storageKey": "http://localhost:8507/"
      },
      {
        "timestamp": 1795356129.7,
        "origin": "http://localhost:8507/",
        "serviceWorkerRegistrationId": "0",
        "service": "pushMessaging",
        "eventName": "Push event dispatched",
        "instanceId": "",
        "eventMetadata": [],
        "storageKey": "http://localhost:8507/"
      }
    ]
    """

  @Test func `an event is read whatever the order of its members and the white space`() throws {
    let text = """
      { "service":"pushMessaging", "eventName" : "x",\t"timestamp":1795356129.8376422,
        "origin":"https://a.example/", "instanceId":"i", "serviceWorkerRegistrationId":"7",
        "eventMetadata":[ {"value":"2","key":"b"}, {"key":"a","value":"1"} ], "later": {"a": [1, 2]} }
      """
    let event = try read(text)
    #expect(event.timestamp.micros == 1_795_356_129_837_642)
    #expect(event.metadata.map(\.key) == ["a", "b"])
    #expect(event.storageKey == nil)
    #expect(event.extra?.description == #"{"later":{"a":[1,2]}}"#)
    // It goes out as it came in, but for the white space.
    let printed = String(decoding: event.protocolJSON, as: UTF8.self)
    #expect(printed.hasPrefix(#"{"service":"pushMessaging","eventName":"x","#))
    #expect(printed.hasSuffix(#""later":{"a":[1,2]}}"#))
  }

  @Test(arguments: [
    (#""timestamp":1795356000,"#, ""), ("1795356000", "1e300"), ("1795356000", #""1""#),
    (#""origin":"https://app.example/","#, ""), (#""serviceWorkerRegistrationId":"0","#, ""),
    (#""service":"pushMessaging","#, ""), ("pushMessaging", "pushMessaging2"),
    (#""eventName":"x","#, ""), (#""instanceId":"y","#, ""), (#""y""#, "7"),
    (#""eventMetadata":[{"key":"a","value":"b"}],"#, ""), (#","value":"b""#, ""),
    (#"{"key":"a","value":"b"}"#, "7"), (#"[{"key":"a","value":"b"}]"#, #"{"a":"b"}"#),
    (#""b""#, "null"), ("}]", "]"),
  ])
  func `what is no event is refused`(_ part: String, _ instead: String) throws {
    let event = LoggedEvent.sample("x", instance: "y", ["a": "b"])
    let good = String(decoding: event.protocolJSON, as: UTF8.self)
    #expect(try read(good) == event)
    let bad = good.replacing(part, with: instead)
    #expect(bad != good)
    #expect(throws: JSONError.self) { _ = try read(bad) }
  }

  @Test func `what is printed the same is kept once`() throws {
    let event = LoggedEvent.sample(
      at: ManualClock.start, ["b": "2", "a": "1"],
      extra: RawJSON(unchecked: Array(#"{"later":1}"#.utf8)))
    let again = try read(String(decoding: event.protocolJSON, as: UTF8.self))
    #expect(again == event)
    #expect(again.written == nil)
  }

  @Test(arguments: [
    // JSON.stringify escapes a surrogate that has no partner; no text of ours can hold one.
    #""\ud83d and \udc00""#, #""\u0041""#, #""\/""#,
  ])
  func `a spelling that is not ours comes out as it went in`(_ spelling: String) throws {
    let text = String(decoding: LoggedEvent.sample(instance: "here").protocolJSON, as: UTF8.self)
      .replacing(#""here""#, with: spelling)
    #expect(String(decoding: try read(text).protocolJSON, as: UTF8.self) == text)
  }

  @Test(arguments: [1, 2, 7, 64, 5000])
  func `a file is read in parts of any size`(_ size: Int) throws {
    let events = try ExchangeSample.items(of: Self.file, inPartsOf: size)
    #expect(events.count == 2)
  }

  @Test func `the layout is that of JSON.stringify`() throws {
    let events = try ExchangeSample.items(of: Self.file).compactMap { item in
      if case .event(let event) = item { event.logged } else { nil }
    }
    var out: [UInt8] = Array("[".utf8)
    for (index, event) in events.enumerated() {
      if index > 0 { out.append(UInt8(ascii: ",")) }
      JSONLayout.appendLine(1, to: &out)
      JSONLayout.appendIndented(event.protocolJSON, depth: 1, to: &out)
    }
    #expect(String(decoding: out, as: UTF8.self) + "\n]" == Self.file)
  }

  private func read(_ text: String) throws -> LoggedEvent {
    var reader = JSONReader(text)
    return try LoggedEvent.read(&reader)
  }
}
