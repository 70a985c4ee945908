import CDP
import Foundation
import OffstageTesting
import Testing

extension BrowserTests {
  /// The data folder's disk has no room left. Only where a small disk can be mounted: elsewhere
  /// the tests of the recorder and of the store stand for it.
  @Suite(.enabled(if: SmallDisk.canBeMounted, "mounting takes root with CAP_SYS_ADMIN"))
  struct FullDiskTests {
    @Test(.timeLimit(.minutes(2)))
    func `what happens while the disk is full is recorded once there is room again`() async throws {
      try await Bench.with { bench in
        try await SmallDisk.with(bench.data, megabytes: 24) { disk in
          try await bench.withBrowser { browser, site in
            try await Client.with(port: browser.port) { client in
              let worker = try await client.openWorker(site)
              let program = try await bench.attach(browser)
              try await worker.push(20)
              try await bench.expectEqual(client, atLeast: 40)

              // It fills up amid a storm.
              try disk.fill(leaving: 256 << 10)
              try await worker.push(1000, from: 20)
              try await program.says("There is no room on the disk for the store")
              try await program.says("Make room; recording goes on by itself")
              try await worker.push(20, from: 1020)
              try program.expectRunning()

              try disk.makeRoom()
              try await program.says("Writing again; what happened meanwhile is being caught up.")
              try await bench.expectEqual(client, atLeast: 2080)
              try await program.interrupt()
              expectPlainWords(program.errors.value.text)
              #expect(try await bench.gaps() == [])
              #expect(try await bench.isSound())
            }
          }
        }
      }
    }

    @Test(.timeLimit(.minutes(2)))
    func `a recorder that ends while the disk is full leaves the rest to the next one`()
      async throws
    {
      try await Bench.with { bench in
        try await SmallDisk.with(bench.data, megabytes: 24) { disk in
          try await bench.withBrowser { browser, site in
            try await Client.with(port: browser.port) { client in
              let worker = try await client.openWorker(site)
              let program = try await bench.attach(browser)
              try await worker.push(20)
              try await bench.expectEqual(client, atLeast: 40)
              try disk.fill()
              // More than the file may yet hold that was written before.
              try await worker.push(500, from: 20)
              try await program.says("There is no room on the disk for the store")
              program.signal(SIGINT)
              expectMistake(try await program.answer(), 3, mayPrint: true)

              try disk.makeRoom()
              try await bench.attach(browser).interrupt()
              try await bench.expectEqual(client, atLeast: 1040)
              #expect(try await bench.gaps() == [])
              #expect(try await bench.isSound())
            }
          }
        }
      }
    }

    @Test(
      .timeLimit(.minutes(3)), arguments: [["events", "--follow"], ["serve", "--ui-port", "0"]])
    func `a verb that finds no room for a store ends with 3`(_ arguments: [String]) async throws {
      try await Bench.with { bench in
        try await SmallDisk.with(bench.data, megabytes: 4) { disk in
          try disk.fill()
          try await expectMistake(bench.run(arguments), 3)
          try disk.makeRoom()
          #expect(try await bench.run("events").status == .exited(0))
        }
      }
    }
  }
}
