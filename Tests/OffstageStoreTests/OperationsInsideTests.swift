import Foundation
import GRDB
import OffstageCore
import OffstageTesting
import Testing

@testable import OffstageStore

/// The rows of operations: what `verify` finds in them, and how their first shape becomes that of now.
@Suite struct `Operations inside the SQLite store` {
  @Test(arguments: [
    ("UPDATE operation SET state = 3 WHERE id = 7", "differ from their events"),
    ("DELETE FROM operation WHERE id = 7", "differ from their events"),
    ("UPDATE event SET thread = 8, operation = 8 WHERE id = 7", "belong to no operation"),
    (
      "INSERT INTO operation SELECT 99, thread, service, state, began, changed, next, events, "
        + "attempts, answers, failures, total, marks, is_anonymous FROM operation WHERE id = 7",
      "1 operations have no event"
    ),
  ])
  func `operations that are wrong are found, and made anew`(
    _ fault: String, _ words: String
  ) async throws {
    try await withScratchFolder { folder in
      let bench = try await StoreSample("\(folder)/offstage.sqlite")
      try await bench.fill(20)
      let operations = try await bench.store.operations(OperationQuery(limit: 100)).operations
      try await bench.store.pool.write { try $0.execute(sql: fault) }
      let found = try await bench.store.verify(rebuild: false)
      #expect(found.contains { $0.sentence.contains(words) }, "\(found)")
      #expect(try await bench.store.verify(rebuild: true).allSatisfy(\.isRepaired))
      #expect(try await bench.store.verify(rebuild: false) == [])
      let after = try await bench.store.operations(OperationQuery(limit: 100)).operations
      #expect(after.map(\.operation.began) == operations.map(\.operation.began))
      #expect(after.map(\.operation.state) == operations.map(\.operation.state))
    }
  }

  @Test func `operations of before they were leaner stay what they are`() async throws {
    try await withScratchFolder { folder in
      let path = "\(folder)/offstage.sqlite"
      let bench = try await StoreSample(path)
      try await bench.fill(30)
      try await bench.write([
        .event(.sample(at: ManualClock.start + .days(1), instance: "")),
        .event(.sample(at: ManualClock.start + .days(2), instance: "")),
      ])
      let operations = try await bench.store.operations(OperationQuery(limit: 100)).operations
      #expect(operations.count == 32)
      try await bench.store.pool.write { db in
        try db.execute(
          sql: """
            CREATE TABLE before (id INTEGER PRIMARY KEY AUTOINCREMENT, thread INTEGER NOT NULL,
              service INTEGER NOT NULL, state INTEGER NOT NULL, began INTEGER NOT NULL,
              changed INTEGER NOT NULL, next INTEGER, events INTEGER NOT NULL,
              attempts INTEGER NOT NULL, answers INTEGER NOT NULL, failures INTEGER NOT NULL,
              total INTEGER NOT NULL, marks INTEGER NOT NULL) STRICT;
            INSERT INTO before SELECT id, thread, service, state, began, changed, next, events,
              attempts, answers, failures, total, marks FROM operation;
            DROP TABLE operation;
            DELETE FROM sqlite_sequence WHERE name = 'operation';
            ALTER TABLE before RENAME TO operation;
            CREATE INDEX operation_thread ON operation (thread, began);
            CREATE INDEX operation_facet ON operation (service, state, began);
            DELETE FROM grdb_migrations WHERE identifier LIKE '6 %';
            """)
      }
      try await bench.store.close()
      let upgraded = try await StoreSample(path)
      let after = try await upgraded.store.operations(OperationQuery(limit: 100)).operations
      #expect(after == operations)
      #expect(try await upgraded.store.verify(rebuild: false) == [])
      // Numbers never come again.
      try await upgraded.write([.event(.sample(at: ManualClock.start + .days(3), instance: "new"))])
      let newest = try await upgraded.store.operations(OperationQuery(limit: 1)).operations
      #expect(newest.map(\.id) == [33])
    }
  }
}
