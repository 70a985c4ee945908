@testable import CDP
import Foundation
import Testing

/// The fake browser must not teach what its author believes: the transcripts in `Fixtures` are a
/// real Chromium's, and both must give them.
///
/// `OFFSTAGE_RECORD_FIXTURES=1 swift test --filter ConformanceTests` writes them anew.
struct ConformanceTests {
  @Test(.timeLimit(.minutes(3)), arguments: Chapter.allCases)
  func `the fake browser does what the transcript says`(chapter: Chapter) async throws {
    try await FakeStage.with { stage in
      let lines = try await chapter.play(on: stage)
      #expect(lines == fixture(chapter))
    }
  }

  @Test(.timeLimit(.minutes(5)))
  func `a real Chromium does what the transcripts say`() async throws {
    try await Chromium.with { chromium in
      for chapter in Chapter.allCases where !chapter.isOfRestart {
        try await check(chapter, on: chromium)
      }
    }
  }

  /// A lease's end is a whole minute on disk: this waits for one, doing nothing.
  @Test(.timeLimit(.minutes(5)), arguments: Chapter.allCases.filter(\.isOfRestart))
  func `a real Chromium that is started again does what the transcript says`(
    chapter: Chapter
  ) async throws {
    try await Chromium.with { try await check(chapter, on: $0) }
  }

  @Test func `without a browser the comparison fails and says what to do`() {
    var finder = BrowserFinder(searchPath: [], home: "/nowhere")
    finder.root = "/nowhere"
    #expect(throws: Chromium.NotInstalled.self) { try Chromium.path(finder) }
  }

  private func check(_ chapter: Chapter, on chromium: Chromium) async throws {
    let lines = try await chapter.play(on: chromium)
    if ProcessInfo.processInfo.environment["OFFSTAGE_RECORD_FIXTURES"] != nil {
      let text = lines.joined(separator: "\n") + "\n"
      try text.write(toFile: path(chapter), atomically: true, encoding: .utf8)
    }
    #expect(lines == fixture(chapter), "\(chapter.rawValue)")
  }

  private func path(_ chapter: Chapter) -> String {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("Fixtures/\(chapter.rawValue).txt").path
  }

  private func fixture(_ chapter: Chapter) -> [String] {
    let text = (try? String(contentsOfFile: path(chapter), encoding: .utf8)) ?? ""
    return text.split(separator: "\n").map(String.init)
  }
}
