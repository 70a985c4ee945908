internal import OffstageCore

extension EventStoreSuite {
  /// Removed stays removed, and nothing else goes with it.
  static let removalChecks: [Check] = [
    Check("what was cleared is not brought back by a replay, and is counted") { place in
      let bench = try await StoreBench(place)
      let log = LoggedEvent.push(at: ManualClock.start, message: "0:1%a")
      try await bench.write(log)
      let now = ManualClock.start + .seconds(60)
      try expectEqual(try await bench.store.clear(EventSelection(), at: now), 3)
      let replay = try await bench.observe(1, .pushMessaging, at: now, replaying: log)
      try expectEqual(replay.suppressed, 3)
      try expectEqual(replay.stored, 0)
      try expectEqual(replay.replays.map(\.lacking), [0], "what we removed is no wipe")
      try expectEqual(try await bench.all().count, 0)
      let facts = try await bench.facts(.pushMessaging)
      try expectEqual(facts.suppressed, 3)
      try expectEqual(facts.events, 0)
      try expectEqual(facts.clearedUpTo, now)
      try expectEqual(try await bench.store.verify(rebuild: false), [])
    },
    Check("a mark covers its own microsecond for replays, and no live event") { place in
      let bench = try await StoreBench(place)
      let now = ManualClock.start
      _ = try await bench.store.clear(EventSelection(), at: now)
      let at = LoggedEvent.sample(at: now, instance: "at")
      let after = LoggedEvent.sample(at: now + Interval(micros: 1), instance: "after")
      try expectEqual(try await bench.write([at], .replay).suppressed, 1)
      try expectEqual(try await bench.write([at], .inspect).suppressed, 1)
      try expectEqual(try await bench.write([after], .replay).stored, 1)
      try expectEqual(try await bench.write([at], .live).stored, 1)
      // Once it was stored live it is there, and a replay is still held off.
      try expectEqual(try await bench.write([at], .replay).suppressed, 1)
      try expectEqual(try await bench.all().map(\.logged.instanceId), ["at", "after"])
    },
    Check("clearing a service, an origin or a source leaves the others") { place in
      let bench = try await StoreBench(place)
      let other = try await bench.store.openSource(.sample("work"), at: ManualClock.start).source.id
      let push = LoggedEvent.sample()
      let sync = LoggedEvent.sample("Registered sync", .backgroundSync)
      let elsewhere = LoggedEvent.sample(
        origin: "https://b.example/", storageKey: "https://b.example/")
      let all = [push, sync, elsewhere]
      let now = ManualClock.start + .seconds(9)
      func refill() async throws -> [Int] {
        var stored: [Int] = []
        for source in [bench.source, other] {
          let result = try await bench.write(all.map { .event($0, .replay) }, of: source)
          stored.append(result.stored)
        }
        return stored
      }
      try expectEqual(try await refill(), [3, 3])
      try expectEqual(
        try await bench.store.clear(
          EventSelection(services: [.backgroundSync], sources: [bench.source]), at: now), 1)
      try expectEqual(try await refill(), [0, 0])
      try expectEqual(
        try await bench.store.clear(
          EventSelection(origins: ["https://b.example"], sources: [other]), at: now), 1)
      try expectEqual(try await refill(), [0, 0])
      try expectEqual(try await bench.all().count, 4)
      try expectEqual(try await bench.store.clear(EventSelection(sources: [other]), at: now), 2)
      try expectEqual(try await refill(), [0, 0])
      try expectEqual(
        try await bench.store.clear(EventSelection(origins: ["https://app.example/"]), at: now), 1)
      try expectEqual(try await refill(), [0, 0])
      try expectEqual(try await bench.all().map(\.logged), [elsewhere])
      try expectEqual(try await bench.store.verify(rebuild: false), [])
    },
    Check("clearing a stretch of time touches what lies in it alone") { place in
      let bench = try await StoreBench(place)
      let times = (0..<6).map { ManualClock.start + .seconds($0) }
      let events = times.map { LoggedEvent.sample(at: $0) }
      try await bench.write(Array(events[2...]))
      let removed = try await bench.store.clear(
        EventSelection(since: times[3], until: times[4]), at: times[5])
      try expectEqual(removed, 2)
      // The two oldest were never seen: a mark that reached back to them would lose them.
      let replay = try await bench.write(events, .replay)
      try expectEqual(replay.stored, 2)
      try expectEqual(replay.suppressed, 2)
      try expectEqual(
        try await bench.all().map(\.logged.timestamp),
        times.enumerated()
          .filter { ![3, 4].contains($0.offset) }.map(\.element))
    },
    Check("an event from the future is cleared, and marks nothing between") { place in
      let bench = try await StoreBench(place)
      let now = ManualClock.start
      let future = LoggedEvent.sample(at: now + .days(365), instance: "future")
      try await bench.write([future])
      try expectEqual(try await bench.store.clear(EventSelection(), at: now), 1)
      try expectEqual(try await bench.write([future], .replay).suppressed, 1)
      let tomorrow = LoggedEvent.sample(at: now + .days(1), instance: "tomorrow")
      try expectEqual(try await bench.write([tomorrow], .replay).stored, 1)
    },
    Check("clearing the empty origin clears that one") { place in
      let bench = try await StoreBench(place)
      try await bench.write([.sample(), .sample(origin: "", storageKey: nil)])
      let now = ManualClock.start + .seconds(1)
      try expectEqual(try await bench.store.clear(EventSelection(origins: [""]), at: now), 1)
      try expectEqual(try await bench.write([.sample(instance: "b")], .replay).stored, 1)
    },
    Check("retention removes what is too old, and it stays away") { place in
      let bench = try await StoreBench(place, .sample(keep: .for(.days(3))))
      let now = ManualClock.start
      let edge = now - .days(3)
      let times = [edge - .seconds(1), edge, edge + Interval(micros: 1), now]
      let events = times.map { LoggedEvent.sample(at: $0) }
      try await bench.write(events, .replay)
      try expectEqual(
        try await bench.store.countOverdue(keep: .days(3), of: bench.source, at: now), 2)
      while try await bench.store.prune(bench.source, at: now) {}
      try expectEqual(try await bench.all().map(\.logged.timestamp), Array(times[2...]))
      let replay = try await bench.observe(1, .pushMessaging, at: now, replaying: events)
      try expectEqual(replay.suppressed, 2)
      try expectEqual(replay.replays.map(\.lacking), [0], "what we pruned is no wipe")
      try expectEqual(try await bench.facts(.pushMessaging).horizon, edge)
      // Keeping for longer does not bring back what is gone.
      try await bench.store.setKeep(nil, of: bench.source)
      try expectEqual(try await bench.write(events, .replay).suppressed, 2)
      try expectEqual(try await bench.store.verify(rebuild: false), [])
    },
    Check("forever is forever, and other sources keep theirs") { place in
      let bench = try await StoreBench(place, .sample(keep: .forever))
      let short = try await bench.store.openSource(
        .sample("short", keep: .for(.seconds(1))), at: ManualClock.start
      ).source.id
      try await bench.write([.sample()])
      try await bench.write([.event(.sample())], of: short)
      let late = ManualClock.start + .days(100_000)
      while try await bench.store.prune(bench.source, at: late) {}
      try expectEqual(try await bench.all().count, 2)
      while try await bench.store.prune(short, at: late) {}
      try expectEqual(try await bench.all().map(\.source.id), [bench.source])
    },
    Check("many events are removed in portions and all of them") { place in
      let bench = try await StoreBench(place, .sample(keep: .for(.days(1))))
      let events = (0..<12_000).map {
        LoggedEvent.sample(at: ManualClock.start + Interval(micros: Int64($0)))
      }
      try await bench.write(events)
      var rounds = 0
      while try await bench.store.prune(bench.source, at: ManualClock.start + .days(2)) {
        rounds += 1
      }
      try expect(rounds > 0, "all went at once")
      try expectEqual(try await bench.all().count, 0)
      try expectEqual(try await bench.facts(.pushMessaging).events, 0)
      try expectEqual(try await bench.store.verify(rebuild: false), [])
    },
    Check("gaps go with the events of their time, and an open one stays") { place in
      let bench = try await StoreBench(place, .sample(keep: .for(.days(3))))
      let now = ManualClock.start
      let edge = now - .days(3)
      func gap(_ service: Service, from: Timestamp, to: Timestamp?) -> StoreWrite {
        .gapOpened(service, .leaseExpired, from: from, to: to, .unknown)
      }
      // No event is old: they go all the same.
      try await bench.write([
        gap(.pushMessaging, from: edge - .days(2), to: edge - .days(1)),
        gap(.backgroundSync, from: edge - .days(2), to: edge + .seconds(1)),
        gap(.notifications, from: edge - .days(2), to: nil),
      ])
      while try await bench.store.prune(bench.source, at: now) {}
      let services = try await bench.store.gaps(EventSelection()).map(\.service)
      try expectEqual(Set(services), [.backgroundSync, .notifications])
    },
    Check("a request goes a day after it was answered, one without an answer stays") { place in
      let bench = try await StoreBench(place, .sample(keep: .forever))
      let now = ManualClock.start
      var requests: [Int64] = []
      for _ in 0..<3 {
        requests.append(
          try await bench.store.ask(.renew, .pushMessaging, of: bench.source, at: now - .days(9)))
      }
      try await bench.write([
        .requestAnswered(requests[0], answer: .done, at: now - .days(1) - .seconds(1)),
        .requestAnswered(requests[1], answer: .done, at: now - .days(1) + .seconds(1)),
      ])
      while try await bench.store.prune(bench.source, at: now) {}
      try expectEqual(try await bench.store.answer(to: requests[0]), nil)
      try expectEqual(try await bench.store.answer(to: requests[1]), .done)
      try expectEqual(try await bench.control().requests.map(\.id), [requests[2]])
    },
    Check("pruning does not forget how the last recorder ended") { place in
      let bench = try await StoreBench(place, .sample(keep: .for(.days(3))))
      let began = ManualClock.start
      let event = LoggedEvent.sample(at: began + .days(2))
      // The first recorder was killed, the second ended well.
      _ = try await bench.observe(
        1, .pushMessaging, at: began, replaying: [], live: [event], ended: false)
      _ = try await bench.observe(
        2, .pushMessaging, at: began + .hours(1), replaying: [event])
      let now = began + .days(4)
      while try await bench.store.prune(bench.source, at: now) {}
      let wiped = try await bench.observe(3, .pushMessaging, at: now, replaying: [])
      try expectEqual(wiped.replays.map(\.lacking), [1], "after a good end")
    },
  ]
}
