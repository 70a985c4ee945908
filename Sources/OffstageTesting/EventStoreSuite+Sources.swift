internal import OffstageCore

extension EventStoreSuite {
  /// How a source is found again.
  static let sourceChecks: [Check] = [
    Check("one place is one source, whatever else changes") { place in
      let bench = try await StoreBench(place)
      var description = SourceDescription.sample()
      description.suggestedName = "other"
      description.browser = "Chrome/157"
      let again = try await bench.store.openSource(description, at: ManualClock.start + .days(1))
      try expectEqual(again.source.id, bench.source)
      try expectEqual(again.isNew, false)
      try expectEqual(again.source.name, "default")
      try expectEqual(again.source.browser, "Chrome/157")
      try expectEqual(again.source.keep, Source.defaultKeep)
      try await bench.store.rename(bench.source, to: "mine \u{0}")
      try expectEqual(try await bench.store.sources().map(\.name), ["mine \u{0}"])
    },
    Check("other profiles, contexts and unknown places are sources of their own") { place in
      let bench = try await StoreBench(place)
      var other = SourceDescription.sample()
      other.place = .profile(userDataDir: "/nowhere/default", profileDir: "Profile 1")
      var unknown = SourceDescription.sample("unknown")
      unknown.place = .unknown
      let descriptions = [
        other, unknown, unknown, .offTheRecord(run: "1", context: "A"),
        .offTheRecord(run: "1", context: "B"), .offTheRecord(run: "2", context: "A"),
      ]
      for description in descriptions {
        let opened = try await bench.store.openSource(description, at: ManualClock.start)
        try expect(opened.isNew, "\(description.place) was found")
      }
      try expectEqual(try await bench.store.sources().count, 7)
      let same = try await bench.store.openSource(
        .offTheRecord(run: "2", context: "A"), at: ManualClock.start)
      try expectEqual(same.isNew, false)
    },
    Check("how long events stay is kept with the source") { place in
      let bench = try await StoreBench(place, .sample(keep: .for(.days(3))))
      try expectEqual(try await bench.keep(nil), .days(3))
      try expectEqual(try await bench.keep(.forever), nil)
      try expectEqual(try await bench.keep(nil), nil)
      try expectEqual(try await bench.keep(.for(.hours(1))), .hours(1))
      let imported = try await bench.store.openSource(
        .sample("saved.json", kind: .import), at: ManualClock.start)
      try expectEqual(imported.source.keep, nil)
    },
    Check("a source whose folder is gone is a candidate for a new place, and can be adopted") {
      place in
      let bench = try await StoreBench(place)
      let log = LoggedEvent.push(at: ManualClock.start, message: "0:1%a")
      _ = try await bench.observe(1, .pushMessaging, at: ManualClock.start, replaying: log)
      let moved = SourceDescription.sample("moved", folder: "/nowhere/else")
      let opened = try await bench.store.openSource(moved, at: ManualClock.start)
      try expectEqual(opened.movedCandidates, [bench.source])
      let identities = log.map { EventIdentity(of: $0) }
      let shared = try await bench.store.shared(identities, among: opened.movedCandidates)
      try expectEqual(shared, [bench.source: 3])
      let other = [EventIdentity(of: .sample(instance: "never"))]
      try expectEqual(
        try await bench.store.shared(other, among: [bench.source])[bench.source] ?? 0, 0)
      // Its observation is already being written when it turns out to be an old one.
      try await bench.write(
        [
          .observationBegan(
            ObservationToken(rawValue: 2), .pushMessaging, browser: "", transport: "",
            at: ManualClock.start)
        ], of: opened.source.id)
      let adopted = try await bench.store.adopt(bench.source, inPlaceOf: opened.source.id)
      try expectEqual(adopted.id, bench.source)
      try expectEqual(adopted.place, moved.place)
      try expectEqual(try await bench.store.sources().map(\.id), [bench.source])
      let found = try await bench.store.openSource(moved, at: ManualClock.start)
      try expectEqual(found.source.id, bench.source)
      try expectEqual(try await bench.write(log, .replay).known, 3)
      try expectEqual(try await bench.store.verify(rebuild: false), [])
    },
    Check("a new place whose recording was cut off before it was known has its candidates again") {
      place in
      let bench = try await StoreBench(place)
      let moved = SourceDescription.sample("moved", folder: "/nowhere/else")
      let first = try await bench.store.openSource(moved, at: ManualClock.start)
      let again = try await bench.store.openSource(moved, at: ManualClock.start)
      try expectEqual(again.source.id, first.source.id)
      try expectEqual(again.movedCandidates, [bench.source])
      try await bench.write([.event(.sample())], of: first.source.id)
      let settled = try await bench.store.openSource(moved, at: ManualClock.start)
      try expectEqual(settled.movedCandidates, [])
    },
    Check("adopting a source that is not there leaves the new one") { place in
      let bench = try await StoreBench(place)
      do {
        _ = try await bench.store.adopt(SourceID(), inPlaceOf: bench.source)
        throw Failure(description: "it was adopted")
      } catch let error as StoreError {
        try expectEqual(error.code, .notFound)
      }
      try expectEqual(try await bench.store.sources().map(\.id), [bench.source])
    },
    Check("an observation goes on when another source is adopted beside it") { place in
      let bench = try await StoreBench(place)
      let now = ManualClock.start
      let token = ObservationToken(rawValue: 1)
      let event = LoggedEvent.sample()
      _ = try await bench.observe(7, .pushMessaging, at: now, replaying: [event])
      try await bench.write([
        .observationBegan(token, .pushMessaging, browser: "", transport: "", at: now),
        .event(event, .replay, observation: token),
      ])
      let old = try await bench.store.openSource(.sample("old"), at: now).source.id
      let new = try await bench.store.openSource(.sample("new"), at: now).source.id
      _ = try await bench.store.adopt(old, inPlaceOf: new)
      let summary = ReplaySummary(events: 1, duration: .seconds(1), ended: now)
      let verdict = try await bench.write([.replayEnded(token, .pushMessaging, summary)])
      try expectEqual(verdict.replays.map(\.lacking), [0])
    },
    Check("a series of profiles is one source, and is no candidate for another place") { place in
      var series = SourceDescription.sample("demo")
      series.place = .series("demo")
      let bench = try await StoreBench(place, series)
      let moved = try await bench.store.openSource(.sample(), at: ManualClock.start)
      try expectEqual(moved.movedCandidates, [])
      let again = try await bench.store.openSource(series, at: ManualClock.start)
      try expectEqual(again.source.id, bench.source)
      try expectEqual(again.source.place, .series("demo"))
      try expectEqual(again.movedCandidates, [])
    },
    Check("a log that begins anew lacks nothing of the old one and ends its gaps") { place in
      let bench = try await StoreBench(place)
      let now = ManualClock.start
      let old = LoggedEvent.sample(instance: "old")
      _ = try await bench.observe(1, .pushMessaging, at: now, replaying: [old], ended: false)
      try await bench.write([
        .serviceState(
          .pushMessaging,
          .init(isRecording: true, lease: Lease(lastRenewal: now, isSettled: true))),
        .gapOpened(.pushMessaging, .connectionLost, from: now - .seconds(9), to: nil, .unknown),
      ])
      try await bench.store.setWanted(false, .paymentHandler, of: bench.source)
      try await bench.store.beginLog(of: bench.source)
      let facts = try await bench.facts(.pushMessaging)
      try expectEqual(facts.events, 1)
      try expectEqual(facts.lease, Lease())
      try expectEqual([facts.isRecording, facts.wanted], [nil, nil])
      try expectEqual(facts.seenUntil, nil)
      try expectEqual(try await bench.facts(.paymentHandler).wanted, false)
      try expectEqual(try await bench.store.gaps(EventSelection()).map(\.to), [now])
      let replay = try await bench.observe(
        2, .pushMessaging, at: now + .days(9), replaying: [.sample(instance: "new")])
      try expectEqual(replay.replays.map(\.lacking), [0])
      try expectEqual(try await bench.all().count, 2)
      try expectEqual(try await bench.store.verify(rebuild: false), [])
    },
  ]
}
