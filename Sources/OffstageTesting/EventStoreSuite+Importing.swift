internal import JSON
internal import OffstageCore

extension EventStoreSuite {
  /// What comes from files.
  static let importChecks: [Check] = [
    Check("a source with an id of its own is the one that has it, or a new one") { place in
      let bench = try await StoreBench(place)
      let known = try await bench.store.openSource(
        .file("elsewhere", id: bench.source), at: ManualClock.start)
      try expectEqual(known.source.id, bench.source)
      try expectEqual(known.source.name, "default")
      try expectEqual(known.isNew, false)
      let id = SourceID()
      let new = try await bench.store.openSource(.file("backup", id: id), at: ManualClock.start)
      try expectEqual(new.source.id, id)
      try expectEqual(new.source.keep, nil, "what was imported stays")
      try expectEqual(try await bench.store.sources().map(\.name), ["default", "backup"])
    },
    Check("a known source gets from a file what it lacks, and nothing else") { place in
      let bench = try await StoreBench(place)
      let browser = SourceDescription.sample().browser
      var description = SourceDescription.file("elsewhere", id: bench.source)
      description.browser = "Chrome/100"
      let known = try await bench.store.openSource(description, at: ManualClock.start).source
      try expectEqual(known.browser, browser)
      description.id = SourceID()
      description.browser = nil
      _ = try await bench.store.openSource(description, at: ManualClock.start)
      description.browser = "Chrome/100"
      let new = try await bench.store.openSource(description, at: ManualClock.start).source
      try expectEqual(new.browser, "Chrome/100")
    },
    Check("a file is known by its content") { place in
      let store = try await place.open()
      var description = SourceDescription.file("a.json")
      description.place = .file(digest: "0123")
      let first = try await store.openSource(description, at: ManualClock.start).source
      description.suggestedName = "b.json"
      let again = try await store.openSource(description, at: ManualClock.start)
      try expectEqual(again.source, first)
      try expectEqual(again.isNew, false)
      try expectEqual(first.place, .file(digest: "0123"))
      description.place = .file(digest: "4567")
      try expect(try await store.openSource(description, at: ManualClock.start).isNew, "other")
    },
    Check("an event keeps the words of its file and the scope that it had there") { place in
      let bench = try await StoreBench(place)
      let event = try written(#"{"key":"b","value":"2"},{"key":"a","value":"1\ud800"}"#)
      try await bench.write([.imported(event, scope: "https://app.example/x/")])
      // The same registration, as another file or the browser knows it.
      try await bench.write([.imported(.sample(instance: "other"), scope: nil)])
      let all = try await bench.all()
      try expectEqual(all.map(\.scope), ["https://app.example/x/", nil].reversed())
      let stored = all.first { $0.scope != nil }
      try expectEqual(stored?.logged.metadata.map(\.key), ["a", "b"])
      try expectEqual(stored?.logged.protocolJSON, event.protocolJSON)
      try expectEqual(stored?.capture, .import)
      try expectEqual(try await bench.store.verify(rebuild: false), [])
    },
    Check("what was removed comes back by a file, and by no replay") { place in
      let bench = try await StoreBench(place)
      let log = LoggedEvent.push(at: ManualClock.start, message: "0:1%a")
      try await bench.write(log)
      _ = try await bench.store.clear(EventSelection(), at: ManualClock.start + .seconds(60))
      try expectEqual(try await bench.write(log, .replay).suppressed, 3)
      try expectEqual(try await bench.write(log.map { .imported($0) }).stored, 3)
      try expectEqual(try await bench.write(log.map { .imported($0) }).known, 3)
      try expectEqual(try await bench.facts(.pushMessaging).events, 3)
    },
    Check("what a file holds is not looked for in the browser's log") { place in
      let bench = try await StoreBench(place)
      let log = LoggedEvent.push(at: ManualClock.start, message: "0:1%a")
      let old = LoggedEvent.push(at: ManualClock.start - .days(9), message: "0:0%a")
      try await bench.write(old.map { .imported($0) })
      let replay = try await bench.observe(
        1, .pushMessaging, at: ManualClock.start + .seconds(1), replaying: log)
      try expectEqual(replay.replays.map(\.lacking), [0])
      let again = try await bench.observe(
        2, .pushMessaging, at: ManualClock.start + .seconds(2), replaying: log)
      try expectEqual(again.replays.map(\.lacking), [0])
      // Nor does it take away what the log is known to hold.
      try await bench.write(log.map { .imported($0) })
      let wiped = try await bench.observe(
        3, .pushMessaging, at: ManualClock.start + .seconds(3), replaying: [])
      try expectEqual(wiped.replays.map(\.lacking), [3])
    },
    Check("a gap of a file is there once") { place in
      let bench = try await StoreBench(place)
      let end = ManualClock.start + .seconds(5)
      for to in [end, end, nil] {
        try await bench.write([
          .gapImported(.pushMessaging, .turnedOff, from: ManualClock.start, to: to, .yes)
        ])
      }
      let gaps = try await bench.store.gaps(EventSelection())
      try expectEqual(gaps.map(\.to), [end])
    },
    Check("a gap that was imported while it went on ends when a later file has its end") { place in
      let bench = try await StoreBench(place)
      let start = ManualClock.start
      let end = start + .seconds(5)
      for (from, to) in [(start, nil), (start, nil), (end, nil), (start, end), (end, end)] {
        try await bench.write([
          .gapImported(.pushMessaging, .turnedOff, from: from, to: to, .yes)
        ])
      }
      let gaps = try await bench.store.gaps(EventSelection())
      try expectEqual(gaps.map(\.from), [start, end])
      try expectEqual(gaps.map(\.to), [end, end])
    },
    Check("what a file tells of a worker and of when it was watched is there once") { place in
      let bench = try await StoreBench(place)
      let start = ManualClock.start
      let mistake = WorkerContext(
        kind: .error, registrationId: "0", versionId: "1", scriptURL: "https://app.example/sw.js",
        text: "Uncaught Error: no", line: 4, column: 2)
      for _ in 0..<2 {
        try await bench.write([
          .worker(mistake, at: start + .seconds(9)),
          .watchImported(.pushMessaging, from: start, to: start + .seconds(90)),
          .imported(.sample("Push event dispatched", at: start + .seconds(8), registration: "0")),
        ])
      }
      let reports = try await bench.store.workerReports(EventSelection(), limit: 10)
      try expectEqual(
        reports.flatMap(\.entries),
        [WorkerContextEntry(context: mistake, at: start + .seconds(9))])
      try expectEqual(reports.map(\.origin), ["https://app.example"])
      let scene = try await bench.store.scenes(OperationQuery()).scenes.first
      try expectEqual(scene?.watchedUntil, start + .seconds(90))
      try expectEqual(scene?.runs.map(\.to), [start + .seconds(90)])
      try expectEqual(scene?.worker.map(\.context), [mistake])
    },
    Check("the sources of a selection are those that have such events") { place in
      let bench = try await StoreBench(place)
      let other = try await bench.store.openSource(.sample("work"), at: ManualClock.start).source
      _ = try await bench.store.openSource(.sample("empty"), at: ManualClock.start)
      try await bench.write([.event(.sample("Registered sync", .backgroundSync))])
      try await bench.write([.event(.sample())], of: other.id)
      let names = { (selection: EventSelection) in
        try await bench.store.sources(of: selection).map(\.name)
      }
      try expectEqual(try await names(EventSelection()), ["default", "work"])
      try expectEqual(try await names(EventSelection(services: [.pushMessaging])), ["work"])
      try expectEqual(try await names(EventSelection(words: ["nowhere"])), [])
    },
  ]

  private static func written(_ metadata: String) throws -> LoggedEvent {
    let text = String(decoding: LoggedEvent.sample().protocolJSON, as: UTF8.self)
      .replacing("\"eventMetadata\":[]", with: "\"eventMetadata\":[\(metadata)]")
    var reader = JSONReader(text)
    return try LoggedEvent.read(&reader)
  }
}
