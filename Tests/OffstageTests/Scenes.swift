import CDP
import Foundation
import OffstageTesting
import Testing

/// What the tests with a real browser have in common.
extension Bench {
  /// A browser and its site, for what another program would do.
  func withBrowser<Result>(
    _ name: String = "browser", _ body: (Chromium, LoopbackSite) async throws -> Result
  ) async throws -> Result {
    let folder = "\(folder)/\(name)"
    return try await LoopbackSite.with(Sites.pages) { site in
      try await Chromium.with(folder) { try await body($0, site) }
    }
  }

  /// A recorder of a browser that runs, caught up.
  func attach(_ browser: Chromium, _ more: String...) async throws -> RunningProgram {
    let program = try start(["attach", "--port", "\(browser.port)", "--ui-port", "0"] + more)
    try await program.says("Recording “")
    return program
  }

  /// A recorder with a browser of its own, caught up.
  func open(_ arguments: String...) async throws -> RunningProgram { try await open(arguments) }

  func open(_ arguments: [String]) async throws -> RunningProgram {
    let program = try start(["open", "--ui-port", "0"] + arguments)
    try await program.says("Recording “")
    return program
  }

  func path(ofProfile name: String) -> String { "\(data)/profiles/\(name)" }

  /// Waits until the store holds so many events.
  func stored(
    atLeast count: Int, _ more: String..., within limit: Duration = .seconds(30)
  ) async throws {
    try await eventually("\(count) stored events", within: limit) {
      let answer = try await run(["events", "--jsonl", "--limit", "0"] + more)
      return answer.output.split(separator: "\n").count >= count
    }
  }

  /// Waits until the store holds all that the browser's log holds, and compares the two.
  func expectEqual(
    _ client: Client, atLeast count: Int, sourceLocation: SourceLocation = #_sourceLocation
  ) async throws {
    var (browser, stored): ([String], [String]) = ([], [])
    // The browser logs a push some time after it has taken it: both are read from a log that stands.
    try await eventually("\(count) events in a log that stands", within: .seconds(60)) {
      browser = try await client.replay()
      guard browser.count >= count else { return false }
      try await self.stored(atLeast: browser.count)
      stored = try await events().map(\.key)
      return try await client.replay().count == browser.count
    }
    expectSame(stored, browser, sourceLocation: sourceLocation)
  }

  func expectSame(
    _ stored: [String], _ browser: [String], sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let (have, want) = (stored.counted, browser.counted)
    let missing = want.filter { have[$0.key, default: 0] < $0.value }.keys.sorted()
    let extra = have.filter { want[$0.key, default: 0] < $0.value }.keys.sorted()
    #expect(missing.isEmpty, "lost: \(missing.prefix(10))", sourceLocation: sourceLocation)
    #expect(extra.isEmpty, "too many: \(extra.prefix(10))", sourceLocation: sourceLocation)
    #expect(stored.count == browser.count, sourceLocation: sourceLocation)
  }
}

extension RunningProgram {
  /// Ends it as Ctrl-C does.
  func interrupt(sourceLocation: SourceLocation = #_sourceLocation) async throws {
    signal(SIGINT)
    let status = try await end()
    #expect(
      status == .exited(0), "\(errors.value.text)", sourceLocation: sourceLocation)
  }

  func killNow() async throws {
    signal(SIGKILL)
    _ = try await end()
  }
}

/// Tests with a real browser, one after the other: they share two cores.
@Suite(.tags(.browser), .serialized)
enum BrowserTests {}
