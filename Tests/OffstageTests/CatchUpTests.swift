import CDP
import Foundation
import OffstageTesting
import Testing

extension BrowserTests {
  /// What happened while nobody recorded.
  @Suite struct CatchUpTests {
    @Test(.timeLimit(.minutes(2)))
    func `what a profile logs while Offstage is not running is there after the next open`()
      async throws
    {
      try await Bench.with { bench in
        try await LoopbackSite.with(Sites.pages) { site in
          let first = try await bench.open("--profile", "work", "--jsonl", site.origin + "/sync")
          try await first.line(#""eventName":"Sync completed""#)
          try await first.interrupt()
          let before = try await bench.events().count

          let log = try await Chromium.with(bench.path(ofProfile: "work")) { browser in
            try await Client.with(port: browser.port) { client in
              let worker = try await client.openWorker(site)
              try await worker.push(50)
              try await worker.sync("while away")
              try await eventually("all of it in the log") {
                try await client.replay().count >= before + 103
              }
              return try await client.replay()
            }
          }

          try await bench.open("--profile", "work").interrupt()
          try await bench.expectSame(bench.events().map(\.key), log)
          #expect(try await bench.gaps() == [])
          #expect(try await bench.isSound())
        }
      }
    }

    @Test(.timeLimit(.minutes(2)))
    func `what happens while attach is away is caught up by the next attach`() async throws {
      try await Bench.with { bench in
        try await bench.withBrowser { browser, site in
          try await Client.with(port: browser.port) { client in
            let worker = try await client.openWorker(site)
            try await bench.attach(browser).interrupt()
            try await worker.push(200)
            let program = try await bench.attach(browser)
            try await worker.push(200, from: 200)
            try await bench.expectEqual(client, atLeast: 800)
            try await program.interrupt()
            #expect(try await bench.gaps() == [])
          }
        }
      }
    }
  }
}
