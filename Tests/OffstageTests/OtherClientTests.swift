import CDP
import Foundation
import OffstageTesting
import Testing

extension BrowserTests {
  /// What other clients of the browser do to its log and to its recording.
  @Suite struct OtherClientTests {
    enum Removal: String, CaseIterable {
      case unregister, clearEvents
    }

    @Test(.timeLimit(.minutes(2)), arguments: Removal.allCases)
    func `events stay and the gap shows when the log is wiped while Offstage is attached`(
      by removal: Removal
    ) async throws {
      try await wipe(by: removal, whileAttached: true)
    }

    @Test(.timeLimit(.minutes(2)), arguments: Removal.allCases, [true, false])
    func `events stay and the gap shows when the log is wiped while Offstage is down`(
      by removal: Removal, replayedBefore: Bool
    ) async throws {
      try await wipe(by: removal, whileAttached: false, replayedBefore: replayedBefore)
    }

    private func wipe(
      by removal: Removal, whileAttached: Bool, replayedBefore: Bool = true
    ) async throws {
      try await Bench.with { bench in
        try await bench.withBrowser { browser, site in
          try await Client.with(port: browser.port) { client in
            let worker = try await client.openWorker(site)
            // What a replay brought and what came live, or only the second.
            if replayedBefore {
              try await bench.attach(browser).interrupt()
              try await worker.push(20)
            }
            let program = try await bench.attach(browser)
            try await worker.push(20, from: 20)
            let count = replayedBefore ? 80 : 40
            try await bench.expectEqual(client, atLeast: count)
            if !whileAttached { try await program.interrupt() }
            switch removal {
            case .unregister: try await worker.unregister()
            case .clearEvents:
              _ = try await client.connection.call(
                BackgroundService.ClearEvents(service: .pushMessaging),
                session: try await client.observe())
            }
            try await eventually("an empty log") { try await client.replay().isEmpty }
            if whileAttached { try await program.interrupt() }
            try await bench.attach(browser).interrupt()
            #expect(try await bench.events("--service", "push").count == count)
            let gaps = try await bench.gaps()
            #expect(gaps.contains { $0.service == "pushMessaging" && $0.reason == "wiped" })
            #expect(gaps.allSatisfy { $0.service == "pushMessaging" }, "\(gaps)")
            // It is shown once, not at each start.
            try await bench.attach(browser).interrupt()
            #expect(try await bench.gaps() == gaps)
            #expect(try await bench.isSound())
          }
        }
      }
    }

    @Test(.timeLimit(.minutes(2)))
    func `one worker's removal wipes its events and not those of others`() async throws {
      try await Bench.with { bench in
        try await bench.withBrowser { browser, site in
          try await LoopbackSite.with(Sites.pages) { other in
            try await Client.with(port: browser.port) { client in
              let (stays, goes) = (
                try await client.openWorker(site), try await client.openWorker(other)
              )
              let program = try await bench.attach(browser)
              try await stays.push(10)
              try await goes.push(10)
              // A busy browser may drop a simulated push; what it logged is what counts.
              try await bench.expectEqual(client, atLeast: 30)
              let before = try await client.replay().count
              try await program.interrupt()
              try await goes.unregister()
              try await eventually("a shorter log") { try await client.replay().count < before }
              let kept = try await client.replay().count
              let again = try await bench.attach(browser)
              try await stays.push(5, from: 10)
              try await eventually("new events") { try await client.replay().count > kept + 5 }
              try await again.interrupt()
              try await bench.attach(browser).interrupt()
              let after = try await client.replay().count
              #expect(try await bench.events().count == before + after - kept)
              let gaps = try await bench.gaps()
              #expect(gaps.map(\.reason) == ["wiped"], "\(gaps)")
              #expect(try await bench.isSound())
            }
          }
        }
      }
    }

    @Test(.timeLimit(.minutes(2)))
    func `a service that another client turns off stays off until a person turns it on`()
      async throws
    {
      try await Bench.with { bench in
        try await bench.withBrowser { browser, site in
          try await Client.with(port: browser.port) { client in
            let worker = try await client.openWorker(site)
            let program = try await bench.attach(browser)
            let session = try await client.observe()
            try await client.setRecording(.pushMessaging, false, in: session)
            try await program.says("gap: ")
            try await eventually("the open gap") {
              try await bench.gaps().contains {
                $0.service == "pushMessaging" && $0.reason == "turnedOff" && $0.isOpen
              }
            }
            try await worker.push(10)
            try await worker.sync("still on")
            try await bench.stored(atLeast: 3)
            #expect(try await bench.events("--service", "push").isEmpty)
            let status = try await bench.status(of: "pushMessaging")
            #expect(status["wanted"] as? Bool == false)
            #expect(status["wantedBy"] as? String == "other")
            #expect(status["isRecording"] as? Bool == false)
            #expect(program.errors.value.text.contains("offstage record on --service push"))

            client.forget()
            #expect(
              try await bench.run("record", "on", "--service", "push").status == .exited(0))
            try await client.recordingState(of: .pushMessaging, becomes: true, in: session)
            try await worker.push(10, from: 10)
            try await bench.stored(atLeast: 20, "--service", "push")
            let gaps = try await bench.gaps()
            #expect(gaps.count == 1 && gaps.first?.isOpen == false, "\(gaps)")

            client.forget()
            #expect(
              try await bench.run("record", "off", "--service", "sync").status == .exited(0))
            try await client.recordingState(of: .backgroundSync, becomes: false, in: session)
            try await eventually("sync is off") {
              try await bench.status(of: "backgroundSync")["isRecording"] as? Bool == false
            }
            // Whose doing it is, is told apart.
            let both = ["turnedOff", "switchedOff"]
            #expect(try await bench.gaps().map(\.reason) == both)
            try await program.interrupt()

            try await bench.attach(browser).interrupt()
            #expect(try await bench.status(of: "backgroundSync")["isRecording"] as? Bool == false)
            #expect(try await bench.gaps().map(\.reason) == both)
          }
        }
      }
    }

    @Test(.timeLimit(.minutes(2)))
    func `a service that was turned off while Offstage was down stays off and is shown`()
      async throws
    {
      try await Bench.with { bench in
        try await bench.withBrowser { browser, site in
          try await Client.with(port: browser.port) { client in
            try await client.openWorker(site).push(5)
            try await bench.attach(browser).interrupt()
            // Who turns it off tells the preferences; that they are saved is awaited.
            try await eventually("the lease in the Preferences", within: .seconds(60)) {
              let reader = ProfileReader(
                userDataDir: browser.userDataDir, profileDirectory: "Default")
              return (try? reader.leases())?.count == 6
            }
            let session = try await client.observe()
            try await client.setRecording(.pushMessaging, false, in: session)
            let program = try await bench.attach(browser)
            try await eventually("the open gap") {
              try await bench.gaps().contains {
                $0.service == "pushMessaging" && $0.reason == "turnedOff" && $0.isOpen
              }
            }
            #expect(
              try await bench.status(of: "pushMessaging")["wantedBy"] as? String == "other")
            try await program.interrupt()
          }
        }
      }
    }
  }
}

extension Client {
  func setRecording(
    _ service: BackgroundService.ServiceName, _ isOn: Bool, in session: SessionID
  ) async throws {
    _ = try await connection.call(
      BackgroundService.SetRecording(shouldRecord: isOn, service: service), session: session)
    try await recordingState(of: service, becomes: isOn, in: session)
  }
}

extension Bench {
  /// One service of the only source, in `record status --json`.
  func status(of service: String) async throws -> [String: Any] {
    let list = try await json("record", "status", "--json")["services"] as? [[String: Any]] ?? []
    return try #require(list.first { $0["service"] as? String == service })
  }

  /// How many services of all sources the browser has said that it records.
  func servicesOn() async throws -> Int {
    let list = try await json("record", "status", "--json")["services"] as? [[String: Any]] ?? []
    return list.filter { $0["isRecording"] as? Bool == true }.count
  }
}
