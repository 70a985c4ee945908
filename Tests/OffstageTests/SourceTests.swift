import CDP
import Foundation
import OffstageTesting
import Testing

extension BrowserTests {
  /// One profile is one source, however it is recorded; two are two.
  @Suite struct SourceTests {
    @Test(.timeLimit(.minutes(2)))
    func `attaching twice one after the other is one source without doubles`() async throws {
      try await Bench.with { bench in
        try await bench.withBrowser { browser, site in
          try await Client.with(port: browser.port) { client in
            let worker = try await client.openWorker(site)
            let first = try await bench.attach(browser)
            try await worker.push(25)
            try await bench.expectEqual(client, atLeast: 50)
            try await first.interrupt()
            let second = try await bench.attach(browser)
            try await worker.push(25, from: 25)
            try await bench.expectEqual(client, atLeast: 100)
            #expect(try await bench.sources(second).count == 1)
            try await second.interrupt()

            // However it is found.
            let endpoint = try await Endpoint.discover(port: browser.port)
            for way in [
              ["--user-data-dir", browser.userDataDir], ["--ws", endpoint.webSocketURL],
            ] {
              let program = try bench.start(["attach", "--ui-port", "0"] + way)
              try await program.says("Recording “")
              #expect(try await bench.sources(program).count == 1)
              try await program.interrupt()
            }
            try await bench.expectEqual(client, atLeast: 100)
          }
        }
      }
    }

    @Test(.timeLimit(.minutes(2)))
    func `opening a profile and attaching to it are one source`() async throws {
      try await Bench.with { bench in
        try await LoopbackSite.with(Sites.pages) { site in
          let opened = try await bench.open(
            "--profile", "work", "--jsonl", site.origin + "/sync")
          try await opened.line(#""eventName":"Sync completed""#)
          try await opened.interrupt()
          try await Chromium.with(bench.path(ofProfile: "work")) { browser in
            let attached = try await bench.attach(browser)
            try await Client.with(port: browser.port) { client in
              try await client.openWorker(site).push(10)
              try await bench.expectEqual(client, atLeast: 23)
            }
            let sources = try await bench.sources(attached)
            #expect(sources.map { $0["name"] as? String } == ["work"])
            try await attached.interrupt()
          }
        }
      }
    }

    @Test(.timeLimit(.minutes(3)))
    func `a second recorder of a source is refused and told who holds it`() async throws {
      try await Bench.with { bench in
        try await bench.withBrowser { browser, _ in
          let first = try await bench.attach(browser)
          let second = try await bench.run("attach", "--port", "\(browser.port)", "--ui-port", "0")
          #expect(second.status == .exited(3))
          #expect(second.errors.contains("by process \(first.pid) already"), "\(second.errors)")
          #expect(first.status == nil)
          try await first.interrupt()
        }
      }
    }

    @Test(.timeLimit(.minutes(2)))
    func `two browsers into one data folder at once are two sources`() async throws {
      try await Bench.with { bench in
        try await bench.withBrowser("one") { one, site in
          try await bench.withBrowser("two") { two, _ in
            async let first = bench.attach(one, "--name", "one")
            async let second = bench.attach(two, "--name", "two")
            let programs = try await [first, second]
            try await Client.with(port: one.port) { left in
              try await Client.with(port: two.port) { right in
                let (workerOne, workerTwo) = (
                  try await left.openWorker(site), try await right.openWorker(site)
                )
                async let pushingOne: Void = workerOne.push(300)
                async let pushingTwo: Void = workerTwo.push(200)
                _ = try await (pushingOne, pushingTwo)
                try await bench.stored(atLeast: 1000)
                let logs = try await [left.replay(), right.replay()]
                #expect(logs.map(\.count) == [600, 400])
                try await bench.expectSame(
                  bench.events("--source", "one").map(\.key), logs[0])
                try await bench.expectSame(
                  bench.events("--source", "two").map(\.key), logs[1])
              }
            }
            #expect(try await bench.sources(programs[0]).count == 2)
            for program in programs { try await program.interrupt() }
            #expect(try await bench.isSound())
          }
        }
      }
    }

    @Test(.timeLimit(.minutes(2)))
    func `open records an off-the-record context as a source of its own`() async throws {
      try await Bench.with { bench in
        try await LoopbackSite.with(Sites.pages) { site in
          let program = try await bench.open("--profile", "work", "--remote-debugging-port", "0")
          let endpoint = try await Endpoint.discover(
            userDataDir: bench.path(ofProfile: "work"))
          try await Client.with(port: endpoint.port) { client in
            let context = try await client.connection.call(Target.CreateBrowserContext())
              .browserContextId
            let worker = try await client.openWorker(site, context: context)
            try await eventually("two sources") { try await bench.sources(program).count == 2 }
            // Its recording is on when its histories are through.
            try await eventually("the new source is recorded") {
              try await bench.servicesOn() == 12
            }
            try await worker.push(10)
            try await bench.stored(atLeast: 20)
            _ = try await client.connection.call(
              Target.DisposeBrowserContext(browserContextId: context))
          }
          let sources = try await bench.sources(program)
          #expect(sources.compactMap { $0["kind"] as? String } == ["profile", "offTheRecord"])
          let hidden = try #require(sources.last?["id"] as? String)
          let events = try await bench.events()
          #expect(events.count == 20 && events.allSatisfy { $0.source == hidden })
          #expect(try await bench.gaps() == [])
          try await program.interrupt()
        }
      }
    }

    @Test(.timeLimit(.minutes(2)))
    func `attach leaves off-the-record contexts alone and says so, unless asked to`()
      async throws
    {
      try await Bench.with { bench in
        try await bench.withBrowser { browser, site in
          try await Client.with(port: browser.port) { client in
            let context = try await client.connection.call(Target.CreateBrowserContext())
              .browserContextId
            let worker = try await client.openWorker(site, context: context)
            let first = try await bench.attach(browser)
            try await first.says("An incognito window is not recorded")
            try await worker.push(5)
            #expect(try await bench.sources(first).count == 1)
            try await first.interrupt()
            #expect(try await bench.events().isEmpty)

            let second = try await bench.attach(browser, "--incognito")
            try await eventually("two sources") { try await bench.sources(second).count == 2 }
            try await eventually("the context is recorded") { try await bench.servicesOn() == 12 }
            try await worker.push(5, from: 5)
            try await bench.stored(atLeast: 10)
            try await second.interrupt()
          }
        }
      }
    }
  }
}

extension Bench {
  /// `GET /api/v1/sources` of a recorder that runs.
  func sources(_ program: RunningProgram) async throws -> [[String: Any]] {
    try await ask("/api/v1/sources", of: program)["sources"] as? [[String: Any]] ?? []
  }
}
