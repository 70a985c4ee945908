package import OffstageCore

extension EventStoreSuite {
  static let operationChecks: [Check] = [
    Check("each story is one operation, and an id that is used again begins another") { place in
      let bench = try await StoreBench(place)
      let now = ManualClock.start
      try await bench.write(LoggedEvent.push(at: now, message: "0:1%a"))
      try await bench.write(LoggedEvent.sync(at: now + .seconds(1), tag: "outbox", failures: 1))
      try await bench.write(
        LoggedEvent.sync(at: now + .seconds(60), tag: "outbox", failures: 2, isGivenUp: true))
      try await bench.write(
        LoggedEvent.backgroundFetch(
          at: now + .seconds(90), id: "album", statuses: [200, 404], failure: "BAD_STATUS"))
      try await bench.write(LoggedEvent.payment(at: now + .seconds(100), id: "order"))
      let operations = try await bench.operations()
      try expectEqual(
        operations.map { "\($0.service.shortName) \($0.operation.state) \($0.operation.events)" },
        [
          "push succeeded 3", "sync succeeded 5", "sync failed 7", "fetch failed 7",
          "payment succeeded 4",
        ])
      try expectEqual(operations[1].instanceId, "outbox")
      try expectEqual(operations[4].serviceWorkerRegistrationId, "0")
      let events = try await bench.all()
      try expectEqual(Set(events.map(\.operationId)), Set(operations.map(\.id)))
      let page = try await bench.store.operations(OperationQuery(states: [.failed], limit: 1))
      try expectEqual(page.operations.map(\.id), [operations[3].id])
      let rest = try await bench.store.operations(
        OperationQuery(states: [.failed], after: page.next))
      try expectEqual(rest.operations.map(\.id), [operations[2].id])
      try expect(rest.next == nil, "there is another page")
      var (succeeded, nested) = (EventSelection(), EventSelection())
      succeeded.states = [.succeeded]
      nested.rest = [.selection(succeeded)]
      for selection in [succeeded, nested] {
        let found = try await bench.store.operations(OperationQuery(selection, order: .ascending))
        try expectEqual(found.operations.map(\.id), [0, 1, 4].map { operations[$0].id })
        let none = try await bench.store.operations(OperationQuery(selection, states: [.failed]))
        try expectEqual(none.operations.count, 0)
      }
    },
    Check("operations are the same in whatever order their events come") { place in
      let bench = try await StoreBench(place)
      let times = ManualClock.start
      for round in 0..<12 {
        var random = SeededGenerator(seed: UInt64(round))
        let events = crowdOfStories(from: times, &random)
        let straight = try await bench.store.openSource(
          .sample("straight \(round)"), at: times
        ).source.id
        let shuffled = try await bench.store.openSource(
          .sample("shuffled \(round)"), at: times
        ).source.id
        let sorted = events.sorted {
          EventIdentity(of: $0) < EventIdentity(of: $1)
        }
        try await bench.write(sorted.map { .event($0) }, of: straight)
        var rest = shuffle(sorted, &random)[...]
        while !rest.isEmpty {
          let batch = rest.prefix(Int.random(in: 1...40, using: &random))
          try await bench.write(batch.map { .event($0) }, of: shuffled)
          rest = rest.dropFirst(batch.count)
        }
        let wanted = try await bench.stories(of: straight)
        let found = try await bench.stories(of: shuffled)
        for (found, wanted) in zip(found, wanted) {
          try expectEqual(found, wanted, "round \(round):")
        }
        try expectEqual(found.count, wanted.count, "round \(round):")
      }
      try expectEqual(try await bench.store.verify(rebuild: false), [])
    },
    Check("an operation that history joins to another is found by its old number") { place in
      let bench = try await StoreBench(place)
      let events = LoggedEvent.sync(at: ManualClock.start, tag: "outbox", failures: 0)
      // Both dispatches could have come over CDP, until the end of the first shows otherwise.
      let place = try await bench.store.operationPlace()
      try await bench.write([events[1]])
      try await bench.write([events[2]])
      let before = try await bench.operations()
      try await bench.write([events[0]], .replay)
      let after = try await bench.operations()
      try expectEqual(after.count, 1)
      try expectEqual(after.first?.operation.state, .succeeded)
      try expectEqual(after.first?.operation.isTruncated, false)
      for operation in before {
        let found = try await bench.store.operation(id: operation.id)
        try expectEqual(found?.id, after.first?.id, "\(operation.id):")
      }
      let news = try await bench.store.operationNews(since: place, limit: 10)
      try expectEqual(news.items.map(\.operation.id), after.map(\.id))
      try expectEqual(
        Set(news.items.flatMap(\.replaces)), Set(before.map(\.id)).subtracting(after.map(\.id)))
      let none = try await bench.store.operationNews(since: news.place, limit: 10)
      try expectEqual(none.items, [])
    },
    Check("what is removed takes its operation along, and what is cut says so") { place in
      let bench = try await StoreBench(place)
      let now = ManualClock.start
      try await bench.write(LoggedEvent.push(at: now, message: "0:1%a"))
      try await bench.write(LoggedEvent.sync(at: now + .seconds(1), tag: "outbox", failures: 1))
      var early = EventSelection()
      early.until = now + .seconds(2) + Interval(micros: 1)
      _ = try await bench.store.clear(early, at: now + .seconds(100))
      let operations = try await bench.operations()
      try expectEqual(operations.map(\.service), [.backgroundSync])
      try expectEqual(operations.first?.operation.isTruncated, true)
      try expectEqual(operations.first?.operation.state, .succeeded)
      try expectEqual(operations.first?.operation.events, 3)
      try expectEqual(try await bench.store.verify(rebuild: false), [])
      _ = try await bench.store.clear(EventSelection(), at: now + .seconds(100))
      try expectEqual(try await bench.operations().count, 0)
    },
    Check("what is cleared in between leaves the others as their events say") { place in
      let bench = try await StoreBench(place)
      let now = ManualClock.start
      try await bench.write(LoggedEvent.notification(at: now, tag: "news"))
      try await bench.write(LoggedEvent.notification(at: now + .seconds(60), tag: "news"))
      var late = EventSelection()
      late.since = now + .seconds(30)
      _ = try await bench.store.clear(late, at: now + .seconds(100))
      try expectEqual(try await bench.operations().map(\.operation.state), [.shown])
      try expectEqual(try await bench.store.verify(rebuild: false), [])
    },
    Check("an operation is kept whole until its last event is over") { place in
      let bench = try await StoreBench(place, .sample(keep: .for(.days(1))))
      let now = ManualClock.start
      try await bench.write(LoggedEvent.push(at: now, message: "0:1%a"))
      let late: [LoggedEvent] = [
        .sample("Registered sync", .backgroundSync, at: now, instance: "late"),
        .sample(
          "Dispatched sync event", .backgroundSync, at: now + .hours(20), instance: "late",
          ["Last Chance": "No"]),
      ]
      _ = try await bench.observe(8, .backgroundSync, at: now + .hours(21), replaying: late)
      while try await bench.store.prune(bench.source, at: now + .hours(30)) {}
      let kept = try await bench.operations()
      try expectEqual(kept.map(\.instanceId), ["late"])
      try expectEqual(kept.first?.operation.events, 2)
      // The browser replays all of it: nothing that is kept is missing.
      let all =
        LoggedEvent.push(at: now, message: "0:1%a")
        + (try await bench.all()).map(\.logged)
      let replay = try await bench.observe(
        9, .backgroundSync, at: now + .hours(31),
        replaying: all.filter { $0.service == .backgroundSync })
      try expectEqual(replay.replays.map(\.lacking), [0])
      while try await bench.store.prune(bench.source, at: now + .hours(60)) {}
      try expectEqual(try await bench.operations().count, 0)
      try expectEqual(try await bench.store.verify(rebuild: false), [])
    },
  ]

  /// Stories of all services over some minutes, whole and broken, that cross one another.
  package static func crowdOfStories(
    from start: Timestamp, _ random: inout SeededGenerator
  ) -> [LoggedEvent] {
    var events: [LoggedEvent] = []
    for number in 0..<40 {
      let time = start + Interval(micros: Int64.random(in: 0..<240_000_000, using: &random))
      let tag = ["a", "b", ""].randomElement(using: &random) ?? ""
      var story: [LoggedEvent] =
        switch Int.random(in: 0..<8, using: &random) {
        case 0: LoggedEvent.push(at: time, message: "0:\(number)%a", status: "waitUntil Rejected")
        case 1: LoggedEvent.sync(at: time, tag: tag, failures: 2, isGivenUp: number % 2 == 0)
        case 2:
          LoggedEvent.backgroundFetch(at: time, id: "album \(tag)", statuses: [200, 404, 200])
        case 3: LoggedEvent.notification(at: time, tag: tag, ["clicked", "closed"])
        case 4: LoggedEvent.notification(at: time, tag: tag)
        case 5: LoggedEvent.payment(at: time, id: "order \(tag)")
        case 6: LoggedEvent.periodicSync(at: time, tag: tag)
        default:
          LoggedEvent.simulatedPush(
            at: time, lasting: Interval(micros: Int64.random(in: 1...90_000_000, using: &random)))
        }
      // Of some the end, or something in between, is missing.
      if number % 3 == 0 { story.remove(at: Int.random(in: 0..<story.count, using: &random)) }
      events += story
    }
    return events
  }

  private static func shuffle(
    _ events: [LoggedEvent], _ random: inout SeededGenerator
  ) -> [LoggedEvent] {
    // As they come in earnest: some runs in order, some late, some all over the place.
    switch Int.random(in: 0..<3, using: &random) {
    case 0: return events.shuffled(using: &random)
    case 1:
      let middle = Int.random(in: 0...events.count, using: &random)
      return Array(events[middle...] + events[..<middle])
    default: return events.reversed()
    }
  }
}

extension StoreBench {
  /// In the order of their beginnings.
  func operations() async throws -> [StoredOperation] {
    try await store.operations(
      OperationQuery(EventSelection(), order: .ascending, limit: 10_000)
    ).operations
  }

  /// The operations of a source without what depends on the order of arrival, with their events.
  func stories(of source: SourceID) async throws -> [String] {
    var selection = EventSelection()
    selection.sources = [source]
    let events = try await all(selection)
    let operations = try await store.operations(
      OperationQuery(selection, order: .ascending, limit: 10_000)
    ).operations
    return operations.map { stored in
      var operation = stored.operation
      operation.id = 0
      let own = events.filter { $0.operationId == stored.id }
        .map { "\($0.identity.timestamp.micros) \($0.logged.eventName)" }
      return "\(stored.instanceId) \(operation) \(own)"
    }.sorted()
  }
}
