import CDP
import Foundation
import OffstageTesting
import Testing

extension BrowserTests {
  @Suite struct RecordVerbTests {
    @Test(.timeLimit(.minutes(3)))
    func `on, off and renew print how the services they touched stand then`() async throws {
      try await Bench.with { bench in
        try await bench.withBrowser { browser, _ in
          let program = try await bench.attach(browser)
          let off = try await bench.services("off", "--service", "push", "--service", "sync")
          #expect(off.keys.sorted() == ["backgroundSync", "pushMessaging"])
          #expect(off.values.allSatisfy { !$0.isWanted && $0.isRecording == false })
          try await program.says("Push Messaging is not recorded any more; it was turned off.")
          try await eventually("two gaps") {
            try await bench.gaps().filter { $0.reason == "switchedOff" && $0.isOpen }.count == 2
          }
          let on = try await bench.services("on", "--service", "push")
          #expect(on.keys.sorted() == ["pushMessaging"])
          #expect(on.values.allSatisfy { $0.isWanted && $0.isRecording == true })
          try await program.says("Push Messaging is recorded again.")
          let renewed = try await bench.services("renew")
          #expect(renewed.count == 6)
          let lease = try #require(renewed["pushMessaging"]?.renewed)
          #expect(try lease > #require(on["pushMessaging"]?.renewed))
          let status = try await bench.services("status")
          #expect(status == renewed)
          #expect(status.values.allSatisfy { $0.isHeld })
          try await program.interrupt()
          let after = try await bench.services("status")
          #expect(after.values.allSatisfy { !$0.isHeld })
          // Nobody is there to answer.
          let wish = try await bench.services("off", "--service", "push")
          #expect(wish.mapValues(\.isWanted) == ["pushMessaging": false])
          #expect(try await bench.run("record", "renew", "--json").status == .exited(2))
        }
      }
    }
  }
}

private struct ServiceState: Equatable {
  var isHeld: Bool
  var isWanted: Bool
  var isRecording: Bool?
  var renewed: Int64?
}

extension Bench {
  fileprivate func services(_ arguments: String...) async throws -> [String: ServiceState] {
    let answer = try await run(["record"] + arguments + ["--json"])
    guard answer.status == .exited(0) else { throw Unexpected(answer.errors) }
    let read = try JSONSerialization.jsonObject(with: Data(answer.output.utf8)) as? [String: Any]
    var states: [String: ServiceState] = [:]
    for service in read?["services"] as? [[String: Any]] ?? [] {
      let lease = service["lease"] as? [String: Any]
      states[service["service"] as? String ?? ""] = ServiceState(
        isHeld: service["isHeld"] as? Bool ?? false,
        isWanted: service["wanted"] as? Bool ?? true,
        isRecording: service["isRecording"] as? Bool, renewed: lease?["renewedMicros"] as? Int64)
    }
    return states
  }
}
