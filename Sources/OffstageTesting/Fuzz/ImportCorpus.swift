import JSON
import OffstageCore

/// Files that an import takes, to be changed at random.
package enum ImportCorpus {
  package static let words = [
    "{", "}", "[", "]", ",", "\"", "\\", "\n", "\r\n", "\u{0}", "\u{FEFF}", "null", "1e999", "-0",
    "\\u0000", "\\ud800", "\"type\":\"event\"", "\"type\":\"notification\"", "\"actions\":[",
    "\"format\":\"offstage/1\"", "\"timestamp\":",
    "\"eventMetadata\":[", "\n  {\n", "pushMessaging", "é", "⟨",
  ]

  package static let files: [[UInt8]] = [
    array(isLaidOut: true), array(isLaidOut: false), lines(), lines().dropFirst(200) + [],
    Array("[]".utf8), Array("{\"format\":\"offstage/1\",\"sources\":[]}\n".utf8),
  ]

  private static let events: [LoggedEvent] =
    LoggedEvent.push(at: ManualClock.start, message: "0:1%a", payload: "{\"a\":[1,{}]}")
    + LoggedEvent.sync(at: ManualClock.start, tag: "outbox")
    + LoggedEvent.hostileTexts.map {
      .sample($0.text, .notifications, instance: $0.text, ["Title": $0.text, $0.text: "x"])
    }

  private static func array(isLaidOut: Bool) -> [UInt8] {
    var out: [UInt8] = [UInt8(ascii: "[")]
    for (index, event) in events.enumerated() {
      if index > 0 { out.append(UInt8(ascii: ",")) }
      if isLaidOut {
        JSONLayout.appendLine(1, to: &out)
        JSONLayout.appendIndented(event.protocolJSON, depth: 1, to: &out)
      } else {
        out += event.protocolJSON
      }
    }
    return out + Array((isLaidOut ? "\n]" : "]").utf8)
  }

  private static func lines() -> [UInt8] {
    guard let source = SourceID("7c1e0000-0000-4000-8000-000000000001") else { return [] }
    var writer = JSONWriter()
    ExchangeLines.write(
      [ExchangeSource(id: source, name: "default", browser: nil)], to: &writer)
    for event in events {
      ExchangeLines.write(ExchangeEvent(logged: event, source: source), to: &writer)
    }
    var trigger = StoredTrigger(
      id: 1, source: SourceName(id: source, name: ""), askedBy: .scenario,
      action: .push(WorkerSelector(origin: "https://app.example"), data: "hello \u{0}"),
      patience: .seconds(5), asked: ManualClock.start, taken: ManualClock.start)
    trigger.stored = TriggerAnswer(.nothing, reason: "“why”")
    ExchangeLines.write(ExchangeTrigger(trigger), to: &writer)
    var shown = StoredNotification(
      ShownNotification(
        number: 1, title: "Ada \u{202E}", body: "a\nb \u{0}", origin: "https://app.example",
        actions: [.init(title: "Yes"), .init(title: "Say", isReply: true, placeholder: "…")],
        staysOpen: true, icon: [1, 2, 3], shown: ManualClock.start))
    shown.closed = ManualClock.start
    ExchangeLines.write(ExchangeNotification(source: source, notification: shown), to: &writer)
    ExchangeLines.write(
      ExchangeSubscription(source: source, subscription: .sample()), to: &writer)
    ExchangeLines.write(ExchangePush(source: source, message: .sample()), to: &writer)
    let gap = Gap(
      id: 1, source: SourceName(id: source, name: "default"), service: .pushMessaging,
      from: ManualClock.start, to: nil, reason: .turnedOff, browserRan: .no)
    ExchangeLines.write(ExchangeGap(gap), to: &writer)
    return writer.bytes
  }
}
