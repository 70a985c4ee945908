import Foundation
import OffstageCore
import Testing

@Suite(.timeLimit(.minutes(3))) struct StateRoutesTests {
  @Test func `the index lists every route`() async throws {
    try await Bench.with { bench in
      for path in ["/api/v1/", "/api/v1"] {
        let answer = try await bench.ask("GET", path)
        #expect(try answer.json["name"] as? String == "offstage")
        #expect(try answer.json["version"] as? String == "1.2.3")
        let routes = try answer.list("routes").map { "\($0["method"] ?? "") \($0["path"] ?? "")" }
        #expect(
          routes == [
            "GET /api/v1/openapi.json",
            "GET /api/v1/events", "GET /api/v1/events/pieces", "DELETE /api/v1/events",
            "GET /api/v1/events/{id}",
            "GET /api/v1/events/{id}/worker", "GET /api/v1/operations",
            "GET /api/v1/operations/{id}", "GET /api/v1/operations/{id}/scenario",
            "GET /api/v1/findings", "GET /api/v1/findings/count", "GET /api/v1/findings/elsewhere",
            "GET /api/v1/findings/operations",
            "GET /api/v1/filter",
            "GET /api/v1/histogram",
            "GET /api/v1/instances",
            "GET /api/v1/stream",
            "GET /api/v1/sources", "GET /api/v1/services", "GET /api/v1/gaps",
            "GET /api/v1/recording", "PUT /api/v1/recording/{service}",
            "POST /api/v1/recording/renew", "GET /api/v1/workers", "GET /api/v1/triggers",
            "GET /api/v1/triggers/{id}", "POST /api/v1/triggers", "GET /api/v1/export",
            "POST /api/v1/downloads",
            "GET /api/v1/downloads/{code}", "POST /api/v1/imports", "POST /api/v1/doctor",
            "GET /api/v1/notifications", "GET /api/v1/push/subscriptions",
            "GET /api/v1/push/messages",
          ])
      }
    }
  }

  @Test func `sources tell where they live`() async throws {
    try await Bench.with { bench in
      let source = try await bench.openSource("default")
      let listed = try await bench.ask("GET", "/api/v1/sources").list("sources")
      let first = try #require(listed.first)
      #expect(first["id"] as? String == source.id.description)
      #expect(first["name"] as? String == "default")
      #expect(first["kind"] as? String == "profile")
      #expect((first["place"] as? [String: Any])?["profileDir"] as? String == "Default")
      #expect(first["browser"] as? String == "Chrome/156.0.8078.79")
      #expect(first["keepMicros"] as? Int == 30 * 86_400_000_000)
      #expect(first["createdMicros"] as? Int == Int(Bench.start.micros))
    }
  }

  @Test func `services tell counts, wishes, leases and replays`() async throws {
    try await Bench.with { bench in
      let source = try await bench.openSource("default")
      try await bench.write([event(0)], to: source)
      let token = ObservationToken(rawValue: 1)
      _ = try await bench.store.write(
        [
          SourceWrites(
            source: source.id,
            writes: [
              .observationBegan(
                token, .backgroundSync, browser: "Chrome/156", transport: "pipe", at: Bench.start),
              .serviceState(
                .backgroundSync,
                ServiceStateChange(
                  isRecording: true, lease: Lease(lastRenewal: Bench.start),
                  seenUntil: Bench.start)),
              .replayEnded(
                token, .backgroundSync,
                ReplaySummary(events: 7, duration: Interval(micros: 1500), ended: Bench.start)),
            ])
        ], receivedUntil: Bench.start)
      #expect(try await bench.ask("GET", "/api/v1/services").list("services").count == 6)
      let answer = try await bench.ask("GET", "/api/v1/services?service=sync&source=default")
      let sync = try #require(try answer.list("services").first)
      #expect(try answer.list("services").count == 1)
      #expect(sync["service"] as? String == "backgroundSync")
      #expect(sync["count"] as? Int == 1)
      #expect(sync["isHeld"] as? Bool == false)
      #expect(sync["wanted"] as? Bool == true)
      #expect(sync["wantedBy"] is NSNull)
      #expect(sync["isRecording"] as? Bool == true)
      let lease = try #require(sync["lease"] as? [String: Any])
      #expect(lease["renewed"] as? String == "2026-11-22T14:02:09.837642Z")
      #expect(lease["expires"] as? String == "2026-11-25T14:02:09.837642Z")
      let replay = try #require(sync["lastReplay"] as? [String: Any])
      #expect(replay["events"] as? Int == 7)
      #expect(replay["durationMicros"] as? Int == 1500)
      #expect(sync["seenUntil"] as? String == "2026-11-22T14:02:09.837642Z")
      #expect(sync["clearedUpTo"] is NSNull)
      #expect(sync["suppressed"] as? Int == 0)
    }
  }

  @Test func `whether a recorder has a source is told of each of its services`() async throws {
    try await Bench.with { bench in
      let source = try await bench.openSource("one")
      _ = try await bench.openSource("other")
      let lock = try bench.locks.lock(source)
      for path in ["services", "recording"] {
        let all = try await bench.ask("GET", "/api/v1/\(path)").list(path)
        let held = all.filter { $0["isHeld"] as? Bool == true }
        #expect((all.count, held.count) == (12, 6))
        #expect(held.allSatisfy { ($0["source"] as? [String: Any])?["name"] as? String == "one" })
      }
      withExtendedLifetime(lock) {}
    }
  }

  @Test func `gaps say in a sentence what was missed`() async throws {
    try await Bench.with { bench in
      let source = try await bench.openSource("default")
      _ = try await bench.store.write(
        [
          SourceWrites(
            source: source.id,
            writes: [
              .gapOpened(
                .pushMessaging, .leaseExpired, from: Bench.start, to: Bench.start + .hours(1), .yes),
              .gapOpened(.backgroundSync, .turnedOff, from: Bench.start, to: nil, .unknown),
            ])
        ], receivedUntil: Bench.start)
      let gaps = try await bench.ask("GET", "/api/v1/gaps?service=push").list("gaps")
      let gap = try #require(gaps.first)
      #expect(gaps.count == 1)
      #expect(gap["service"] as? String == "pushMessaging")
      #expect(gap["fromMicros"] as? Int == Int(Bench.start.micros))
      #expect(gap["to"] as? String == "2026-11-22T15:02:09.837642Z")
      #expect(gap["reason"] as? String == "leaseExpired")
      #expect(gap["browserRan"] as? String == "yes")
      #expect(gap["sentence"] as? String == Gap.Reason.leaseExpired.sentence)
      let open = try await bench.ask("GET", "/api/v1/gaps?since=2026-11-23").list("gaps")
      #expect(open.map { $0["reason"] as? String } == ["turnedOff"])
      #expect(open.first?["toMicros"] is NSNull)
      #expect(try await bench.ask("GET", "/api/v1/gaps?origin=https://a.example").status == 400)
    }
  }
}
