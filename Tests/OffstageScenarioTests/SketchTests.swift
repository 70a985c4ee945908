import Foundation
import OffstageCore
import OffstageScenario
import OffstageTesting
import Testing

/// Scenarios that are written of what was recorded.
@Suite struct ScenarioSketchTests {
  private static let start = ManualClock.start

  private func read(_ text: String) throws -> Scenario {
    switch ScenarioReader(file: "a.yaml").read(text) {
    case .success(let scenario): return scenario
    case .failure(let error):
      Issue.record("\(error.mistakes)\n\(text.debugDescription)")
      throw error
    }
  }

  /// A notification that a push has shown, and the click on it.
  private func clicked(
    _ title: String, _ click: [String: String] = [:], beside push: OperationScene
  ) -> OperationScene {
    .sample(
      of: [
        .sample(
          "Notification displayed", .notifications, at: Self.start + Interval(micros: 5000),
          instance: "news", ["Title": title, "Body": ""]),
        .sample(
          "Notification clicked", .notifications, at: Self.start + .seconds(2), instance: "news",
          click),
      ], id: 2, neighbours: [push])
  }

  @Test func `a push, what it showed and the click on it become steps in the order of time`() throws
  {
    let push = OperationScene.sample(of: LoggedEvent.push(at: Self.start, message: "0:1%a"), id: 1)
    let shown = clicked("Hello: you", beside: push)
    let text = ScenarioSketch(of: [shown, push]).text
    let steps = text.split(separator: "\n").drop { $0 != "steps:" }.dropFirst()
    #expect(
      Array(steps) == [
        "  - open: /", "  - evaluate: await navigator.serviceWorker.ready",
        "  - push: hello",
        "  - expect: event:\"Push event dispatched\" Payload:hello",
        "  - expect: 'event:\"Notification displayed\" Title:\"Hello: you\"'",
        "  - expect: event:\"Push event completed\" outcome:ok",
        "  - notification: { do: click, title: 'Hello: you' }",
        "  - expect: event:\"Notification clicked\"",
      ], "\(text)")
    #expect(try read(text).permissions.map(\.name) == ["notifications"])
  }

  @Test func `a push that came through the push service becomes a real one`() throws {
    var scene = OperationScene.sample(of: LoggedEvent.push(at: Self.start, message: "m"), id: 1)
    var message = PushMessage(id: "m", subscription: "S", received: Self.start, ttl: 600)
    message.topic = "news"
    scene.push = message
    let text = ScenarioSketch(of: [scene]).text
    #expect(text.contains("- push: { text: hello, real: { ttl: 600, topic: news } }"), "\(text)")
    #expect(text.contains("${application-server-key}"))
    #expect(
      text.contains("\n  # - evaluate: await subscribe('${application-server-key}')\n"), "\(text)")
    #expect(ScenarioSketch(of: [scene]).wants == ["how the page subscribes"])
    #expect(try read(text).sendsPushes)
    message.topic = nil
    message.ttl = 60
    scene.push = message
    #expect(ScenarioSketch(of: [scene]).text.contains("- push: { text: hello, real: true }"))
  }

  @Test func `a button is pressed by its words, where the screen showed them`() throws {
    let push = OperationScene.sample(of: LoggedEvent.push(at: Self.start, message: "m"), id: 1)
    var shown = clicked("News", ["Action Index": "1"], beside: push)
    let unseen = ScenarioSketch(of: [push, shown])
    #expect(unseen.wants == ["the words of the button"])
    var card = ShownNotification(number: 1, title: "News", body: "", shown: Self.start)
    card.actions = [.init(title: "Read it"), .init(title: "Later")]
    shown.shown = [StoredNotification(card)]
    let sketch = ScenarioSketch(of: [push, shown])
    #expect(
      sketch.text.contains("- notification: { do: action, title: News, button: Later }"),
      "\(sketch.text)")
    #expect(sketch.wants == [])
    let alone = ScenarioSketch(of: [shown])
    #expect(alone.text.contains("# Operation 1, a push, showed the notification"), "\(alone.text)")
    #expect(alone.wants == ["what shows the notification"])
  }

  @Test func `a sync that waited was held offline, one that went at once was not`() throws {
    let atOnce = ScenarioSketch(of: [
      .sample(of: LoggedEvent.sync(at: Self.start, tag: "outbox"))
    ]).text
    #expect(!atOnce.contains("offline"))
    var events = LoggedEvent.sync(at: Self.start, tag: "outbox")
    for index in events.indices.dropFirst() {
      events[index] = events[index].moved(by: .seconds(20))
    }
    let held = ScenarioSketch(of: [.sample(of: events)]).text
    let words = [
      "- offline", "register(", "Registered sync", "- expect-none:", "- online",
      "Dispatched sync event", "state: succeeded",
    ]
    var rest = held[...]
    for word in words {
      let found = try #require(rest.firstRange(of: word), "\(word) in \(held)")
      rest = rest[found.upperBound...]
    }
    #expect(
      try read(held).steps.contains {
        if case .network(.online) = $0.action { true } else { false }
      })
  }

  @Test func `a sync that failed needs the fast ladder, and to end as it did`() throws {
    let text = ScenarioSketch(of: [
      .sample(of: LoggedEvent.sync(at: Self.start, tag: "outbox", failures: 2, isGivenUp: true))
    ]).text
    let scenario = try read(text)
    #expect(scenario.hasFastRetries)
    let ends = scenario.steps.compactMap { step -> OperationExpectation? in
      if case .expectOperation(let end) = step.action { end } else { nil }
    }
    #expect(ends.map(\.states) == [[.failed]] && ends.map(\.attempts) == [3])
  }

  @Test func `a periodic sync of many dispatches is registered and dispatched once`() throws {
    let events = (0..<20).flatMap { day in
      LoggedEvent.periodicSync(at: Self.start, tag: "news").dropLast()
        .map { $0.moved(by: .seconds(86400 * Int64(day))) }
    }
    let text = ScenarioSketch(of: [.sample(of: events)]).text
    let steps = text.split(separator: "\n").drop { $0 != "steps:" }.dropFirst(3)
    #expect(Set(steps).count == steps.count, "\(text)")
    #expect(steps.contains("  - periodic-sync: news"))
    #expect(steps.contains("  # It was dispatched 40 times in all."))
    #expect(steps.contains("  # Its handler failed 20 times."))
    #expect(try read(text).steps.count == 6)
  }

  @Test func `a periodic sync whose interval changes is registered anew`() throws {
    let events = [12, 12, 6].enumerated().map { index, hours in
      LoggedEvent.sample(
        "Registered periodicsync", .periodicBackgroundSync,
        at: Self.start + .seconds(Int64(index)), instance: "news",
        ["minInterval": "\(hours * 3_600_000)"])
    }
    let text = ScenarioSketch(of: [.sample(of: events)]).text
    #expect(text.components(separatedBy: "periodicSync.register(").count == 3, "\(text)")
  }

  @Test func `what can't be made to happen is a comment`() throws {
    let lost = OperationScene.sample(of: [
      .sample(
        "Push message received", .pushMessaging, at: Self.start, instance: "0:1%b",
        ["Success": "No", "Error Reason": "AES-GCM decryption failed"])
    ])
    let payment = OperationScene.sample(
      of: [
        .sample(
          "Payment request", .paymentHandler, at: Self.start, instance: "order-1",
          ["Method Name": "https://app.example/pay"])
      ], id: 2)
    let text = ScenarioSketch(of: [lost, payment]).text
    #expect(text.contains("  # Push 1 never reached its worker"))
    #expect(text.contains("  # A payment with https://app.example/pay was asked for"))
    #expect(try read(text).steps.count == 2)
  }

  @Test(arguments: [
    "", " ", "true", "- a", "a: b", "a #b", "'", "\"", "{}", "[1]", "line\nline", "\u{0}", "\u{85}",
    "\u{2028}x", "naïve 🎉", "?", "!tag", "&a", "*a", "%x", "@x", "`x", "|", ">", "#", "12", "0x1f",
    "2026-11-26", "~", "null", "on", "C:\\x", "a:", "://", "\\u0041", "{\"a\":\"${site}\"}",
  ])
  func `a payload comes back as it was, or is told of`(_ payload: String) throws {
    let text = ScenarioSketch(of: [
      .sample(of: [
        .sample(
          "Push event dispatched", .pushMessaging, at: Self.start, instance: "0:1%a",
          ["Payload": payload])
      ])
    ]).text
    let scenario = try read(text)
    let pushes = scenario.steps.compactMap { step -> String? in
      if case .push(.text(let text), _) = step.action { text.text } else { nil }
    }
    if payload.contains("${") || payload.contains("\u{0}") {
      #expect(pushes == [] && text.contains("“push” is left out"))
    } else {
      #expect(pushes == [payload])
    }
  }

  @Test(arguments: ["out box", "a\"b", "o'k", "x\ny", "- evaluate: alert(1)", "\u{2028}", "🎉"])
  func `a tag stays a text, whatever is in it`(_ tag: String) throws {
    let text = ScenarioSketch(of: [
      .sample(of: LoggedEvent.sync(at: Self.start, tag: tag)),
      .sample(
        of: LoggedEvent.backgroundFetch(at: Self.start, id: tag, statuses: [200, 404]), id: 2),
    ]).text
    let scenario = try read(text)
    // open, ready; register, two expectations, end; fetch, expectation, end.
    #expect(scenario.steps.count == 9, "\(text)")
  }
}

extension LoggedEvent {
  fileprivate func moved(by interval: Interval) -> LoggedEvent {
    .sample(
      eventName, service, at: timestamp + interval, instance: instanceId,
      Dictionary(uniqueKeysWithValues: metadata.map { ($0.key, $0.value) }))
  }
}
