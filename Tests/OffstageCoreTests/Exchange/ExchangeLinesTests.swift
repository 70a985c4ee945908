import JSON
import OffstageCore
import OffstageTesting
import Testing

@Suite struct ExchangeLinesTests {
  @Test(arguments: 0..<8)
  func `what is written is read as it was`(_ seed: Int) throws {
    var random = SeededGenerator(seed: UInt64(seed))
    let events = (0..<20).map { _ in
      ExchangeEvent(
        logged: ExchangeSample.event(&random), ordinal: Int32.random(in: 0...2, using: &random),
        source: ExchangeSample.source, received: ManualClock.start,
        capture: CaptureKind.allCases.randomElement(using: &random),
        scope: LoggedEvent.hostileTexts.randomElement(using: &random)?.text)
    }
    let bytes = lines(events)
    let items = try ExchangeSample.items(of: bytes, inPartsOf: 1 + seed * 37)
    let again = items.events
    #expect(again == events)
    #expect(lines(again) == bytes)
  }

  @Test func `the format is as it was published`() throws {
    var writer = JSONWriter()
    ExchangeLines.write(
      [ExchangeSource(id: ExchangeSample.source, name: "default", browser: "Chrome/156")],
      to: &writer)
    ExchangeLines.write(
      ExchangeEvent(
        logged: .sample(at: Timestamp(micros: 1_795_356_129_837_642), ["Success": "Yes"]),
        ordinal: 1, source: ExchangeSample.source,
        received: Timestamp(micros: 1_795_356_130_000_000),
        capture: .live, scope: nil),
      to: &writer)
    let gap = Gap(
      id: 9, source: SourceName(id: ExchangeSample.source, name: "default"),
      service: .pushMessaging, from: Timestamp(micros: 1_795_356_131_000_000), to: nil,
      reason: .turnedOff, browserRan: .yes)
    ExchangeLines.write(ExchangeGap(gap), to: &writer)
    let expected = """
      {"format":"offstage/1","sources":[{"id":"7c1e0000-0000-4000-8000-000000000001",\
      "name":"default","browser":"Chrome/156"}]}
      {"type":"event","at":"2026-11-22T14:02:09.837642Z",\
      "source":"7c1e0000-0000-4000-8000-000000000001","receivedMicros":1795356130000000,\
      "capture":"live","scope":null,"ordinal":1,"event":{"timestamp":1795356129.837642,\
      "origin":"https://app.example/","serviceWorkerRegistrationId":"0",\
      "service":"pushMessaging","eventName":"Push message received",\
      "instanceId":"0:1795356000%6d1a","eventMetadata":[{"key":"Success","value":"Yes"}],\
      "storageKey":"https://app.example/"}}
      {"type":"gap","source":"7c1e0000-0000-4000-8000-000000000001","service":"pushMessaging",\
      "from":"2026-11-22T14:02:11.000000Z","fromMicros":1795356131000000,"to":null,\
      "toMicros":null,"reason":"turnedOff","browserRan":"yes"}

      """
    #expect(writer.string == expected)
    #expect(try ExchangeSample.items(of: writer.bytes).count == 3)
  }

  @Test func `a line of a kind that is not known is passed over`() throws {
    let items = try ExchangeSample.items(
      of: "{\"format\":\"offstage/1\",\"sources\":[]}\r\n\n{\"type\":\"hop\",\"x\":[1]}\n")
    #expect(items.count == 2)
    guard case .unknown("hop") = items[1] else {
      return #expect(Bool(false), "\(items[1])")
    }
  }

  private func lines(_ events: [ExchangeEvent]) -> [UInt8] {
    var writer = JSONWriter()
    ExchangeLines.write(
      [ExchangeSource(id: ExchangeSample.source, name: "default", browser: nil)], to: &writer)
    for event in events { ExchangeLines.write(event, to: &writer) }
    return writer.bytes
  }
}
