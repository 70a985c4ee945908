internal import OffstageCore

extension EventStoreSuite {
  private static let push = TriggerAction.push(
    WorkerSelector(origin: "https://app.example"), data: "“hello” \u{0}")

  static let triggerChecks: [Check] = [
    Check("a trigger is asked, taken once and ended once") { place in
      let bench = try await StoreBench(place)
      let other = try await place.open()
      let now = ManualClock.start
      let id = try await bench.store.ask(
        push, by: .scenario, of: bench.source, patience: .seconds(7), at: now)
      let asked = try await other.triggers(toTakeOf: [bench.source], at: now + .seconds(7))
      try expectEqual(asked.map(\.id), [id])
      try expectEqual(asked.first?.action, push)
      try expectEqual(asked.first?.askedBy, .scenario)
      try expectEqual(asked.first?.patience, .seconds(7))
      try expectEqual(try await other.take(trigger: id, at: now + .seconds(1)), true)
      try expectEqual(try await bench.store.take(trigger: id, at: now + .seconds(1)), false)
      try expectEqual(
        try await bench.store.triggers(toTakeOf: [bench.source], at: now).map(\.id), [])
      try expectEqual(try await bench.store.trigger(id: id)?.taken, now + .seconds(1))
      let answer = TriggerAnswer(.nothing, reason: "No handler.", hint: "Add one.")
      try await other.end(trigger: id, with: answer, at: now + .seconds(2))
      try await bench.store.end(trigger: id, with: TriggerAnswer(.done), at: now + .seconds(3))
      let ended = try await bench.store.trigger(id: id)
      try expectEqual(ended?.stored, answer)
      try expectEqual(ended?.ended, now + .seconds(2))
      try expectEqual(try await bench.store.trigger(id: id + 1), nil)
    },
    Check("a trigger that has lapsed is not taken, nor another source's") { place in
      let bench = try await StoreBench(place)
      let now = ManualClock.start
      _ = try await bench.store.ask(
        push, by: .cli, of: bench.source, patience: .seconds(1), at: now)
      try expectEqual(
        try await bench.store.triggers(toTakeOf: [bench.source], at: now + .seconds(6)).count, 0)
      try expectEqual(try await bench.store.triggers(toTakeOf: [], at: now).count, 0)
    },
    Check("the events of a trigger are its answer's, with their operations") { place in
      let bench = try await StoreBench(place)
      let now = ManualClock.start
      let id = try await bench.store.ask(
        push, by: .cli, of: bench.source, patience: .seconds(5), at: now)
      func event(_ name: String, at moment: Timestamp, _ trigger: Int64?) -> StoreWrite {
        let isPush = name.hasPrefix("Push")
        let logged = LoggedEvent.sample(
          name, isPush ? .pushMessaging : .notifications, at: moment, instance: "")
        return .event(
          EventWrite(
            identity: EventIdentity(of: logged), logged: logged, received: moment, capture: .live,
            observation: nil, trigger: trigger))
      }
      try await bench.write([
        event("Push event dispatched", at: now, id),
        event("Notification displayed", at: now + .seconds(1), nil),
        event("Push event completed", at: now + .seconds(2), id),
      ])
      // A replay knows nothing of triggers.
      try await bench.write([event("Push event dispatched", at: now, nil)])
      try await bench.store.end(trigger: id, with: TriggerAnswer(.done), at: now + .seconds(3))
      let stored = try await bench.store.events(EventQuery(limit: 10)).events
      let mine = stored.filter { $0.triggerId == id }
      try expectEqual(mine.map(\.logged.eventName).sorted().count, 2)
      let answer = try await bench.store.trigger(id: id)?.stored
      try expectEqual(answer?.events, mine.map(\.id).sorted())
      try expectEqual(answer?.operations, Set(mine.compactMap(\.operationId)).sorted())
    },
    Check("triggers are listed newest first, of some sources or of all") { place in
      let bench = try await StoreBench(place)
      let other = try await bench.store.openSource(.sample("other"), at: ManualClock.start).source
      var ids: [Int64] = []
      for source in [bench.source, other.id, bench.source] {
        ids.append(
          try await bench.store.ask(
            push, by: .cli, of: source, patience: .seconds(5), at: ManualClock.start))
      }
      func list(_ sources: Set<SourceID>, _ before: Int64?, _ limit: Int) async throws -> [Int64] {
        try await bench.store.triggers(of: sources, before: before, limit: limit).map(\.id)
      }
      try expectEqual(try await list([], nil, 10), [ids[2], ids[1], ids[0]])
      try expectEqual(try await list([bench.source], nil, 10), [ids[2], ids[0]])
      try expectEqual(try await list([], ids[2], 1), [ids[1]])
    },
    Check("workers are known from when the browser tells them until it ends them") { place in
      let bench = try await StoreBench(place)
      let other = try await bench.store.openSource(.sample("other"), at: ManualClock.start).source
      func tell(_ scope: String, _ number: String, isDeleted: Bool = false) async throws {
        let registration = WorkerRegistration(
          registrationId: number, scope: scope, isDeleted: isDeleted)
        try await bench.write([.registration(registration, at: ManualClock.start)])
      }
      func known(_ sources: Set<SourceID>) async throws -> [String] {
        try await bench.store.workers(of: sources).map { "\($0.registrationId) \($0.scope)" }
      }
      try expectEqual(try await known([]), [])
      try await tell("https://b.example/", "0")
      try await tell("https://a.example/app/", "7")
      try expectEqual(try await known([]), ["7 https://a.example/app/", "0 https://b.example/"])
      try expectEqual(try await known([other.id]), [])
      let worker = try await bench.store.workers(of: [bench.source]).first
      try expectEqual(worker?.origin, "https://a.example")
      try expectEqual(worker?.source.id, bench.source)
      try expectEqual(worker?.script, nil)
      try await bench.write([
        .worker(
          WorkerContext(
            kind: .version, registrationId: "7", versionId: "1",
            scriptURL: "https://a.example/sw.js", text: "activated", runningStatus: "running"),
          at: ManualClock.start)
      ])
      try expectEqual(
        try await bench.store.workers(of: []).first?.script, "https://a.example/sw.js")
      try await tell("https://a.example/app/", "7", isDeleted: true)
      try expectEqual(try await known([]), ["0 https://b.example/"])
    },
  ]
}
