internal import OffstageCore
private import JSON

extension EventStoreSuite {
  /// What is stored once, and comes back as it was.
  static let identityChecks: [Check] = [
    Check("the same log replayed any number of times adds nothing") { place in
      let bench = try await StoreBench(place)
      let log = LoggedEvent.push(at: ManualClock.start, message: "0:1%a")
      let first = try await bench.observe(1, .pushMessaging, at: ManualClock.start, replaying: log)
      try expectEqual(first.stored, 3)
      for number in 2..<6 {
        let again = try await bench.observe(
          UInt64(number), .pushMessaging, at: ManualClock.start, replaying: log)
        try expectEqual(again.stored, 0)
        try expectEqual(again.known, 3)
        try expectEqual(again.replays.map(\.lacking), [0])
      }
      try expectEqual(try await bench.all().count, 3)
    },
    Check("what came live is known when it is replayed, and stays live") { place in
      let bench = try await StoreBench(place)
      let log = LoggedEvent.push(at: ManualClock.start, message: "0:1%a")
      try await bench.write(log, .live)
      try expectEqual(try await bench.write(log, .replay).known, 3)
      let stored = try await bench.all()
      try expectEqual(stored.map(\.capture), [.live, .live, .live])
    },
    Check("equal events are told apart by their ordinal") { place in
      let bench = try await StoreBench(place)
      let event = LoggedEvent.sample("Registered sync", .backgroundSync, instance: "outbox")
      let result = try await bench.write([
        .event(event, ordinal: 0), .event(event, ordinal: 1), .event(event, ordinal: 1),
      ])
      try expectEqual(result.stored, 2)
      try expectEqual(result.known, 1)
      try expectEqual(try await bench.all().map(\.identity.ordinal), [0, 1])
    },
    Check("one differing field makes another event") { place in
      let bench = try await StoreBench(place)
      var others = [LoggedEvent.sample(instance: "a", ["k": "v"])]
      others.append(.sample(instance: "b", ["k": "v"]))
      others.append(.sample(instance: "a", ["k": "w"]))
      others.append(.sample(instance: "a", ["l": "v"]))
      others.append(.sample(instance: "a", registration: "1", ["k": "v"]))
      others.append(.sample(instance: "a", storageKey: "https://b.example/", ["k": "v"]))
      others.append(.sample("Unheard of", instance: "a", ["k": "v"]))
      others.append(.sample("Unheard of too", instance: "a", ["k": "v"]))
      others.append(.sample("Push message received", .notifications, instance: "a", ["k": "v"]))
      others.append(.sample(at: ManualClock.start + Interval(micros: 1), instance: "a", ["k": "v"]))
      others.append(.sample(instance: "", ["a": "k", "v": ""]))
      let result = try await bench.write(others)
      try expectEqual(result.stored, others.count)
      try expectEqual(try await bench.write(others.reversed(), .replay).known, others.count)
    },
    Check("equal events of two sources are two events") { place in
      let bench = try await StoreBench(place)
      let other = try await bench.store.openSource(.sample("work"), at: ManualClock.start).source.id
      try await bench.write([.event(.sample())])
      let result = try await bench.write([.event(.sample())], of: other)
      try expectEqual(result.stored, 1)
      try expectEqual(try await bench.all().count, 2)
    },
    Check("any text comes back as it was") { place in
      let bench = try await StoreBench(place)
      let long = String(repeating: "añ😀\u{0}", count: 100_000)
      for (name, text) in LoggedEvent.hostileTexts + [("megabytes", long)] {
        let event = LoggedEvent.sample(
          text, .notifications, instance: text, origin: text, storageKey: text,
          registration: text, [text: text, "second" + text: ""])
        try await bench.write([.event(event)])
        let stored = try await bench.all()
        guard let found = stored.first(where: { $0.logged.instanceId.isExactly(text) }) else {
          throw Failure(description: "\(name) was not found again")
        }
        let texts = [
          found.logged.eventName, found.logged.origin, found.logged.storageKey ?? "nil",
          found.logged.serviceWorkerRegistrationId, found.logged.metadata.first?.key ?? "nil",
          found.logged.metadata.first?.value ?? "nil",
        ]
        // Of two keys the bare one sorts first, unless it begins with more than "second".
        try expect(
          texts.prefix(4).allSatisfy { $0.isExactly(text) }
            && found.logged.metadata.contains { $0.key.isExactly(text) && $0.value.isExactly(text) },
          "\(name) came back otherwise")
        try expectEqual(try await bench.write([.event(event, .replay)]).known, 1, name)
      }
      try expectEqual(try await bench.store.verify(rebuild: false), [])
    },
    Check("times and the browser's own number stay exact") { place in
      let bench = try await StoreBench(place)
      let numbers = [
        "1795355651.758174", "1795355651.7581742", "0", "-0.0", "-1.5", "253402300799.5", "1E-6",
        "0.30000000000000004", "1795355651.500",
      ]
      for text in numbers {
        guard
          let number = JSONNumber(text),
          let event = LoggedEvent(
            timestampNumber: number, service: .notifications,
            eventName: "Notification closed", instanceId: text, origin: "o",
            storageKey: nil, serviceWorkerRegistrationId: "0", metadata: [],
            extra: RawJSON(unchecked: Array(#"{"new":[1,"\u0000"]}"#.utf8)))
        else { throw Failure(description: "\(text) is no time") }
        try await bench.write([.event(event)])
      }
      let stored = try await bench.all()
      try expectEqual(stored.count, numbers.count)
      for text in numbers {
        guard let event = stored.first(where: { $0.logged.instanceId == text }) else {
          throw Failure(description: "\(text) was not found again")
        }
        try expectEqual(event.logged.timestampNumber.description, text)
        try expectEqual(event.logged.timestamp.micros, JSONNumber(text)?.millionths)
        try expectEqual(event.logged.storageKey, nil)
        try expectEqual(event.logged.extra?.description, #"{"new":[1,"\u0000"]}"#)
        try expectEqual(event.identity, EventIdentity(of: event.logged))
      }
    },
  ]
}

extension String {
  fileprivate func isExactly(_ other: String) -> Bool { utf8.elementsEqual(other.utf8) }
}
