import CDP
import Testing

/// Many processes and one data folder.
@Suite struct SharedFolderTests {
  @Test(.timeLimit(.minutes(2)))
  func `processes that start at once in a new folder make one store`() async throws {
    for _ in 1...5 {
      try await Bench.with { bench in
        let programs = try (1...8).map { _ in try bench.start("serve", "--ui-port", "0") }
        for program in programs { try await program.says("UI: http") }
        for program in programs {
          #expect(try await bench.ask("/api/v1/sources", of: program)["sources"] != nil)
          try await program.interrupt()
        }
        #expect(try await bench.isSound())
      }
    }
  }
}
