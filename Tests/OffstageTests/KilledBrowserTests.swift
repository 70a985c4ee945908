import CDP
import Foundation
import OffstageTesting
import Testing

extension BrowserTests {
  /// `kill -9` of the browser.
  @Suite struct KilledBrowserTests {
    @Test(.timeLimit(.minutes(2)))
    func `attach finds a browser again that was killed and restarted, and has everything`()
      async throws
    {
      try await Bench.with { bench in
        try await LoopbackSite.with(Sites.pages) { site in
          let folder = bench.folder + "/browser"
          let first = try await Chromium.start(folder)
          let program = try await bench.attach(first)
          try await Client.with(port: first.port) { client in
            let worker = try await client.openWorker(site)
            try await worker.push(200)
            // The browser writes late that it is to record; a crash before that is another story.
            try await eventually("the lease in the Preferences", within: .seconds(60)) {
              let reader = ProfileReader(userDataDir: folder, profileDirectory: "Default")
              return (try? reader.leases())?.count == 6
            }
            // In the middle of a storm, which ends with it.
            let storm = Task { try await worker.pushForever(from: 1000) }
            try await bench.stored(atLeast: 1000)
            try await first.kill()
            await #expect(throws: (any Error).self) { try await storm.value }
          }
          try await program.says("waiting for it to come back")

          try await Chromium.with(folder, port: first.port) { browser in
            try await Client.with(port: browser.port) { client in
              // Recorded by nobody but the browser, if attach is not back yet.
              try await client.openWorker(site).push(100, from: 300)
              try await eventually("attach is back", within: .seconds(30)) {
                program.errors.value.lines.filter { $0.contains("Recording “") }.count == 2
              }
              try await client.openWorker(site).push(50, from: 400)
              // How many ends of pushes the kill has swallowed nobody knows.
              var log: [String] = []
              try await eventually("a log that stands still") {
                let replay = try await client.replay()
                defer { log = replay }
                return replay.count == log.count && replay.contains { $0.contains("=push 449") }
              }
              try await bench.stored(atLeast: log.count)
              let stored = try await bench.events().map(\.key).counted
              let lost = log.counted.filter { stored[$0.key] != $0.value }
              #expect(lost.isEmpty, "lost: \(lost.keys.sorted().prefix(10))")
              #expect(stored.values.allSatisfy { $0 == 1 })
              #expect(!(try await bench.gaps().contains { $0.reason == "wiped" }))
            }
          }
          try await program.interrupt()
          #expect(try await bench.isSound())
        }
      }
    }

    @Test(.timeLimit(.minutes(2)))
    func `a browser that died before it had saved that it records is recorded again, with a gap`()
      async throws
    {
      try await Bench.with { bench in
        try await LoopbackSite.with(Sites.pages) { site in
          let folder = bench.folder + "/browser"
          let first = try await Chromium.start(folder)
          let program = try await bench.attach(first)
          // What it has not confirmed it may never have begun.
          try await eventually("six services on") { try await bench.servicesOn() == 6 }
          try await first.kill()
          try forgetLeases(of: folder)
          try await program.says("waiting for it to come back")
          try await Chromium.with(folder, port: first.port) { browser in
            try await eventually("six gaps") {
              try await bench.gaps().filter { $0.reason == "crash" && !$0.isOpen }.count == 6
            }
            try await Client.with(port: browser.port) { client in
              try await client.openWorker(site).push(5)
              try await bench.expectEqual(client, atLeast: 10)
            }
          }
          #expect(try await bench.gaps().count == 6)
          // It waits for the browser, and ends well all the same.
          try await program.interrupt()
        }
      }
    }

    /// The browser writes late that it is to record, at a time of its own: it may just have done so.
    private func forgetLeases(of userDataDir: String) throws {
      let file = URL(fileURLWithPath: "\(userDataDir)/Default/Preferences")
      guard let data = try? Data(contentsOf: file) else { return }
      var root = try JSONSerialization.jsonObject(with: data) as? [String: Any] ?? [:]
      root["devtools"] = nil
      try JSONSerialization.data(withJSONObject: root).write(to: file, options: .atomic)
      let reader = ProfileReader(userDataDir: userDataDir, profileDirectory: "Default")
      #expect(try reader.leases().isEmpty)
    }

    @Test(.timeLimit(.minutes(3)))
    func `a browser that the person closes ends open well`() async throws {
      try await Bench.with { bench in
        let program = try await bench.open("--ephemeral", "--remote-debugging-port", "0")
        let profile = try #require(bench.ephemeralFolders.first)
        let endpoint = try await Endpoint.discover(
          userDataDir: "\(bench.data)/ephemeral/\(profile)")
        try await Client.with(port: endpoint.port) { client in
          _ = try? await client.connection.call(Browser.Close())
        }
        #expect(try await program.end() == .exited(0))
        #expect(bench.ephemeralFolders == [])
      }
    }

    @Test(.timeLimit(.minutes(2)))
    func `open says that its browser was killed, ends with 3, and the next open catches up`()
      async throws
    {
      try await Bench.with { bench in
        try await LoopbackSite.with(Sites.pages) { site in
          let profile = bench.path(ofProfile: "work")
          let program = try await bench.open(
            "--profile", "work", "--jsonl", site.origin + "/sync")
          try await program.line(#""eventName":"Sync completed""#)
          let before = try await bench.events()
          for pid in RunningBrowsers.pids(under: profile) { kill(pid, SIGKILL) }
          #expect(try await program.end() == .exited(3))
          let errors = program.errors.value.lines
          #expect(errors.contains { $0.hasPrefix("offstage: The browser ") }, "\(errors)")
          #expect(try await Set(before).isSubset(of: bench.events()))

          let next = try await bench.open("--profile", "work", "--jsonl", site.origin + "/sync")
          try await next.line(#""eventName":"Sync completed""#)
          try await next.interrupt()
          try await bench.expectWhole(profile)
        }
      }
    }
  }
}
