import Foundation
import JSON
import OffstageCore
import OffstageTesting
import Testing

/// The contract of `--json`, `--jsonl` and HTTP.
@Suite struct `An event as JSON` {
  private func stored(
    _ logged: LoggedEvent, scope: String? = nil, operation: Int64? = nil, trigger: Int64? = nil
  ) throws -> StoredEvent {
    let id = try #require(SourceID("7c1e0000-0000-4000-8000-00000000000A"))
    return StoredEvent(
      id: 42, identity: EventIdentity(of: logged), logged: logged,
      received: Timestamp(micros: 1_795_356_129_838_001), capture: .live,
      source: SourceName(id: id, name: "default"), scope: scope, triggerId: trigger,
      operationId: operation, operationState: operation.map { _ in .running })
  }

  private func json(_ event: StoredEvent) -> String {
    var writer = JSONWriter()
    event.write(to: &writer)
    return writer.string
  }

  @Test func `has the shape of the contract`() throws {
    let logged = LoggedEvent.sample(
      "Push event dispatched", .pushMessaging, at: Timestamp(micros: 1_795_356_129_837_642),
      instance: "0:1795%6d1a", ["Payload": "hello"])
    let event = try stored(logged, scope: "https://app.example/", operation: 17)
    #expect(
      json(event) == """
        {"id":42,"timestamp":"2026-11-22T14:02:09.837642Z","timestampMicros":1795356129837642,\
        "receivedMicros":1795356129838001,"service":"pushMessaging",\
        "eventName":"Push event dispatched","instanceId":"0:1795%6d1a",\
        "origin":"https://app.example","storageKey":"https://app.example/",\
        "serviceWorkerRegistrationId":"0","scope":"https://app.example/",\
        "eventMetadata":[{"key":"Payload","value":"hello"}],\
        "source":{"id":"7c1e0000-0000-4000-8000-00000000000a","name":"default"},\
        "capture":"live","outcome":"pending","operationId":17,"operationState":"running"}
        """)
  }

  @Test func `says null where there is nothing, and shows what it does not know`() throws {
    let logged = LoggedEvent.sample(
      "Unheard of", .notifications, origin: "null", storageKey: nil, ["b": "2", "a": "1"],
      extra: RawJSON(unchecked: Array(#"{"new":[1]}"#.utf8)))
    let text = json(try stored(logged, trigger: 3))
    #expect(text.contains(#""storageKey":null"#))
    #expect(text.contains(#""scope":null"#))
    #expect(text.contains(#""outcome":null,"operationId":null,"operationState":null,"#))
    #expect(text.contains(#","triggerId":3,"extra":{"new":[1]}"#))
    #expect(text.contains(#"[{"key":"a","value":"1"},{"key":"b","value":"2"}]"#))
    #expect(text.contains(#""origin":"null""#))
  }

  @Test(arguments: LoggedEvent.hostileTexts.map(\.text))
  func `is JSON whatever a page recorded`(_ text: String) throws {
    let event = try stored(
      .sample(text, instance: text, origin: text, registration: text, [text: text]))
    let value = try JSONSerialization.jsonObject(with: Data(json(event).utf8)) as? [String: Any]
    let instance = try #require(value?["instanceId"] as? String)
    #expect(Array(instance.utf8) == Array(text.utf8))
    var reader = JSONReader(json(event))
    try reader.skipValue()
    #expect(reader.isAtEnd())
  }
}
