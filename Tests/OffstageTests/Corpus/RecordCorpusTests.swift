import Foundation
import Testing

enum CorpusWish {
  /// What the names of the scenarios contain, or the browser that they share; empty for all, nil if
  /// none is to be recorded.
  static let names = ProcessInfo.processInfo.environment["OFFSTAGE_RECORD_CORPUS"]
}

/// `Scripts/record-corpus` writes `Tests/Fixtures/corpus` anew, with a real browser.
@Suite(.tags(.browser), .enabled(if: CorpusWish.names != nil, "Scripts/record-corpus runs it"))
struct RecordCorpusTests {
  @Test(.timeLimit(.minutes(20)), arguments: CorpusBrowser.allCases)
  func `the scenarios of a browser are recorded`(browser: CorpusBrowser) async throws {
    let names = CorpusWish.names ?? ""
    let scenarios = CorpusScenario.all.filter {
      $0.browser == browser
        && (names.isEmpty || names == browser.rawValue || $0.name.contains(names))
    }
    guard !scenarios.isEmpty else { return }
    try await CorpusStage.record(scenarios, on: browser)
  }

  @Test(.timeLimit(.minutes(5))) func `the demo is recorded`() async throws {
    guard CorpusWish.names == "" || CorpusDemo.name.contains(CorpusWish.names ?? "") else { return }
    try await CorpusDemo.record()
  }

  @Test(.timeLimit(.minutes(5)), arguments: CorpusAlone.allCases)
  func `a scenario with a browser of its own is recorded`(scenario: CorpusAlone) async throws {
    guard scenario.rawValue.contains(CorpusWish.names ?? "") || CorpusWish.names == "" else {
      return
    }
    try await scenario.record()
  }
}
