import CDP
import Foundation
import OffstageTesting
import Testing

extension BrowserTests {
  /// Web Push into an unmodified Firefox.
  ///
  /// One after the other: a Firefox takes half a gigabyte.
  @Suite(
    .serialized,
    .enabled(
      if: FirefoxScene.isThere,
      "NOT RUN: there is no Firefox on this machine (Debian: apt install firefox-esr)"))
  struct RealFirefoxTests {
    private static let whole = ["Push message sent", "Push message acknowledged"]

    @Test(.timeLimit(.minutes(5)))
    func `an encrypted and signed push reaches the worker, and every hop of it is known`()
      async throws
    {
      try await FirefoxScene.with { scene in
        let program = try await scene.subscribed("--ephemeral")
        #expect(try scene.endpoint.hasPrefix("http://127.0.0.1:"))
        for (text, options) in [("hello", [String]()), ("older", ["--encoding", "aesgcm"])] {
          let answer = try await scene.post(text, options)
          #expect(answer.status == .exited(0))
          #expect(try await scene.told.first("push \(text)") == " pages 1")
          _ = try await scene.told.first("shown \(text)")
        }
        let id = try await scene.send("once more")
        #expect(try await scene.events(of: id, until: Self.whole[1]) == Self.whole)
        let operation = try await scene.operation(of: id)
        #expect(operation["state"] as? String == "delivered")
        #expect(operation["origin"] as? String == scene.site.origin)
        #expect((operation["source"] as? [String: Any])?["name"] as? String == "ephemeral-firefox")
        let story = try await scene.bench.ask(
          "/api/v1/operations/\(operation["id"] as? Int ?? 0)", of: program)
        let push = try #require(story["push"] as? [String: Any])
        let hops = try #require(push["hops"] as? [[String: Any]])
        #expect(
          hops.compactMap { $0["name"] as? String } == [
            "Posted to the push service", "Sent to the browser",
            "Acknowledged by the browser: given to the worker (100)",
          ])
        let events = try await scene.bench.events()
        #expect(events.allSatisfy { $0.capture == "push" })
        try await program.interrupt()
        let left = try FileManager.default.contentsOfDirectory(
          atPath: scene.bench.data + "/ephemeral")
        #expect(left == [])
      }
    }

    @Test(.timeLimit(.minutes(5)))
    func `what goes wrong in Firefox is told: what can't be decrypted, and a handler that fails`()
      async throws
    {
      try await FirefoxScene.with { scene in
        let program = try await scene.subscribed("--ephemeral")
        let failed = try await scene.send("fail")
        let names = try await scene.events(of: failed, until: "Push event failed")
        #expect(names == Self.whole + ["Push event failed"])
        #expect(try await scene.operation(of: failed)["state"] as? String == "failed")
        // Encrypted for the keys of nobody.
        let mine = try String(contentsOfFile: scene.file, encoding: .utf8)
        let secret = try #require(mine.firstRange(of: "\"auth\":\""))
        let end = try #require(mine[secret.upperBound...].firstIndex(of: "\""))
        try mine.replacingCharacters(in: secret.upperBound..<end, with: "AAAAAAAAAAAAAAAAAAAAAA")
          .write(toFile: scene.file, atomically: true, encoding: .utf8)
        let sealed = try await scene.send("for nobody")
        #expect(try await scene.events(of: sealed, until: Self.whole[1]) == Self.whole)
        #expect(try await scene.operation(of: sealed)["state"] as? String == "failed")
        let events = try await scene.bench.json("events", "tag:\"\(sealed)\"", "--json")
        #expect("\(events)".contains("Could not be decrypted"))
        #expect(!scene.told.all.contains { $0.contains("for nobody") })
        try await program.interrupt()
      }
    }

    @Test(.timeLimit(.minutes(5)))
    func `with its page closed the worker is woken, and an unsubscription is the end`() async throws
    {
      try await FirefoxScene.with { scene in
        let program = try await scene.subscribed("--ephemeral")
        _ = try await scene.send("leave")
        try await eventually("the end of the page", within: .seconds(60)) {
          _ = try await scene.send("still")
          return scene.told.all.contains { $0.hasPrefix("push still pages") }
        }
        _ = try await scene.send("unsubscribe")
        #expect(try await scene.told.first("unsubscribed ") == "true")
        try await eventually("the subscription's end") {
          try await scene.post("x").output.contains("\"status\":410")
        }
        let list = try await scene.bench.json("push", "subscriptions", "--all", "--json")
        #expect("\(list)".contains("unsubscribed"))
        try await program.interrupt()
      }
    }

    @Test(.timeLimit(.minutes(5)))
    func `whether its pushes are recorded is turned off and on, and said`() async throws {
      try await FirefoxScene.with { scene in
        let program = try await scene.subscribed("--ephemeral")
        for (word, isOn) in [("off", false), ("on", true)] {
          let answer = try await scene.bench.json("record", word, "--service", "push", "--json")
          let status = try #require((answer["services"] as? [[String: Any]])?.first)
          #expect(status["isHeld"] as? Bool == true)
          #expect(status["isRecording"] as? Bool == isOn)
          let gaps = try await scene.bench.gaps()
          #expect(gaps.map(\.reason) == ["switchedOff"] && gaps.allSatisfy { $0.isOpen != isOn })
          _ = try await scene.send(word)
          _ = try await scene.told.first("shown \(word)")
          try await eventually("the ends") {
            try await scene.ends().values.allSatisfy { $0 == "acknowledged" }
          }
          #expect(try await scene.bench.events().map(\.name) == (isOn ? Self.whole : []))
        }
        let status = try await scene.bench.run("record", "status")
        #expect(status.output.contains("not of this browser"))
        try await program.interrupt()
      }
    }

    @Test(.timeLimit(.minutes(8)))
    func `while it is down messages wait, as their TTL and their topic say`() async throws {
      try await FirefoxScene.with { scene in
        let service = try scene.bench.start("push", "serve", "--push-port", "0")
        try await service.line("Start a Firefox")
        let first = try await scene.subscribed()
        #expect(try await scene.told.first("known ") == "none")
        try await first.interrupt()
        let atOnce = try await scene.send("now or never", "--ttl", "0")
        let replaced = try await scene.send("old", "--ttl", "600", "--topic", "news")
        let kept = try await scene.send("new", "--ttl", "600", "--topic", "news")
        try await eventually("the end of the one that can't wait") {
          try await scene.ends()[atOnce] == "expired"
        }
        let seen = scene.told.all.count
        let second = try await scene.subscribed()
        #expect(try await scene.told.first("known ", from: seen) == scene.endpoint)
        #expect(try await scene.events(of: kept, until: Self.whole[1]) == Self.whole)
        _ = try await scene.told.first("push new")
        try await scene.acknowledged(kept)
        #expect(try await scene.ends()[replaced] == "replaced")
        #expect(!scene.told.all.contains { $0.hasPrefix("push old") || $0.hasPrefix("push now") })
        try await second.interrupt()
        try await service.interrupt()
      }
    }

    @Test(.timeLimit(.minutes(8)))
    func `when the service is killed another takes its place, and nothing is lost or comes twice`()
      async throws
    {
      try await FirefoxScene.with { scene in
        let service = try scene.bench.start("push", "serve", "--push-port", "0")
        try await service.line("Start a Firefox")
        let program = try await scene.subscribed("--ephemeral")
        _ = try await scene.send("before", "--ttl", "600")
        _ = try await scene.told.first("push before")
        try await service.killNow()
        try await eventually("the next service", within: .seconds(20)) {
          (try? await scene.send("after", "--ttl", "600")) != nil
        }
        _ = try await scene.told.first("push after")
        try await eventually("the ends") {
          try await scene.ends().values.allSatisfy { $0 == "acknowledged" }
        }
        #expect(scene.told.all.count { $0.hasPrefix("push ") } == 2)
        try await program.interrupt()
      }
    }

    @Test(.timeLimit(.minutes(8)))
    func `a Firefox that is killed before it has acknowledged gets everything once it is back`()
      async throws
    {
      try await FirefoxScene.with { scene in
        let service = try scene.bench.start("push", "serve", "--push-port", "0")
        try await service.line("Start a Firefox")
        // What it has subscribed to is saved at the latest at its end.
        try await scene.subscribed().interrupt()
        let killed = try await scene.subscribed()
        let browser = RunningBrowsers.pids(under: scene.bench.folder)
        for pid in browser { kill(pid, SIGSTOP) }
        let texts = (1...5).map { "unread \($0)" }
        var ids: [String] = []
        for text in texts { ids.append(try await scene.send(text, "--ttl", "600")) }
        for pid in browser { kill(pid, SIGKILL) }
        #expect(try await killed.end() == .exited(3))
        let back = try await scene.subscribed()
        for text in texts { _ = try await scene.told.first("push \(text) ") }
        for id in ids { try await scene.acknowledged(id) }
        try await back.interrupt()
        for text in texts {
          #expect(scene.told.all.count { $0.hasPrefix("push \(text) ") } == 1)
        }
        for id in ids {
          #expect(try await scene.names(of: id).count { $0 == Self.whole[1] } == 1)
        }
        try await service.interrupt()
      }
    }

    @Test(.timeLimit(.minutes(8)))
    func `a Firefox and a Chromium on one service get what is sent to them and nothing else`()
      async throws
    {
      try await FirefoxScene.with { firefox in
        try await LoopbackSite.with(PushScene.site) { site in
          let service = try firefox.bench.start("push", "serve", "--push-port", "0")
          try await service.line("Start a Firefox")
          let programs = [
            try await firefox.subscribed("--ephemeral"), try await firefox.bench.openPush(site),
          ]
          let chromium = try await PushScene(firefox.bench, site, in: "push")
          let first = try await firefox.send("to Firefox")
          let second = try await chromium.send("to Chromium")
          #expect(try await firefox.events(of: first, until: Self.whole[1]) == Self.whole)
          #expect(try await chromium.events(of: second).last == "Push event completed")
          #expect(try await chromium.sources(of: second) == ["push"])
          #expect(try await firefox.sources(of: first).isDisjoint(with: ["push"]))
          for program in programs { try await program.interrupt() }
          #expect(firefox.told.all.filter { $0.hasPrefix("push ") } == ["push to Firefox pages 1"])
          try await service.interrupt()
        }
      }
    }

    @Test(
      .enabled(if: Pywebpush.isThere, Pywebpush.why), .timeLimit(.minutes(5)),
      arguments: ["aes128gcm", "aesgcm"])
    func `what pywebpush encrypts, signs and posts reaches the worker of Firefox`(
      _ encoding: String
    ) async throws {
      try await FirefoxScene.with { scene in
        let program = try await scene.subscribed("--ephemeral")
        let id = try await Pywebpush.post("from python, with snow ☃", to: scene, encoding)
        _ = try await scene.told.first("push from python, with snow ☃ ")
        #expect(try await scene.events(of: id, until: Self.whole[1]) == Self.whole)
        try await program.interrupt()
      }
    }

    @Test(.timeLimit(.minutes(3)))
    func `a Firefox that dies ends open, and one that is stopped leaves no process`() async throws {
      try await FirefoxScene.with { scene in
        let killed = try await scene.subscribed("--ephemeral")
        for pid in RunningBrowsers.pids(under: scene.bench.folder) { kill(pid, SIGKILL) }
        #expect(try await killed.end() == .exited(3))
        let stopped = try await scene.subscribed("--ephemeral")
        try await stopped.interrupt()
        #expect(await RunningBrowsers.remaining(under: scene.bench.folder) == [])
      }
    }
  }
}
