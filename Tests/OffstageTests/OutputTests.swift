import CDP
import Foundation
import OffstageTesting
import Testing

extension BrowserTests {
  @Suite struct OutputTests {
    @Test(.timeLimit(.minutes(3)))
    func `a reader that has seen enough is no error`() async throws {
      try await Bench.with { bench in
        try await bench.withBrowser { browser, site in
          let program = try await bench.attach(browser)
          try await Client.with(port: browser.port) { client in
            // More than a pipe holds.
            try await client.openWorker(site).push(300)
            try await bench.expectEqual(client, atLeast: 600)
          }
          try await program.interrupt()
        }
        for format in ["--jsonl", "--json", "--csv", ""] {
          let line = "set -o pipefail; '\(Bench.executable)' events -n 0 \(format) | head -1"
          let shell = try RunningProgram(
            "/bin/bash", ["-c", line], environment: ["OFFSTAGE_DATA": bench.data])
          #expect(try await shell.end() == .exited(0))
          #expect(shell.output.value.lines.count == 1)
          #expect(shell.errors.value.text == "")
        }
      }
    }

    @Test(.timeLimit(.minutes(3)))
    func `a follower prints what another process records, and ends well`() async throws {
      try await Bench.with { bench in
        try await bench.withBrowser { browser, site in
          let follower = try bench.start("events", "--follow", "--jsonl")
          let program = try await bench.attach(browser, "--jsonl")
          try await Client.with(port: browser.port) { client in
            try await client.openWorker(site).push(50)
            try await bench.expectEqual(client, atLeast: 100)
          }
          for reader in [follower, program] {
            try await reader.output.wait(for: "100 lines") { $0.lines.count >= 100 }
            try await reader.interrupt()
          }
          let stored = try await bench.events().map(\.key).counted
          for reader in [follower, program] {
            let printed = try reader.output.value.lines.map { try Recorded(line: $0).key }
            #expect(printed.counted == stored)
          }
        }
      }
    }
  }
}
