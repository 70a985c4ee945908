internal import OffstageCore

extension EventStoreSuite {
  /// What a replay shows of the browser's log, gaps, scopes.
  static let replayChecks: [Check] = [
    Check("a replay that lacks what an earlier one had says how many") { place in
      let bench = try await StoreBench(place)
      let log = (0..<5).map {
        LoggedEvent.sample("Registered sync", .backgroundSync, at: ManualClock.start + .seconds($0))
      }
      let now = ManualClock.start + .seconds(9)
      func lacking(_ number: UInt64, _ events: [LoggedEvent]) async throws -> [Int64] {
        try await bench.observe(number, .backgroundSync, at: now, replaying: events)
          .replays.map(\.lacking)
      }
      try expectEqual(try await lacking(1, log), [0])
      try expectEqual(try await lacking(2, Array(log.dropFirst(2))), [2])
      try expectEqual(try await lacking(3, []), [5])
      try await bench.write([.replaysForgotten(.backgroundSync)])
      try expectEqual(try await lacking(4, Array(log.prefix(1))), [0])
      try expectEqual(try await lacking(5, []), [1])
      try expectEqual(try await bench.all().count, 5)
      try expectEqual(try await bench.store.verify(rebuild: false), [])
    },
    Check("what came live and is gone at the next attach, also after a reopening, is lacking") {
      place in
      let bench = try await StoreBench(place)
      let now = ManualClock.start
      let live = (0..<3).map { LoggedEvent.sample(at: now + .seconds($0), instance: "\($0)") }
      _ = try await bench.observe(1, .pushMessaging, at: now, replaying: [], live: live)
      try await bench.store.close()
      let again = try await StoreBench(place)
      try expectEqual(again.source, bench.source)
      let verdict = try await again.observe(
        1, .pushMessaging, at: now + .seconds(60), replaying: [live[2]])
      try expectEqual(verdict.replays.map(\.lacking), [2])
      try expectEqual(try await again.store.verify(rebuild: false), [])
    },
    Check("what was read from a profile is lacking when it is gone, unless a recorder was at work")
    {
      place in
      let bench = try await StoreBench(place)
      let now = ManualClock.start
      func inspected(_ instance: String, showsLog: Bool) -> StoreWrite {
        let event = LoggedEvent.sample(at: now, instance: instance)
        var write = EventWrite(
          identity: EventIdentity(of: event), logged: event, received: now, capture: .inspect,
          observation: nil)
        write.showsLog = showsLog
        return .event(write)
      }
      let beside = inspected("beside a recorder", showsLog: false)
      try expectEqual(
        try await bench.write([inspected("alone", showsLog: true), beside]).stored, 2)
      let empty = try await bench.observe(1, .pushMessaging, at: now + .seconds(9), replaying: [])
      try expectEqual(empty.replays.map(\.lacking), [1])
      // A replay that has it shows that the log does.
      try await bench.write([.replaysForgotten(.pushMessaging)])
      let shown = LoggedEvent.sample(at: now, instance: "beside a recorder")
      for (number, events, lacking) in [(2, [shown], 0), (3, [], 1)] as [(UInt64, _, Int64)] {
        let replay = try await bench.observe(
          number, .pushMessaging, at: now + .seconds(20), replaying: events)
        try expectEqual(replay.replays.map(\.lacking), [lacking])
      }
      try expectEqual(try await bench.write([beside]).known, 1)
      try expectEqual(try await bench.store.verify(rebuild: false), [])
    },
    Check("events that are live only by their nature are never lacking") { place in
      let bench = try await StoreBench(place)
      let now = ManualClock.start
      let install = LoggedEvent.sample(
        "Install payment handler", .paymentHandler, at: now, registration: "-1")
      _ = try await bench.observe(1, .paymentHandler, at: now, replaying: [], live: [install])
      let verdict = try await bench.observe(
        2, .paymentHandler, at: now + .seconds(60), replaying: [])
      try expectEqual(verdict.replays.map(\.lacking), [0])
    },
    Check("the last events before a crash may be missing from the browser's log") { place in
      let bench = try await StoreBench(place)
      let now = ManualClock.start
      let last = LoggedEvent.sample(at: now + .seconds(60), instance: "last")
      _ = try await bench.observe(1, .pushMessaging, at: now, replaying: [], live: [last])
      try await bench.write([.logUnsure(.pushMessaging, at: now + .seconds(61))])
      let crash = try await bench.observe(
        2, .pushMessaging, at: now + .seconds(90), replaying: [])
      try expectEqual(crash.replays.map(\.lacking), [0])
      // A recorder that was killed says nothing of how its observation ended.
      let next = LoggedEvent.sample(at: now + .seconds(100), instance: "next")
      _ = try await bench.observe(
        3, .pushMessaging, at: now + .seconds(90), replaying: [], live: [next], ended: false)
      let killed = try await bench.observe(
        4, .pushMessaging, at: now + .seconds(200), replaying: [])
      try expectEqual(killed.replays.map(\.lacking), [0])
      try expectEqual(try await bench.store.verify(rebuild: false), [])
    },
    Check("what is cleared from the browser's log on purpose is not lacking") { place in
      let bench = try await StoreBench(place)
      let now = ManualClock.start
      let log = [LoggedEvent.sample(at: now)]
      let live = [LoggedEvent.sample(at: now + .seconds(5), instance: "live")]
      _ = try await bench.observe(1, .pushMessaging, at: now, replaying: log, live: live)
      try await bench.write([.replaysForgotten(.pushMessaging)])
      let verdict = try await bench.observe(
        2, .pushMessaging, at: now + .seconds(60), replaying: [])
      try expectEqual(verdict.replays.map(\.lacking), [0])
      try expectEqual(try await bench.all().count, 2)
    },
    Check("two services' histories are judged apart") { place in
      let bench = try await StoreBench(place)
      let now = ManualClock.start + .seconds(9)
      _ = try await bench.observe(1, .pushMessaging, at: now, replaying: [.sample()])
      _ = try await bench.observe(
        2, .backgroundSync, at: now, replaying: [.sample("Registered sync", .backgroundSync)])
      let sync = try await bench.observe(3, .backgroundSync, at: now, replaying: [])
      try expectEqual(sync.replays.map(\.lacking), [1])
      let push = try await bench.observe(4, .pushMessaging, at: now, replaying: [.sample()])
      try expectEqual(push.replays.map(\.lacking), [0])
    },
    Check("gaps open once, close, are taken back and explained") { place in
      let bench = try await StoreBench(place)
      let now = ManualClock.start
      let service = Service.notifications
      func gaps(_ selection: EventSelection = EventSelection()) async throws -> [String] {
        try await bench.store.gaps(selection).map { gap in
          let from = (gap.from - now).micros / 1_000_000
          let to = gap.to.map { "\(($0 - now).micros / 1_000_000)" } ?? ""
          return "\(gap.reason) \(from)…\(to)"
        }
      }
      try await bench.write([
        .gapOpened(service, .turnedOff, from: now, to: nil, .unknown),
        .gapOpened(service, .turnedOff, from: now + .seconds(1), to: nil, .unknown),
        .gapOpened(service, .wiped, from: now, to: now + .seconds(2), .yes),
        .gapOpened(service, .wiped, from: now + .seconds(3), to: now + .seconds(4), .no),
        .gapOpened(service, .connectionLost, from: now + .seconds(5), to: nil, .unknown),
      ])
      try expectEqual(
        try await gaps(), ["turnedOff 0…", "wiped 0…2", "wiped 3…4", "connectionLost 5…"])
      try await bench.write([
        .gapClosed(service, .turnedOff, to: now + .seconds(7)),
        .gapExplained(service, from: .wiped, to: .unreadable),
        .gapTakenBack(service, .connectionLost),
        .gapTakenBack(.backgroundSync, .wiped),
      ])
      try expectEqual(try await gaps(), ["turnedOff 0…7", "wiped 0…2", "unreadable 3…4"])
      // A gap that has ended is not taken back, and closing it again leaves it.
      try await bench.write([
        .gapTakenBack(service, .turnedOff), .gapClosed(service, .turnedOff, to: now + .days(1)),
      ])
      try expectEqual(try await gaps(), ["turnedOff 0…7", "wiped 0…2", "unreadable 3…4"])
      try expectEqual(try await gaps(EventSelection(services: [.pushMessaging])), [])
      try expectEqual(
        try await gaps(EventSelection(sources: [bench.source], since: now + .seconds(5))),
        ["turnedOff 0…7"])
      try expectEqual(
        try await gaps(EventSelection(until: now)), ["turnedOff 0…7", "wiped 0…2"])
    },
    Check("scopes are joined, told before the event or after") { place in
      let bench = try await StoreBench(place)
      let now = ManualClock.start
      func tell(_ scope: String, _ number: String = "0") async throws {
        let registration = WorkerRegistration(
          registrationId: number, scope: scope, isDeleted: false)
        try await bench.write([.registration(registration, at: now)])
      }
      func scopes() async throws -> [String?] { try await bench.all().map(\.scope) }
      try await bench.write([.sample(at: now)])
      try expectEqual(try await scopes(), [nil])
      try await tell("https://app.example/one/")
      try expectEqual(try await scopes(), ["https://app.example/one/"])
      try await bench.write([.sample(at: now + .seconds(1))])
      // Another origin's event of the same number is another registration's.
      try await bench.write([.sample(at: now + .seconds(2), origin: "https://app.example.evil/")])
      // The storage was wiped: numbers begin anew, and what was stays as it was.
      try await tell("https://app.example/two/")
      try await bench.write([.sample(at: now + .seconds(3))])
      try expectEqual(
        try await scopes(),
        ["https://app.example/one/", "https://app.example/one/", nil, "https://app.example/two/"])
      try await tell("https://b.example/", "7")
      try await bench.write([.sample(at: now + .seconds(4), registration: "7")])
      try expectEqual(try await scopes().last, .some(nil))
    },
    Check("what happened to a worker is found near its event") { place in
      let bench = try await StoreBench(place)
      let now = ManualClock.start
      let mistake = WorkerContext(
        kind: .error, registrationId: "0", versionId: "3",
        scriptURL: "https://app.example/sw.js", text: "TypeError: \u{0}", line: 0, column: 7)
      try await bench.write([
        .event(.sample(at: now)), .worker(mistake, at: now + .seconds(1)),
        .worker(mistake, at: now + .minutes(10)),
      ])
      let event = try await bench.all()[0]
      let near = try await bench.store.workerContext(of: event, within: .seconds(5))
      try expectEqual(
        try await bench.store.workerScript(of: event), "https://app.example/sw.js")
      try expectEqual(near, [WorkerContextEntry(context: mistake, at: now + .seconds(1))])
    },
  ]
}
