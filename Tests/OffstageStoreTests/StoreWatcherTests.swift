import GRDB
import Testing

@testable import OffstageStore

@Suite(.timeLimit(.minutes(3))) struct StoreWatcherTests {
  @Test func `a store that another process holds for long is watched on`() async throws {
    try await withScratchFolder { folder in
      // Without a write-ahead log whoever writes keeps readers out.
      let path = "\(folder)/plain.sqlite"
      var configuration = Configuration()
      configuration.allowsUnsafeTransactions = true
      let other = try DatabaseQueue(path: path, configuration: configuration)
      try await other.write { try $0.execute(sql: "CREATE TABLE t (a)") }
      let (refusals, refused) = AsyncStream.makeStream(of: Void.self)
      let watcher = try StoreWatcher(
        path: path,
        busyMode: .callback { _ in
          refused.yield()
          return false
        })
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask {
          defer { refused.finish() }
          try await watcher.run()
        }
        try await other.writeWithoutTransaction { try $0.execute(sql: "BEGIN EXCLUSIVE") }
        var refusal = refusals.makeAsyncIterator()
        // A second look means that the first refusal did not end it.
        for _ in 0..<2 {
          let isWatching = await refusal.next() != nil
          #expect(isWatching)
        }
        try await other.writeWithoutTransaction { try $0.execute(sql: "COMMIT") }
        group.cancelAll()
      }
      try watcher.close()
    }
  }
}
