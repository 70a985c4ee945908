internal import OffstageCore

extension EventStoreSuite {
  /// Histograms, and the spans of instances.
  static let timelineChecks: [Check] = [
    Check("a histogram counts by width, service and origin") { place in
      let bench = try await StoreBench(place)
      let other = try await bench.store.openSource(.sample("work"), at: ManualClock.start).source.id
      let start = ManualClock.start.rounded(downTo: .minutes(1))
      let sync = LoggedEvent.sample("Registered sync", .backgroundSync, at: start)
      try await bench.write([
        sync, .sample("Push event dispatched", at: start),
        .sample("Push event dispatched", at: start + Interval(micros: 59_999_999)),
        .sample("Push event dispatched", at: start + .minutes(1)),
        // The same origin spelt otherwise, and another registration of it.
        .sample(
          "Push event dispatched", at: start + .seconds(2), origin: "https://app.example",
          registration: "7"),
        .sample("Push event dispatched", at: start + .seconds(3), origin: "https://b.example/"),
        .sample("Push event dispatched", at: start + .minutes(3)),
      ])
      try await bench.write(
        [.event(.sample("Push event dispatched", at: start + .seconds(1)))], of: other)
      func bucket(
        _ minute: Int64, _ service: Service, _ origin: String, _ events: Int64
      ) -> HistogramBucket {
        HistogramBucket(
          start: start + .minutes(minute), service: service, origin: "https://\(origin).example",
          events: events)
      }
      let all = try await bench.store.histogram(EventSelection(), width: .minutes(1))
      try expectEqual(
        all,
        [
          bucket(0, .backgroundSync, "app", 1), bucket(0, .pushMessaging, "app", 4),
          bucket(0, .pushMessaging, "b", 1), bucket(1, .pushMessaging, "app", 1),
          bucket(3, .pushMessaging, "app", 1),
        ])
      let some = try await bench.store.histogram(
        EventSelection(
          services: [.pushMessaging], origins: ["https://app.example"], sources: [bench.source],
          since: start + .seconds(1), until: start + .minutes(1)), width: .minutes(1))
      try expectEqual(
        some, [bucket(0, .pushMessaging, "app", 2), bucket(1, .pushMessaging, "app", 1)])
      let words = try await bench.store.histogram(
        EventSelection(words: ["REGISTERED"]), width: .days(1))
      try expectEqual(words.map(\.events), [1])
      try expectEqual(words.map(\.start), [start.rounded(downTo: .days(1))])
    },
    Check("a histogram counts what failed, and the parts of minutes at the ends of the range") {
      place in
      let bench = try await StoreBench(place)
      let start = ManualClock.start.rounded(downTo: .minutes(1))
      // One each ten seconds, of which each third failed.
      let events = (0..<60).map { index in
        LoggedEvent.sample(
          "Push event completed", at: start + .seconds(index * 10), instance: "\(index)",
          ["Status": index % 3 == 0 ? "Timeout" : "Success"])
      }
      try await bench.write(events)
      let all = try await bench.store.histogram(EventSelection(), width: .minutes(2))
      try expectEqual(all.map(\.events), [12, 12, 12, 12, 12])
      try expectEqual(all.map(\.failed), [4, 4, 4, 4, 4])
      let bounds = [0, 1, 10, 59, 60, 61, 119, 120, 235, 240, 241, 599, 600].map {
        start + .seconds(Int64($0))
      }
      for since in bounds {
        for until in bounds + bounds.map({ $0 - Interval(micros: 1) }) {
          let range = EventSelection(since: since, until: until)
          let listed = try await bench.all(range)
          let counted = try await bench.store.histogram(range, width: .minutes(1))
          try expectEqual(counted.reduce(0) { $0 + $1.events }, Int64(listed.count), "\(range)")
          let failed = listed.count { $0.logged.outcome == .failed }
          try expectEqual(counted.reduce(0) { $0 + $1.failed }, Int64(failed), "\(range)")
        }
      }
      let some = try await bench.store.histogram(
        EventSelection(outcomes: [.failed], since: start + .seconds(25)), width: .minutes(5))
      try expectEqual(some.map(\.events), [9, 10])
    },
    Check("a histogram's widths go on through 1970") { place in
      let bench = try await StoreBench(place)
      let moments = [-1_500_000, -1_000_000, -1, 0, 999_999].map { Timestamp(micros: $0) }
      try await bench.write(moments.map { .sample(at: $0) })
      let buckets = try await bench.store.histogram(EventSelection(), width: .seconds(1))
      try expectEqual(buckets.map(\.start.micros), [-2_000_000, -1_000_000, 0])
      try expectEqual(buckets.map(\.events), [1, 2, 2])
    },
    Check("an instance is told whole where its ends lie outside of the range") { place in
      let bench = try await StoreBench(place)
      let start = ManualClock.start
      let hour = Interval.hours(1)
      try await bench.write([
        .sample("Background Fetch registered", .backgroundFetch, at: start, instance: "film"),
        .sample("Background Fetch started", .backgroundFetch, at: start + hour, instance: "film"),
        .sample(
          "Background Fetch completed", .backgroundFetch, at: start + hour + hour,
          instance: "film", ["Failure Reason": "fetch-error"]),
        // Others: of another time, of another origin, and of none.
        .sample("Background Fetch registered", .backgroundFetch, at: start, instance: "song"),
        .sample(
          "Background Fetch started", .backgroundFetch, at: start, instance: "film",
          origin: "https://b.example/"),
        .sample("Push event dispatched", .pushMessaging, at: start + hour, instance: ""),
      ])
      let range = EventSelection(since: start + .minutes(59), until: start + .minutes(61))
      let spans = try await bench.store.instances(range, limit: 10)
      try expectEqual(spans.count, 1)
      try expectEqual(spans.first?.instanceId, "film")
      try expectEqual(spans.first?.origin, "https://app.example")
      try expectEqual(spans.first?.source.id, bench.source)
      try expectEqual(spans.first?.first, start)
      try expectEqual(spans.first?.last, start + hour + hour)
      try expectEqual(spans.first?.events, 3)
      try expectEqual(spans.first?.outcome, .failed)
      let failure = try await bench.all().first { $0.logged.outcome == .failed }
      try expectEqual(spans.first?.eventId, failure?.id)
      // Also where none of its events lies in the range.
      let within = EventSelection(since: start + .minutes(70), until: start + .minutes(80))
      try expectEqual(try await bench.store.instances(within, limit: 10), spans)
      let after = EventSelection(since: start + .minutes(121), until: start + .minutes(130))
      try expectEqual(try await bench.store.instances(after, limit: 10), [])
      let other = EventSelection(
        services: [.backgroundSync], since: range.since, until: range.until)
      try expectEqual(try await bench.store.instances(other, limit: 10), [])
      let whole = EventSelection(since: start, until: start + .days(1))
      try expectEqual(try await bench.store.instances(whole, limit: 10).count, 3)
      try expectEqual(try await bench.store.instances(whole, limit: 2).count, 2)
      var words = range
      words.words = ["started"]
      try expectEqual(try await bench.store.instances(words, limit: 10), spans)
      words.words = ["completed"]
      try expectEqual(try await bench.store.instances(words, limit: 10), [])
    },
    Check("instances that are asked for by their events are those that have such events") { place in
      let bench = try await StoreBench(place)
      let other = try await bench.store.openSource(.sample("work"), at: ManualClock.start).source.id
      let start = ManualClock.start
      func film(
        _ minute: Int64, _ status: String, _ origin: String = "https://app.example/",
        _ service: Service = .pushMessaging
      ) -> [LoggedEvent] {
        let end = service == .pushMessaging ? "Push event completed" : "Sync completed"
        return [
          .sample(
            service == .pushMessaging ? "Push message received" : "Registered sync", service,
            at: start + .minutes(minute), instance: "film", origin: origin, ["Success": "Yes"]),
          .sample(
            end, service, at: start + .minutes(minute) + .seconds(1), instance: "film",
            origin: origin, ["Status": status]),
        ]
      }
      try await bench.write(film(0, "Success") + film(1, "Timeout") + film(2, "Success"))
      try await bench.write(film(1, "Success", "https://b.example/"))
      try await bench.write(film(1, "succeeded", "https://app.example/", .backgroundSync))
      try await bench.write(film(1, "Success").map { .event($0) }, of: other)
      let range = EventSelection(since: start, until: start + .hours(1))
      for narrow in [
        EventSelection(outcomes: [.failed]), EventSelection(words: ["timeout"]),
        EventSelection(outcomes: [.failed], words: ["timeout"]),
      ] {
        var selection = narrow
        (selection.since, selection.until) = (range.since, range.until)
        let spans = try await bench.store.instances(selection, limit: 10)
        try expectEqual(spans.map(\.first), [start + .minutes(1)])
        try expectEqual(spans.map(\.outcome), [.failed])
        try expectEqual(spans.map(\.events), [2])
      }
      try expectEqual(try await bench.store.instances(range, limit: 10).count, 6)
    },
    Check("an id that is used again is another instance") { place in
      let bench = try await StoreBench(place)
      let start = ManualClock.start
      let moments = [start, start + .hours(1), start + .hours(2)]
      try await bench.write(moments.flatMap { LoggedEvent.sync(at: $0, tag: "outbox") })
      let spans = try await bench.store.instances(
        EventSelection(since: start + .minutes(30), until: start + .minutes(90)), limit: 10)
      try expectEqual(spans.map(\.first), [moments[1]])
      try expectEqual(spans.map(\.last), [moments[1] + Interval(micros: 60_000)])
      try expectEqual(spans.map(\.outcome), [.ok])
    },
  ]
}
