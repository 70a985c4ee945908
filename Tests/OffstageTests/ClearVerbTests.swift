import CDP
import Foundation
import OffstageCore
import OffstageStore
import OffstageTesting
import Testing

@Suite struct ClearVerbTests {
  @Test(.timeLimit(.minutes(3)))
  func `clear --browser-log ends with 3 when the recorder that it asked has ended`() async throws {
    try await Bench.with { bench in
      try await bench.withStore { store in
        let source = try await store.openSource(.test("work"), at: ManualClock.start).source
        var lock: SourceLock? = try SourceLocks(folder: DataFolder(path: bench.data)).lock(source)
        let clear = try bench.start("clear", "--browser-log", "--yes", "--service", "push")
        try await eventually("the request") {
          try clear.expectRunning()
          return try await !store.control(of: [source.id]).requests.isEmpty
        }
        withExtendedLifetime(lock) {}
        lock = nil
        #expect(try await clear.end() == .exited(3))
        #expect(clear.errors.value.text.contains("the recorder ended before"))
      }
    }
  }
}
