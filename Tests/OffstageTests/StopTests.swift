import CDP
import Foundation
import OffstageTesting
import Testing

/// Ctrl-C is obeyed wherever a verb waits.
@Suite struct StopTests {
  @Test(.timeLimit(.minutes(3)))
  func `attach ends well while the browser waits for its person to click Allow`() async throws {
    try await Bench.with { bench in
      let browser = FakeBrowser()
      let server = try await browser.listen(needsApproval: true)
      try await server.writeActivePort(into: bench.folder)
      let program = try bench.start(
        "attach", "--user-data-dir", bench.folder, "--ui-port", "0")
      try await program.says("click Allow")
      await server.promptShown()
      program.signal(SIGINT)
      #expect(try await program.end(within: .seconds(30)) == .exited(0))
      await browser.stop()
    }
  }
}
