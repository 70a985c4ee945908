import OffstageCore
import OffstageStore
import OffstageTesting
import Testing

@Suite struct `The SQLite store` {
  @Test(arguments: EventStoreSuite.checks)
  func `keeps the contract`(_ check: EventStoreSuite.Check) async throws {
    try await withScratchFolder { folder in
      let path = "\(folder)/offstage.sqlite"
      try await check.run(over: .init { try SQLiteEventStore.open(at: path) })
    }
  }
}
