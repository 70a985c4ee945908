import CDP
import Foundation
import OffstageTesting
import Testing

extension BrowserTests {
  @Suite struct LeaseTests {
    @Test(.timeLimit(.minutes(2)))
    func `attach records again after the lease has run out, and shows the gap`() async throws {
      try await Bench.with { bench in
        try await LoopbackSite.with(Sites.pages) { site in
          let folder = bench.folder + "/browser"
          try await Chromium.with(folder) { browser in
            let program = try await bench.attach(browser)
            try await Client.with(port: browser.port) { client in
              try await client.openWorker(site).push(5)
              try await bench.expectEqual(client, atLeast: 10)
            }
            try await program.interrupt()
          }
          var seed = ProfileSeed()
          let now = Int64(Date().timeIntervalSince1970 * 1e6)
          for service in BackgroundService.ServiceName.recorded {
            seed.leases[service] = .until(unixMicros: now - 3_600_000_000)
          }
          try seed.apply(userDataDir: folder, nowMicros: now)
          try await Chromium.with(folder) { browser in
            let program = try await bench.attach(browser)
            try await eventually("six gaps") {
              try await bench.gaps().filter { $0.reason == "leaseExpired" }.count == 6
            }
            try await Client.with(port: browser.port) { client in
              try await client.openWorker(site).push(5, from: 5)
              try await bench.expectEqual(client, atLeast: 20)
            }
            try await program.interrupt()
          }
          let gaps = try await bench.gaps()
          #expect(gaps.count == 6 && gaps.allSatisfy { !$0.isOpen }, "\(gaps)")
        }
      }
    }
  }
}
