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

  /// Who wakes a task waits for whoever cancels it, and a cancelled reader takes itself off the list:
  /// if that locks up, this test, and with two processors the whole run, never ends.
  @Test func `readers that are cancelled while they are told keep nobody`() async throws {
    try await withScratchFolder { folder in
      let path = "\(folder)/plain.sqlite"
      let other = try DatabaseQueue(path: path)
      try await other.write { try $0.execute(sql: "CREATE TABLE t (a)") }
      let watcher = try StoreWatcher(path: path)
      for _ in 0..<2000 {
        await withTaskGroup(of: Void.self) { group in
          for _ in 0..<8 { group.addTask { for await _ in watcher.changes() {} } }
          group.addTask { while !Task.isCancelled { watcher.poke() } }
          await Task.yield()
          group.cancelAll()
        }
      }
      try watcher.close()
    }
  }
}
