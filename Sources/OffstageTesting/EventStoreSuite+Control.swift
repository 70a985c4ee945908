internal import OffstageCore

extension EventStoreSuite {
  /// Wishes, requests, states, and what two processes on one store have of each other.
  static let controlChecks: [Check] = [
    Check("a person's wish grows a revision; another client's is none") { place in
      let bench = try await StoreBench(place)
      try expectEqual(try await bench.control().wishes, [])
      try await bench.store.setWanted(false, .pushMessaging, of: bench.source)
      try expectEqual(
        try await bench.control().wishes,
        [.init(source: bench.source, service: .pushMessaging, wanted: false, revision: 1)])
      try await bench.write([
        .serviceState(.pushMessaging, .init(wanted: true, wantedBy: .other))
      ])
      try expectEqual(try await bench.control().wishes, [])
      try await bench.store.setWanted(false, .pushMessaging, of: bench.source)
      try expectEqual(try await bench.control().wishes.map(\.revision), [2])
      let facts = try await bench.facts(.pushMessaging)
      try expectEqual(facts.wanted, false)
      try expectEqual(facts.wantedBy, .person)
      try expectEqual(facts.wishRevision, 2)
    },
    Check("a request is asked until it is answered") { place in
      let bench = try await StoreBench(place)
      let first = try await bench.store.ask(
        .renew, .pushMessaging, of: bench.source, at: ManualClock.start)
      let second = try await bench.store.ask(
        .clearBrowserLog, .notifications, of: bench.source, at: ManualClock.start)
      try expectEqual(try await bench.control().requests.map(\.id), [first, second])
      try expectEqual(try await bench.store.answer(to: first), nil)
      try await bench.write([
        .requestAnswered(first, answer: .done, at: ManualClock.start),
        .requestAnswered(second, answer: .failed("no \u{0}"), at: ManualClock.start),
      ])
      try expectEqual(try await bench.control().requests.map(\.id), [])
      try expectEqual(try await bench.store.answer(to: first), .done)
      try expectEqual(try await bench.store.answer(to: second), .failed("no \u{0}"))
      try expectEqual(try await bench.store.answer(to: second + 1), nil)
    },
    Check("a change leaves what it does not name, and time seen does not shrink") { place in
      let bench = try await StoreBench(place)
      let now = ManualClock.start
      let lease = Lease(lastRenewal: now, isSettled: true)
      try await bench.write([
        .serviceState(
          .notifications, .init(wanted: true, wantedBy: .person, isRecording: true, lease: lease)),
        .serviceState(.notifications, .init(seenUntil: now + .seconds(9))),
        .serviceState(.notifications, .init(seenUntil: now)),
        .serviceState(.notifications, .init(isRecording: false)),
      ])
      let facts = try await bench.facts(.notifications)
      try expectEqual(facts.wanted, true)
      try expectEqual(facts.isRecording, false)
      try expectEqual(facts.lease, lease)
      try expectEqual(facts.seenUntil, now + .seconds(9))
    },
    Check("a source that is not there is said to be not there") { place in
      let bench = try await StoreBench(place)
      do {
        _ = try await bench.store.facts(of: SourceID())
        throw Failure(description: "it was found")
      } catch let error as StoreError {
        try expectEqual(error.code, .notFound)
      }
    },
    Check("changes begin with an element, and end when the store closes") { place in
      let bench = try await StoreBench(place)
      var changes = bench.store.changes().makeAsyncIterator()
      try expect(await changes.next() != nil, "nothing came")
      try await bench.write([.sample()])
      try expect(await changes.next() != nil, "no commit was told")
      try await bench.store.close()
      while await changes.next() != nil {}
      var late = bench.store.changes().makeAsyncIterator()
      try expect(await late.next() == nil, "a closed store told of changes")
    },
    Check("two stores on one content have each other's commits") { place in
      let here = try await StoreBench(place)
      let there = try await StoreBench(place)
      try expectEqual(here.source, there.source)
      try await here.write([.sample(instance: "here")])
      try await there.write([.sample(instance: "there"), .sample(instance: "here")])
      try expectEqual(
        try await here.all().map(\.logged.instanceId).sorted(), ["here", "there"])
      // One clears; what the other has remembered of texts and marks still holds.
      _ = try await here.store.clear(EventSelection(), at: ManualClock.start)
      try expectEqual(try await there.write([.sample(instance: "there")], .replay).suppressed, 1)
      try expectEqual(try await there.write([.sample(instance: "there")], .live).stored, 1)
      try expectEqual(try await here.all().map(\.logged.instanceId), ["there"])
      try expectEqual(try await here.store.verify(rebuild: false), [])
    },
    Check("writers at once lose nothing") { place in
      let bench = try await StoreBench(place)
      try await withThrowingTaskGroup(of: Void.self) { group in
        for writer in 0..<4 {
          group.addTask {
            let own = try await StoreBench(place, .sample("source \(writer % 2)"))
            for round in 0..<25 {
              let events = (0..<8).map { index in
                LoggedEvent.sample(
                  at: ManualClock.start + Interval(micros: Int64(round * 8 + index)),
                  instance: "\(writer)")
              }
              try await own.write(events)
            }
            try await own.store.close()
          }
        }
        try await group.waitForAll()
      }
      let all = try await bench.all()
      try expectEqual(all.count, 800)
      try expectEqual(Set(all.map(\.id)).count, 800)
      try expectEqual(try await bench.store.verify(rebuild: false), [])
    },
  ]
}
