import CDP
import Foundation
import OffstageTesting
import Testing

extension BrowserTests {
  /// What was removed does not come back, although the browser replays all of it.
  @Suite struct RemovedEventsTests {
    @Test(.timeLimit(.minutes(2)))
    func `cleared events do not come back with the browser and the recorder`() async throws {
      try await Bench.with { bench in
        try await LoopbackSite.with(Sites.pages) { site in
          let folder = bench.folder + "/browser"
          try await Chromium.with(folder) { browser in
            try await bench.record(30, site, browser)
          }
          #expect(try await bench.run("clear", "--yes").status == .exited(0))
          #expect(try await bench.events().isEmpty)
          try await Chromium.with(folder) { browser in
            let program = try await bench.attach(browser)
            #expect(try await bench.events().isEmpty)
            // What comes after the clearing is stored.
            try await Client.with(port: browser.port) { client in
              try await client.openWorker(site).push(3, from: 30)
              try await bench.stored(atLeast: 6)
            }
            try await program.interrupt()
          }
          #expect(try await bench.events().count == 6)
          #expect(try await bench.gaps() == [])
        }
      }
    }

    @Test(.timeLimit(.minutes(2)))
    func `events that --keep has let go do not come back`() async throws {
      try await Bench.with { bench in
        try await LoopbackSite.with(Sites.pages) { site in
          let folder = bench.folder + "/browser"
          try await Chromium.with(folder) { browser in
            try await bench.record(30, site, browser)
            try await eventually("all of it is older than a second") {
              try await bench.events("--since", "1s").isEmpty
            }
            let refused = try await bench.run(
              "attach", "--port", "\(browser.port)", "--ui-port", "0", "--keep", "1s")
            #expect(refused.status == .exited(2))
            #expect(try await bench.events().count == 60)
            let program = try await bench.attach(browser, "--keep", "1s", "--yes")
            try await eventually("nothing is left") { try await bench.events().isEmpty }
            try await program.interrupt()
          }
          try await Chromium.with(folder) { browser in
            try await bench.attach(browser).interrupt()
          }
          #expect(try await bench.events().isEmpty)
          #expect(try await bench.gaps() == [])
          #expect(try await bench.isSound())
        }
      }
    }

    @Test(.timeLimit(.minutes(2)))
    func `clear --browser-log empties the browser's log, keeps the store and is no gap`()
      async throws
    {
      try await Bench.with { bench in
        try await bench.withBrowser { browser, site in
          try await Client.with(port: browser.port) { client in
            let worker = try await client.openWorker(site)
            try await bench.attach(browser).interrupt()
            try await worker.push(50)
            let program = try await bench.attach(browser)
            try await worker.push(50, from: 50)
            try await bench.expectEqual(client, atLeast: 200)
            let cleared = try await bench.run("clear", "--browser-log", "--yes")
            #expect(cleared.status == .exited(0), "\(cleared.errors)")
            #expect(try await client.replay().isEmpty)
            #expect(try await bench.events().count == 200)
            try await worker.push(10, from: 100)
            try await bench.stored(atLeast: 220)
            try await program.interrupt()
            try await bench.attach(browser).interrupt()
            #expect(try await bench.events().count == 220)
            #expect(try await bench.gaps() == [])
          }
        }
      }
    }
  }
}

extension Bench {
  /// Records some pushes from first to last.
  fileprivate func record(_ pushes: Int, _ site: LoopbackSite, _ browser: Chromium) async throws {
    let program = try await attach(browser)
    try await Client.with(port: browser.port) { client in
      try await client.openWorker(site).push(pushes)
      try await expectEqual(client, atLeast: pushes * 2)
    }
    try await program.interrupt()
  }
}
