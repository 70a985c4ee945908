import CDP
import Foundation
import OffstageTesting
import Testing

extension BrowserTests {
  /// Web Push from `subscribe()` to the notification, in an unmodified browser.
  @Suite struct RealPushTests {
    private static let whole = [
      "Push message received", "Push event dispatched", "Push event completed",
    ]

    @Test(.timeLimit(.minutes(5)))
    func `an encrypted and signed push reaches the worker, and every hop of it is known`()
      async throws
    {
      try await withScene { scene, program in
        #expect(scene.endpoint.hasPrefix("http://127.0.0.1:"))
        let id = try await scene.send("hello")
        #expect(try await scene.events(of: id) == Self.whole)
        let events = try await scene.bench.json("events", "tag:\"\(id)\"", "--json")
        #expect("\(events)".contains("hello"))
        try await scene.acknowledged(id)
        let list = try #require(events["events"] as? [[String: Any]])
        let operation = try #require(list.first?["operationId"] as? Int)
        let story = try await scene.bench.ask("/api/v1/operations/\(operation)", of: program)
        let push = try #require(story["push"] as? [String: Any])
        let hops = try #require(push["hops"] as? [[String: Any]])
        #expect(
          hops.compactMap { $0["name"] as? String } == [
            "Posted to the push service", "Sent to the browser", "Acknowledged by the browser",
          ])
        let older = try await scene.send("in the older encoding", "--encoding", "aesgcm")
        #expect(try await scene.events(of: older) == Self.whole)
      }
    }

    @Test(.timeLimit(.minutes(5)))
    func `a trigger sends one without the site's key, and says what came of it`() async throws {
      try await withScene { scene, _ in
        let sent = try await scene.bench.trigger("push", "--real", "--text", "by Offstage")
        #expect(sent.verdict == "done")
        let ids = try await scene.ends().keys
        let id = try #require(ids.first)
        #expect(ids.count == 1)
        try await scene.acknowledged(id)
        #expect(try await scene.events(of: id) == Self.whole)
        #expect(
          try await scene.bench.names(of: sent) == [
            "Push event dispatched", "Push event completed",
          ])
        _ = try await scene.inPage(
          "ready.then(r => r.pushManager.getSubscription())"
            + ".then(s => s.unsubscribe()).then(String)")
        let refused = try await scene.bench.trigger("push", "--real", "--empty")
        #expect(refused.verdict == "failed")
        #expect(refused.reason == "The worker has no push subscription.")
      }
    }

    @Test(.timeLimit(.minutes(5)))
    func `pages and workers see the endpoint, also when the worker has been stopped`() async throws
    {
      try await withScene { scene, program in
        for _ in 0..<2 {
          let seen = try await scene.seenInWorker()
          #expect(seen == scene.endpoint)
          #expect(try await scene.bench.trigger("worker", "stop").status == .exited(0))
          // A worker that is started for a push is let go.
          let id = try await scene.send("after a stop")
          #expect(try await scene.events(of: id) == Self.whole)
        }
      }
    }

    @Test(.timeLimit(.minutes(5)))
    func `what a sender does wrong is said, and an end of the subscription too`() async throws {
      try await withScene { scene, _ in
        let other = try #require(
          try await scene.bench.json("push", "vapid", "--json")["privateKey"] as? String)
        let refused = try await scene.post("x", key: other)
        #expect(refused.status == .exited(1))
        #expect(refused.output.contains("\"status\":403"))
        _ = try await scene.inPage(
          "ready.then(r => r.pushManager.getSubscription())"
            + ".then(s => s.unsubscribe()).then(String)")
        try await eventually("the subscription's end") {
          try await scene.post("x").output.contains("\"status\":410")
        }
        let messages = try await scene.bench.run("push", "messages", "--refused")
        #expect(messages.output.contains("subscription-gone"))
      }
    }

    @Test(.timeLimit(.minutes(5)))
    func `a push that shows nothing makes the browser show its own notification`() async throws {
      try await withScene { scene, _ in
        _ = try await scene.inPage("location.assign('about:blank'); 'gone'")
        let id = try await scene.send("silent")
        try await eventually("the generic notification", within: .seconds(60)) {
          try await scene.names(of: id).contains("Generic notification shown")
        }
      }
    }

    @Test(.timeLimit(.minutes(5)))
    func `faults that are asked for reach the worker, and the findings say whose they are`()
      async throws
    {
      try await withScene { scene, _ in
        try await scene.ask("fault", "duplicate:times=1")
        let twice = try await scene.send("twice")
        _ = try await scene.events(of: twice)
        let copy = try #require(
          try await scene.messages().last { $0["injected"] as? String == "copy" }?["id"] as? String)
        #expect(try await scene.events(of: copy) == Self.whole)
        try await scene.ask("fault", "reorder:times=1")
        let late = try await scene.send("late")
        let early = try await scene.send("early")
        #expect(try await scene.events(of: late) == Self.whole)
        #expect(try await scene.events(of: early) == Self.whole)
        let order = try await scene.bench.json(
          "events", "event:\"Push message received\"", "--json")
        let ids = (order["events"] as? [[String: Any]] ?? []).compactMap {
          $0["instanceId"] as? String
        }
        #expect(ids.suffix(2) == [early, late])
        try await scene.ask("expire", scene.endpoint)
        #expect(try await scene.post("x").output.contains("\"status\":410"))
        let explained = try await scene.bench.json("explain", "service:push", "--json")
        let findings = explained["findings"] as? [[String: Any]] ?? []
        let rules = Set(findings.compactMap { $0["rule"] as? String })
        #expect(rules == ["push-fault-injected", "push-endpoint-gone"])
        // Which browser it is was found out before its first page.
        #expect(findings.allSatisfy { $0["source"] is [String: Any] })
      }
    }

    @Test(.timeLimit(.minutes(8)))
    func `while the browser is down messages wait, as their TTL and their topic say`() async throws
    {
      try await Bench.with { bench in
        try await LoopbackSite.with(PushScene.site) { site in
          let service = try bench.start("push", "serve", "--push-port", "0")
          try await service.line("Start a Chromium")
          let first = try await bench.openPush(site)
          let scene = try await PushScene(bench, site, in: "push")
          try await first.interrupt()
          let atOnce = try await scene.send("now or never", "--ttl", "0")
          let replaced = try await scene.send("old", "--ttl", "600", "--topic", "news")
          let kept = try await scene.send("new", "--ttl", "600", "--topic", "news")
          try await eventually("the end of the one that can't wait") {
            try await scene.ends()[atOnce] == "expired"
          }
          let second = try await bench.openPush(site)
          #expect(try await scene.events(of: kept) == Self.whole)
          try await scene.acknowledged(kept)
          #expect(try await scene.ends()[replaced] == "replaced")
          #expect(try await scene.names(of: replaced) == [])
          try await second.interrupt()
          try await service.interrupt()
        }
      }
    }

    @Test(.timeLimit(.minutes(8)))
    func `when the service is killed another takes its place, and nothing is lost or comes twice`()
      async throws
    {
      try await Bench.with { bench in
        try await LoopbackSite.with(PushScene.site) { site in
          let service = try bench.start("push", "serve", "--push-port", "0")
          try await service.line("Start a Chromium")
          let browser = try await bench.openPush(site)
          let scene = try await PushScene(bench, site, in: "push")
          var ids = [try await scene.send("before", "--ttl", "600")]
          _ = try await scene.events(of: ids[0])
          try await service.killNow()
          try await eventually("the next service", within: .seconds(20)) {
            guard let id = try? await scene.send("after", "--ttl", "600") else { return false }
            ids.append(id)
            return true
          }
          for id in ids { #expect(try await scene.events(of: id) == Self.whole) }
          try await browser.interrupt()
        }
      }
    }

    @Test(.timeLimit(.minutes(3)))
    func `stopping, or a browser that dies, while its push client starts ends open all the same`()
      async throws
    {
      try await Bench.with { bench in
        let stopped = try await bench.open("--ephemeral", "--headless", "--push")
        try await stopped.interrupt()
        let killed = try await bench.open("--ephemeral", "--headless", "--push")
        for pid in RunningBrowsers.pids(under: bench.folder) { kill(pid, SIGKILL) }
        #expect(try await killed.end() == .exited(3))
      }
    }

    private func withScene(
      _ body: @Sendable (PushScene, RunningProgram) async throws -> Void
    ) async throws {
      try await Bench.with { bench in
        try await LoopbackSite.with(PushScene.site) { site in
          let program = try await bench.openPush(site)
          try await body(try await PushScene(bench, site, in: "push"), program)
          try await program.interrupt()
        }
      }
    }
  }
}
