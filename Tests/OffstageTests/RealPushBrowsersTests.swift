import CDP
import Foundation
import OffstageTesting
import Testing

extension BrowserTests {
  /// Web Push with several browsers, without a page, with a browser that dies, and from a library that
  /// others wrote.
  @Suite struct RealPushBrowsersTests {
    private static let whole = [
      "Push message received", "Push event dispatched", "Push event completed",
    ]

    @Test(.timeLimit(.minutes(8)))
    func `three browsers on one service get what is sent to them and nothing else`() async throws {
      try await withService { bench, site in
        var scenes: [(name: String, program: RunningProgram, scene: PushScene)] = []
        for name in ["one", "two", "three"] {
          let program = try await bench.openPush(site, in: name)
          scenes.append((name, program, try await PushScene(bench, site, in: name)))
        }
        #expect(Set(scenes.map(\.scene.endpoint)).count == 3)
        var sent: [(to: String, id: String, scene: PushScene)] = []
        for round in 1...2 {
          for (name, _, scene) in scenes {
            sent.append((name, try await scene.send("\(name) \(round)"), scene))
          }
        }
        for (name, id, scene) in sent {
          #expect(try await scene.events(of: id) == Self.whole)
          #expect(try await scene.sources(of: id) == [name])
        }
        // One that goes takes nothing from the others.
        try await scenes[0].program.interrupt()
        let later = try await scenes[1].scene.send("later")
        #expect(try await scenes[1].scene.events(of: later) == Self.whole)
        for (_, program, _) in scenes.dropFirst() { try await program.interrupt() }
      }
    }

    @Test(.timeLimit(.minutes(5)))
    func `a push comes without any tab, and wakes a worker that does not run`() async throws {
      try await withService { bench, site in
        let program = try await bench.openPush(site)
        let scene = try await PushScene(bench, site, in: "push")
        #expect(try await bench.trigger("worker", "stop").status == .exited(0))
        try await scene.closeAllPages()
        let id = try await scene.send("to nobody's sight")
        try await scene.acknowledged(id)
        try program.expectRunning()
        try await program.interrupt()
        #expect(try await scene.events(of: id) == Self.whole)
      }
    }

    @Test(.timeLimit(.minutes(8)))
    func `a browser that is killed before it has acknowledged gets everything once it is back`()
      async throws
    {
      try await withService { bench, site in
        let first = try await bench.openPush(site)
        let scene = try await PushScene(bench, site, in: "push")
        // A subscription that is seconds old is not yet saved.
        try await first.interrupt()
        let second = try await bench.openPush(site)
        let before = try await scene.send("before")
        #expect(try await scene.events(of: before) == Self.whole)
        let browser = RunningBrowsers.pids(under: bench.folder)
        for pid in browser { kill(pid, SIGSTOP) }
        // Sent to it, and read by nobody.
        var ids: [String] = []
        for number in 1...10 {
          ids.append(try await scene.send("push \(number)", "--ttl", "600"))
        }
        #expect(try await Set(scene.ends().filter { ids.contains($0.key) }.values) == [""])
        for pid in browser { kill(pid, SIGKILL) }
        #expect(try await second.end() == .exited(3))
        let third = try await bench.openPush(site)
        for id in ids { #expect(try await scene.events(of: id) == Self.whole) }
        for id in ids { try await scene.acknowledged(id) }
        #expect(try await scene.names(of: before) == Self.whole)
        try await third.interrupt()
        // What the log has at the end: none came twice.
        for id in ids { #expect(try await scene.names(of: id) == Self.whole) }
      }
    }

    @Test(
      .enabled(if: Pywebpush.isThere, Pywebpush.why), .timeLimit(.minutes(5)),
      arguments: ["aes128gcm", "aesgcm"])
    func `what pywebpush encrypts, signs and posts reaches the worker`(
      _ encoding: String
    ) async throws {
      try await withService { bench, site in
        let program = try await bench.openPush(site)
        let scene = try await PushScene(bench, site, in: "push")
        let id = try await Pywebpush.post("from python, with snow ☃", to: scene, encoding)
        #expect(try await scene.events(of: id) == Self.whole)
        let events = try await bench.json("events", "tag:\"\(id)\"", "--json")
        #expect("\(events)".contains("from python, with snow"))
        try await program.interrupt()
      }
    }

    /// The service is a process of its own, which no browser's end touches.
    private func withService(
      _ body: @Sendable (Bench, LoopbackSite) async throws -> Void
    ) async throws {
      try await Bench.with { bench in
        try await LoopbackSite.with(PushScene.site) { site in
          let service = try bench.start("push", "serve", "--push-port", "0")
          try await service.line("Start a Chromium")
          try await body(bench, site)
          try await service.interrupt()
        }
      }
    }
  }
}
