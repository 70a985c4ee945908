import Foundation
import GRDB
import OffstageCore
import OffstageTesting
import Testing

@testable import OffstageStore

/// What the search index holds, and what `verify` says of it.
@Suite struct SearchIndexTests {
  private func withStore(
    _ count: Int, instance: @escaping @Sendable (Int) -> String = { "\($0)" },
    _ body: (StoreSample) async throws -> Void
  ) async throws {
    try await withScratchFolder { folder in
      let bench = try await StoreSample(folder + "/store.sqlite", granule: 1)
      try await bench.fill(count, instance: instance)
      try await body(bench)
      try await bench.store.close()
    }
  }

  /// All that is found block by block.
  private func ids(_ store: SQLiteEventStore, _ selection: EventSelection) async throws -> [Int64] {
    try await store.pool.read { db in
      var walk = try EventWalk(db, selection, .ascending, after: nil, granule: 1)
      var ids: [Int64] = []
      while let found = try walk.next() { ids.append(found.id) }
      return ids
    }
  }

  @Test func `only full blocks are indexed, the newest first`() async throws {
    try await withStore(1600) { bench in
      var order: [Int64] = []
      while try await bench.store.indexNext() {
        order += try await bench.store.pool.read { db in
          try Int64.fetchAll(db, sql: "SELECT number FROM event_block WHERE state > 0")
        }.filter { [order] in !order.contains($0) }
      }
      // Ids begin with 1: block 3 is not full.
      #expect(order == [2, 1, 0])
    }
  }

  @Test func `what an indexed block lacks is not read`() async throws {
    try await withStore(3000, instance: { $0 == 700 ? "needle" : "hay \($0 % 50)" }) { bench in
      while try await bench.store.indexNext() {}
      let selection = EventSelection(words: ["NEEDLE"])
      #expect(try await ids(bench.store, selection) == [701])
      // Were it read, the event that is now there would be found.
      try await bench.store.pool.write { db in
        try db.execute(sql: "UPDATE event SET instance = 'needle' WHERE id IN (100, 1500, 2900)")
      }
      #expect(try await ids(bench.store, selection) == [701, 2900])
      let faults = try await bench.store.verify(rebuild: true)
      #expect(faults.contains { $0.sentence.hasPrefix("2 blocks of the search index lack") })
      #expect(try await ids(bench.store, selection) == [100, 701, 1500, 2900])
    }
  }

  @Test func `blocks of a store without the index's table are read`() async throws {
    try await withStore(1600, instance: { $0 % 500 == 7 ? "needle" : "\($0)" }) { bench in
      while try await bench.store.indexNext() {}
      try await bench.store.pool.write { db in
        try db.execute(sql: "DELETE FROM event_block WHERE number IN (0, 2)")
        try db.execute(sql: "DELETE FROM block_signature WHERE id % 3 = 0")
      }
      let selection = EventSelection(words: ["needle"])
      #expect(try await ids(bench.store, selection) == [8, 508, 1008, 1508])
      let faults = try await bench.store.verify(rebuild: true).map(\.sentence)
      #expect(faults.contains("2 blocks of the search don't cover their events."), "\(faults)")
      #expect(try await bench.store.verify(rebuild: false).isEmpty)
    }
  }

  @Test func `blocks go with their events`() async throws {
    try await withStore(1600) { bench in
      while try await bench.store.indexNext() {}
      _ = try await bench.store.clear(
        EventSelection(until: ManualClock.start + .seconds(1100)),
        at: ManualClock.start + .days(1))
      let left = try await bench.store.pool.read { db in
        try (
          Int64.fetchAll(db, sql: "SELECT number FROM event_block"),
          Int64.fetchAll(db, sql: "SELECT DISTINCT id >> 9 FROM block_signature"),
          Int64.fetchAll(db, sql: "SELECT DISTINCT id >> 6 FROM block_letters")
        )
      }
      #expect(left.0 == [2, 3])
      #expect(left.1 == [2])
      #expect(left.2 == [2])
      #expect(try await bench.store.verify(rebuild: false).isEmpty)
    }
  }

  @Test func `eight blocks are searched as one, and given up one by one`() async throws {
    try await withStore(512 * 9, instance: { $0 % 1500 == 7 ? "needle" : "\($0 % 50)" }) { bench in
      while try await bench.store.indexNext() {}
      let states = "SELECT state FROM event_block ORDER BY number"
      let found = try await bench.store.pool.read { try Int.fetchAll($0, sql: states) }
      #expect(found == [2, 2, 2, 2, 2, 2, 2, 2, 1, 0])
      let selection = EventSelection(words: ["needle"])
      #expect(try await ids(bench.store, selection) == [8, 1508, 3008, 4508])
      #expect(try await bench.store.verify(rebuild: false).isEmpty)
      try await bench.store.pool.write { db in
        try db.execute(sql: "UPDATE event SET instance = 'needle' WHERE id = 600")
        try db.execute(sql: "UPDATE group_signature SET bits = zeroblob(10) WHERE id = 7")
      }
      #expect(try await ids(bench.store, selection) == [8, 1508, 3008, 4508])
      _ = try await bench.store.verify(rebuild: true)
      #expect(try await ids(bench.store, selection) == [8, 600, 1508, 3008, 4508])
      _ = try await bench.store.clear(EventSelection(), at: ManualClock.start + .days(1))
      let rows = try await bench.store.pool.read { db in
        try Int.fetchOne(
          db,
          sql: """
            SELECT (SELECT count(*) FROM group_signature) + (SELECT count(*) FROM block_signature)
              + (SELECT count(*) FROM block_letters) + (SELECT count(*) FROM event_block)
            """)
      }
      #expect(rows == 0)
    }
  }
}
