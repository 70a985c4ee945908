import CDP
import Foundation
import OffstageCore
import OffstageStore
import OffstageTesting
import Testing

/// A store whose file was spoilt, as a person meets it.
@Suite struct SalvageTests {
  @Test(.timeLimit(.minutes(3)))
  func `a store that was cut off is salvaged, and the damaged file is kept`() async throws {
    try await Bench.with { bench in
      try await bench.makeStore()
      let path = bench.storePath
      let whole = try Data(contentsOf: URL(fileURLWithPath: path))
      let cut = whole.prefix(whole.count - 5000)
      try cut.write(to: URL(fileURLWithPath: path))
      let refused = try await bench.run("events")
      #expect(refused.status == .exited(3))
      #expect(refused.errors.contains("offstage verify --salvage"))
      let answer = try await bench.run("verify", "--salvage")
      #expect(answer.status == .exited(0), "\(answer.errors)")
      #expect(answer.output.contains("Saved 0 events into a new store."))
      let kept = try #require(answer.output.split(separator: "kept: ").last)
      let damaged = URL(fileURLWithPath: String(kept))
      #expect(damaged.lastPathComponent.hasPrefix("offstage.sqlite.damaged-20"))
      #expect(try Data(contentsOf: damaged) == cut)
      #expect(try await bench.isSound())
      let again = try await bench.run("verify", "--salvage")
      #expect(again.output == "The store is sound; nothing was changed.")
    }
  }

  @Test(
    .timeLimit(.minutes(3)), arguments: [["serve", "--ui-port", "0"], ["events", "--follow"]])
  func `a store that another process has open is not salvaged`(
    _ arguments: [String]
  ) async throws {
    try await Bench.with { bench in
      try await bench.makeStore()
      let program = try bench.start(arguments)
      try await eventually("the store is open") {
        try program.expectRunning()
        return FileManager.default.fileExists(atPath: bench.storePath + "-shm")
      }
      let answer = try await bench.run("verify", "--salvage")
      #expect(answer.status == .exited(3))
      #expect(answer.errors.contains("is open in another process"))
      #expect(answer.errors.split(separator: "\n").count == 2)
      try await program.interrupt()
      #expect(try await bench.run("verify", "--salvage").status == .exited(0))
    }
  }
}

extension Bench {
  /// All of it in one file.
  fileprivate func makeStore() async throws {
    try await withStore { _ = try await $0.openSource(.test("work"), at: ManualClock.start) }
    for suffix in ["-wal", "-shm"] {
      try? FileManager.default.removeItem(atPath: storePath + suffix)
    }
  }
}
