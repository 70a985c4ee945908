import CDP
import Foundation
import OffstageCore
import OffstageStore
import OffstageTesting
import Testing

@Suite struct ClearVerbTests {
  @Test(.timeLimit(.minutes(1)))
  func `clear --browser-log ends with 3 when the recorder that it asked has ended`() async throws {
    try await Bench.with { bench in
      let folder = DataFolder(path: bench.data)
      try folder.create()
      let store = try SQLiteEventStore.open(at: folder.storePath)
      let source = try await store.openSource(
        SourceDescription(
          kind: .profile, place: .unknown, suggestedName: "work", browser: nil, transport: "test"),
        at: ManualClock.start
      ).source
      var lock: SourceLock? = try SourceLocks(folder: folder).lock(source)
      let clear = try bench.start("clear", "--browser-log", "--yes", "--service", "push")
      try await eventually("the request") {
        try clear.expectRunning()
        return try await !store.control(of: [source.id]).requests.isEmpty
      }
      withExtendedLifetime(lock) {}
      lock = nil
      #expect(try await clear.end() == .exited(3))
      #expect(clear.errors.value.text.contains("the recorder ended before"))
      try await store.close()
    }
  }
}
