import CDP
import Foundation
import OffstageTesting
import Testing

extension BrowserTests {
  /// `kill -9` of Offstage. The moments are random; a run is repeated with OFFSTAGE_TEST_SEED.
  @Suite struct KilledRecorderTests {
    private static let seed =
      ProcessInfo.processInfo.environment["OFFSTAGE_TEST_SEED"].flatMap(UInt64.init)
      ?? UInt64.random(in: 0...999_999)

    @Test(.timeLimit(.minutes(4)))
    func `twenty kills of attach in a storm of 5000 events lose nothing and double nothing`()
      async throws
    {
      print("OFFSTAGE_TEST_SEED=\(Self.seed)")
      var random = SeededGenerator(seed: Self.seed)
      try await Bench.with { bench in
        try await bench.withBrowser { browser, site in
          try await Client.with(port: browser.port) { client in
            let worker = try await client.openWorker(site)
            try await bench.attach(browser).interrupt()
            let storm = Storm(worker: worker, pushes: 2500, legs: 21)
            try await withThrowingTaskGroup(of: Void.self) { group in
              group.addTask { try await storm.run() }
              for round in 1...20 {
                let before = storm.sent
                let program = try bench.start(
                  "attach", "--port", "\(browser.port)", "--ui-port", "0")
                // Half of them while they start and catch up, half of them well into the storm.
                if round.isMultiple(of: 2) { try await program.says("Recording “") }
                try await eventually("the storm goes on") { storm.sent > before }
                try await Task.sleep(for: .milliseconds(Int.random(in: 20...800, using: &random)))
                try await program.killNow()
                #expect(storm.sent < storm.pushes, "the storm was over before the kill")
                storm.nextLeg()
              }
              storm.nextLeg()
              try await group.waitForAll()
            }
            let program = try await bench.attach(browser)
            try await bench.expectEqual(client, atLeast: 5000)
            try await program.interrupt()
            #expect(try await bench.gaps() == [])
            #expect(try await bench.isSound())
          }
        }
      }
    }

    @Test(.timeLimit(.minutes(3)))
    func `a killed open leaves no browser, and the next one waits for its profile`() async throws {
      print("OFFSTAGE_TEST_SEED=\(Self.seed)")
      var random = SeededGenerator(seed: Self.seed)
      try await Bench.with { bench in
        try await LoopbackSite.with(Sites.pages) { site in
          let profile = bench.path(ofProfile: "work")
          for round in 1...5 {
            let program = try bench.start(
              "open", "--ui-port", "0", "--profile", "work", site.origin + "/sync")
            // Each second round right after its start, the others well into the recording.
            if round.isMultiple(of: 2) { try await program.says("Recording “") }
            try await Task.sleep(for: .milliseconds(Int.random(in: 0...1000, using: &random)))
            let pids = Set(RunningBrowsers.pids(under: profile))
            try await program.killNow()
            // The next one does not wait for us to look.
            let next = try await bench.open(
              "--profile", "work", "--jsonl", site.origin + "/sync")
            #expect(pids.isDisjoint(with: RunningBrowsers.pids(under: profile)))
            try await next.line(#""capture":"live"#)
            try await next.interrupt()
            #expect(await RunningBrowsers.remaining(under: profile).isEmpty)
          }
          let last = try await bench.open("--profile", "work")
          try await last.killNow()
          try await eventually("no browser after a kill", within: .seconds(30)) {
            RunningBrowsers.pids(under: profile).isEmpty
          }
          try await bench.expectWhole(profile)
        }
      }
    }
  }
}

extension Bench {
  /// The store holds all that the log of a profile holds, whose browser is down.
  func expectWhole(
    _ profile: String, sourceLocation: SourceLocation = #_sourceLocation
  ) async throws {
    let log = try await Chromium.with(profile) { browser in
      try await Client.with(port: browser.port) { try await $0.replay() }
    }
    #expect(!log.isEmpty, sourceLocation: sourceLocation)
    try await expectSame(events().map(\.key), log, sourceLocation: sourceLocation)
    #expect(try await isSound(), sourceLocation: sourceLocation)
  }
}

/// Pushes at an even pace, in legs: it stands still at the end of each until the next is allowed.
final class Storm: Sendable {
  let pushes: Int
  private let worker: Worker
  private let legs: Int
  private let allowed: Awaited<Int>
  private let number = Awaited(0)

  init(worker: Worker, pushes: Int, legs: Int) {
    self.worker = worker
    self.pushes = pushes
    self.legs = legs
    allowed = Awaited(pushes / legs)
  }

  var sent: Int { number.value }

  func nextLeg() { allowed.update { [pushes, legs] in $0 = min($0 + pushes / legs + 1, pushes) } }

  func run() async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      for next in 0..<pushes {
        try await allowed.wait(for: "the next leg", within: .seconds(60)) { $0 > next }
        if next >= 50 { try await group.next() }
        group.addTask { [worker] in try await worker.push(1, from: next) }
        number.update { $0 = next + 1 }
        // The pace: a leg is to last about as long as a round.
        try await Task.sleep(for: .milliseconds(6))
      }
      try await group.waitForAll()
    }
  }
}
