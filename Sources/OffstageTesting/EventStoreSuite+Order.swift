internal import OffstageCore

extension EventStoreSuite {
  /// The two orders, pages, selections.
  static let orderChecks: [Check] = [
    Check("the order of time is total, and pages of any size follow it both ways") { place in
      let bench = try await StoreBench(place)
      let other = try await bench.store.openSource(.sample("work"), at: ManualClock.start).source.id
      let crowd = crowd()
      try await bench.write(crowd.shuffled().map { .event($0) })
      try await bench.write(crowd.shuffled().map { .event($0) }, of: other)
      let whole = try await bench.all()
      try expectEqual(whole.count, crowd.count * 2)
      try expect(
        zip(whole, whole.dropFirst()).allSatisfy { ($0.identity, 0) <= ($1.identity, 1) },
        "the order is not the identity's")
      let backwards = try await bench.all(EventSelection(), .descending)
      try expectEqual(backwards.map(\.id), whole.reversed().map(\.id))
      for limit in [1, 2, 7, whole.count - 1, whole.count, whole.count + 1] {
        for order in EventQuery.Order.allCases {
          var ids: [Int64] = []
          var cursor: EventCursor?
          repeat {
            let page = try await bench.store.events(
              EventQuery(EventSelection(), order: order, limit: limit, after: cursor))
            try expect(page.events.count <= limit, "a page is too long")
            try expect(page.next == nil || page.events.count == limit, "a page is too short")
            ids += page.events.map(\.id)
            try expect(ids.count <= whole.count, "the pages do not end")
            cursor = page.next.flatMap { EventCursor(text: $0.text) }
          } while cursor != nil
          let wanted = order == .ascending ? whole : backwards
          try expectEqual(ids, wanted.map(\.id), "\(limit) \(order)")
        }
      }
    },
    Check("an older event that comes late is not slipped into what was read") { place in
      let bench = try await StoreBench(place)
      let times = (0..<6).map { ManualClock.start + .seconds($0) }
      try await bench.write(times[1...].map { .event(.sample(at: $0)) })
      let first = try await bench.store.events(EventQuery(order: .ascending, limit: 2))
      try await bench.write([.event(.sample(at: times[0]), .replay)])
      let second = try await bench.store.events(
        EventQuery(order: .ascending, limit: 9, after: first.next))
      try expectEqual(second.events.map(\.logged.timestamp), Array(times[3...]))
      let arrived = try await bench.store.events(
        after: first.events.map(\.id).max() ?? 0, EventSelection(), limit: 100)
      try expectEqual(arrived.last?.logged.timestamp, times[0])
    },
    Check("selections hold all that is named") { place in
      let bench = try await StoreBench(place)
      let other = try await bench.store.openSource(.sample("work"), at: ManualClock.start).source.id
      let now = ManualClock.start
      try await bench.write([
        .event(.sample(at: now)),
        .event(.sample("Registered sync", .backgroundSync, at: now + .seconds(1))),
        .event(.sample(at: now + .seconds(2), origin: "https://b.example/", storageKey: nil)),
        .event(.sample(at: now + .seconds(3), origin: "https://c.example", storageKey: nil)),
      ])
      try await bench.write([.event(.sample(at: now + .seconds(4)))], of: other)
      try expectEqual(try await bench.count(EventSelection()), 5)
      try expectEqual(try await bench.count(EventSelection(services: [.backgroundSync])), 1)
      try expectEqual(
        try await bench.count(EventSelection(services: [.backgroundSync, .pushMessaging])), 5)
      try expectEqual(try await bench.count(EventSelection(services: [.paymentHandler])), 0)
      for spelling in ["https://b.example", "https://b.example/"] {
        try expectEqual(try await bench.count(EventSelection(origins: [spelling])), 1, spelling)
      }
      for spelling in ["https://c.example", "https://c.example/"] {
        try expectEqual(try await bench.count(EventSelection(origins: [spelling])), 1, spelling)
      }
      try expectEqual(try await bench.count(EventSelection(origins: ["https://b.exampl"])), 0)
      try expectEqual(try await bench.count(EventSelection(origins: ["' OR 1 --", "\u{0}"])), 0)
      try expectEqual(try await bench.count(EventSelection(sources: [other])), 1)
      try expectEqual(try await bench.count(EventSelection(sources: [SourceID()])), 0)
      // Both bounds are inclusive.
      try expectEqual(
        try await bench.count(EventSelection(since: now + .seconds(1), until: now + .seconds(3))), 3
      )
      try expectEqual(
        try await bench.count(EventSelection(services: [.pushMessaging], until: now + .seconds(3))),
        3)
    },
    Check("words are looked for in names, instances and metadata") { place in
      let bench = try await StoreBench(place)
      let texts = ["100% of_it", "100 percent", "back\\slash", "caf\u{E9}"]
      for (second, text) in texts.enumerated() {
        let time = ManualClock.start + .seconds(Int64(second))
        try await bench.write([.event(.sample(at: time, instance: "i\(second)", ["Payload": text]))]
        )
      }
      let expected: [([String], Int)] = [
        (["100"], 2), (["100%"], 1), (["of_it"], 1), (["of it"], 0), (["slash"], 1), (["CAF"], 1),
        (["i3"], 1), (["MESSAGE received"], 4), (["100", "percent"], 1), (["' OR 1 --"], 0),
        (["payload"], 4), ([], 4),
      ]
      for (words, count) in expected {
        try expectEqual(try await bench.count(EventSelection(words: words)), count, "\(words)")
      }
    },
    Check("limits at both ends of the range are taken") { place in
      let bench = try await StoreBench(place)
      try await bench.write([.sample()])
      let all = try await bench.store.events(EventQuery(limit: .max))
      try expectEqual(all.events.count, 1)
      try expectEqual(all.next, nil)
      try expectEqual(try await bench.store.events(EventQuery(limit: 0)).events.count, 0)
      try expectEqual(try await bench.store.events(EventQuery(limit: -1)).events.count, 0)
    },
    Check("ids tell the arrival and never come again") { place in
      let bench = try await StoreBench(place)
      try await bench.write([.event(.sample(at: ManualClock.start + .seconds(9)))])
      try await bench.write([.event(.sample(at: ManualClock.start))])
      let arrived = try await bench.store.events(after: 0, EventSelection(), limit: 10)
      try expectEqual(
        arrived.map(\.logged.timestamp.micros),
        [
          (ManualClock.start + .seconds(9)).micros, ManualClock.start.micros,
        ])
      let newest = try await bench.store.newestId()
      try expectEqual(arrived.last?.id, newest)
      try expectEqual(
        try await bench.store.clear(EventSelection(), at: ManualClock.start + .seconds(20)), 2)
      // Known ones use no id up either.
      try await bench.write([.event(.sample(at: ManualClock.start + .seconds(30)))])
      try await bench.write([.event(.sample(at: ManualClock.start + .seconds(30)))])
      let next = try await bench.store.events(after: newest, EventSelection(), limit: 10)
      try expectEqual(next.count, 1)
      try expect((next.first?.id ?? 0) > newest, "an id came again")
      try expectEqual(try await bench.store.event(id: next.first?.id ?? 0), next.first)
      try expectEqual(try await bench.store.event(id: newest), nil)
    },
  ]

  /// Many events in few microseconds: by service, name, digest and ordinal only.
  private static func crowd() -> [LoggedEvent] {
    var events: [LoggedEvent] = []
    for micros in 0..<3 {
      let time = ManualClock.start + Interval(micros: Int64(micros))
      for entry in EventCatalogue.entries.prefix(12) {
        events.append(.sample(entry.name, entry.service, at: time, instance: "\(micros)"))
      }
      for tag in ["a", "b", "c"] { events.append(.sample(at: time, instance: tag)) }
      events.append(.sample("Unheard of", .paymentHandler, at: time))
    }
    return events
  }
}
