import Foundation
import GRDB
import OffstageCore
import OffstageTesting
import Testing

@testable import OffstageStore

/// How SQLite is set up and used, and what `verify` finds.
@Suite struct `Inside the SQLite store` {
  @Test func `a commit is synced to the disk before it returns`() async throws {
    try await withScratchFolder { folder in
      let bench = try await StoreSample("\(folder)/offstage.sqlite")
      let pragmas = ["synchronous", "journal_mode", "foreign_keys", "application_id"]
      let values = try await bench.store.pool.writeWithoutTransaction { db in
        try pragmas.map { try String.fetchOne(db, sql: "PRAGMA \($0)") }
      }
      // 2 is FULL.
      #expect(values == ["2", "wal", "1", "\(Schema.applicationID)"])
    }
  }

  /// The statements that lists are made of, as SQLite is given them.
  private func statement(
    _ selection: EventSelection, after cursor: EventCursor?, _ order: EventQuery.Order
  ) -> String {
    var condition = Condition(selection)
    if let cursor { condition.add(beyond: cursor, order) }
    var sql = EventReader.statement(
      where: condition, order: EventReader.timeOrder(order), limit: 101)
    for index in stride(from: 12, through: 1, by: -1) {
      sql = sql.replacing("?\(index)", with: "1")
    }
    return sql
  }

  @Test(arguments: EventQuery.Order.allCases, [false, true])
  func `pages come off the time index without sorting`(
    _ order: EventQuery.Order, _ isKeyset: Bool
  ) async throws {
    try await withScratchFolder { folder in
      let bench = try await StoreSample("\(folder)/offstage.sqlite")
      try await bench.fill(200)
      let cursor =
        isKeyset
        ? EventCursor(identity: EventIdentity(of: .sample()), sourceNumber: 1) : nil
      let selections = [
        EventSelection(), EventSelection(services: [.pushMessaging]),
        EventSelection(origins: ["https://app.example"]),
        EventSelection(sources: [bench.source]),
        EventSelection(since: ManualClock.start, until: ManualClock.start + .days(1)),
      ]
      for isAnalyzed in [false, true] {
        if isAnalyzed { try await bench.store.pool.write { try $0.execute(sql: "ANALYZE") } }
        for selection in selections {
          let plan = try await bench.plan(statement(selection, after: cursor, order))
          #expect(!plan.contains { $0.contains("TEMP B-TREE") }, "\(plan)")
          let events = plan.first { $0.contains(" event") }
          #expect(events?.contains("event_time") == true, "\(plan)")
          if isKeyset { #expect(events?.hasPrefix("SEARCH") == true, "\(plan)") }
        }
      }
    }
  }

  @Test func `a range with too many events for instances is refused`() async throws {
    try await withScratchFolder { folder in
      let bench = try await StoreSample("\(folder)/offstage.sqlite")
      try await bench.fill(20)
      let range = EventSelection(since: ManualClock.start, until: ManualClock.start + .hours(1))
      let all = try await bench.store.instances(range, limit: 100, ofEvents: 20)
      #expect(all.count == 20)
      let error = await #expect(throws: StoreError.self) {
        try await bench.store.instances(range, limit: 100, ofEvents: 19)
      }
      #expect(error?.code == .tooMany && error?.hint != nil)
    }
  }

  // MARK: verify

  @Test func `verify finds nothing wrong with a store in use`() async throws {
    try await withScratchFolder { folder in
      let bench = try await StoreSample("\(folder)/offstage.sqlite")
      try await bench.fill(50)
      #expect(try await bench.store.verify(rebuild: false) == [])
      #expect(try await bench.store.verify(rebuild: true) == [])
    }
  }

  @Test func `wrong counts are found, and rebuilt when asked`() async throws {
    try await withScratchFolder { folder in
      let bench = try await StoreSample("\(folder)/offstage.sqlite")
      try await bench.fill(50)
      try await bench.store.pool.write { db in
        try db.execute(sql: "UPDATE service_state SET events = events + 3 WHERE service = 5")
        try db.execute(sql: "UPDATE service_state SET replayed = 9 WHERE service = 1")
      }
      let found = try await bench.store.verify(rebuild: false)
      #expect(found.count == 2)
      #expect(found.allSatisfy { !$0.isRepaired })
      #expect(found.contains { $0.sentence.contains("53") && $0.sentence.contains("50") })
      #expect(try await bench.store.verify(rebuild: true).allSatisfy(\.isRepaired))
      #expect(try await bench.store.verify(rebuild: false) == [])
      #expect(try await bench.store.facts(of: bench.source)[.pushMessaging]?.events == 50)
    }
  }

  @Test(arguments: [
    "UPDATE minute_count SET events = events + 1",
    "DELETE FROM minute_count",
    "INSERT INTO minute_count VALUES (1, 1300, 1, 0, 5)",
    "UPDATE event SET outcome = 1",
  ])
  func `wrong counts of minutes are found, and rebuilt when asked`(_ fault: String) async throws {
    try await withScratchFolder { folder in
      let bench = try await StoreSample("\(folder)/offstage.sqlite")
      try await bench.fill(50)
      try await bench.store.pool.write { try $0.execute(sql: fault) }
      let failed = EventQuery(EventSelection(outcomes: [.failed]), limit: 100)
      #expect(try await bench.store.verify(rebuild: false).count == 1)
      #expect(try await bench.store.verify(rebuild: true).allSatisfy(\.isRepaired))
      #expect(try await bench.store.verify(rebuild: false) == [])
      #expect(try await bench.store.events(failed).events.count == 50)
    }
  }

  @Test func `a store from before there were counts gets them`() async throws {
    try await withScratchFolder { folder in
      let path = "\(folder)/offstage.sqlite"
      let bench = try await StoreSample(path)
      try await bench.fill(30)
      let events = try await bench.all()
      try await bench.store.pool.write { db in
        try db.execute(
          sql: """
            DROP TABLE minute_count;
            DROP TABLE event_block;
            DROP TABLE block_signature;
            DROP TABLE group_signature;
            DROP TABLE block_letters;
            DROP INDEX event_trigger;
            ALTER TABLE event DROP COLUMN outcome;
            ALTER TABLE event DROP COLUMN written;
            DROP INDEX event_thread;
            ALTER TABLE event DROP COLUMN thread;
            ALTER TABLE event DROP COLUMN operation;
            DROP TABLE thread;
            DROP TABLE operation;
            DROP TABLE operation_change;
            DELETE FROM sqlite_sequence WHERE name = 'operation';
            DROP TABLE trigger;
            DROP INDEX event_of_trigger;
            DROP INDEX worker_moment;
            DROP TABLE notification;
            DROP TABLE push_device;
            DROP TABLE push_subscription;
            DROP TABLE push_message;
            DROP TABLE push_order;
            DELETE FROM grdb_migrations WHERE identifier <> '1 record';
            """)
      }
      try await bench.store.close()
      let upgraded = try await StoreSample(path)
      #expect(try await upgraded.all() == events)
      #expect(try await upgraded.store.verify(rebuild: false) == [])
    }
  }

  @Test(arguments: [
    "UPDATE event SET digest = digest + 1 WHERE id = 7",
    "UPDATE event SET instance = 'other' WHERE id = 7",
    "UPDATE event SET metadata = '{' WHERE id = 7",
    "UPDATE event SET name = 999 WHERE id = 7",
    "UPDATE event SET registration = 999 WHERE id = 7",
    "UPDATE event SET capture = 99 WHERE id = 7",
    "UPDATE event SET place = 9999 WHERE id = 7",
  ])
  func `a planted fault is found`(_ fault: String) async throws {
    try await withScratchFolder { folder in
      let bench = try await StoreSample("\(folder)/offstage.sqlite")
      try await bench.fill(20)
      try await bench.store.pool.write { try $0.execute(sql: fault) }
      let found = try await bench.store.verify(rebuild: false)
      #expect(found.contains { $0.sentence.contains("7") }, "\(found)")
    }
  }

  // MARK: Retention

  @Test func `observations go with their events, and the newest of a service stays`() async throws {
    try await withScratchFolder { folder in
      let bench = try await StoreSample(
        "\(folder)/offstage.sqlite", .sample(keep: .for(.days(3))))
      let began = ManualClock.start
      func observe(
        _ number: UInt64, _ service: Service, _ events: [LoggedEvent] = [], ended: Bool = true
      ) -> [StoreWrite] {
        let token = ObservationToken(rawValue: number)
        var writes: [StoreWrite] = [
          .observationBegan(
            token, service, browser: "Chrome/156", transport: "pipe", at: began)
        ]
        writes += events.map {
          .event(
            EventWrite(
              identity: EventIdentity(of: $0), logged: $0, received: began, capture: .live,
              observation: token))
        }
        if ended { writes.append(.observationEnded(token, at: began + .hours(1))) }
        return writes
      }
      // The event of the second is not old, and the third was cut short.
      try await bench.write(
        observe(1, .pushMessaging) + observe(2, .pushMessaging, [.sample(at: began + .days(2))])
          + observe(3, .pushMessaging, ended: false) + observe(4, .pushMessaging)
          + observe(5, .backgroundSync))
      while try await bench.store.prune(bench.source, at: began + .days(4)) {}
      let left = try await bench.store.pool.read {
        try Int64.fetchAll($0, sql: "SELECT id FROM observation ORDER BY id")
      }
      #expect(left == [2, 4, 5])
      #expect(try await bench.store.verify(rebuild: false) == [])
    }
  }

  // MARK: Two processes

  @Test func `one process's commit is seen by the other's changes`() async throws {
    try await withScratchFolder { folder in
      let here = try await StoreSample("\(folder)/offstage.sqlite")
      let there = try await StoreSample("\(folder)/offstage.sqlite")
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await here.store.run() }
        var follower = EventFollower(
          store: here.store, selection: EventSelection(), after: 0)
        group.addTask { try await there.fill(3) }
        var seen: [Int64] = []
        try await follower.run { page in
          seen += page.map(\.id)
          return seen.count < 3
        }
        #expect(seen == [1, 2, 3])
        group.cancelAll()
      }
    }
  }

  @Test func `a follower sees each event once, in order of arrival`() async throws {
    try await withScratchFolder { folder in
      let bench = try await StoreSample("\(folder)/offstage.sqlite")
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask {
          for index in 0..<1300 where index % 100 == 0 {
            let writes = (index..<index + 100).map {
              StoreWrite.event(
                .sample(at: ManualClock.start - .seconds(Int64($0)), instance: "\($0)"))
            }
            try await bench.write(writes)
          }
        }
        var follower = EventFollower(
          store: bench.store, selection: EventSelection(), after: 0)
        var seen: [Int64] = []
        try await follower.run { page in
          seen += page.map(\.id)
          return seen.count < 1300
        }
        #expect(seen == Array(1...1300))
        try await group.waitForAll()
      }
    }
  }

  @Test func `reading within a cancelled task is a cancellation`() async throws {
    try await withScratchFolder { folder in
      let bench = try await StoreSample("\(folder)/offstage.sqlite")
      await withTaskGroup(of: Void.self) { group in
        group.addTask {
          withUnsafeCurrentTask { $0?.cancel() }
          do {
            _ = try await bench.all()
            Issue.record("it was read")
          } catch {
            #expect(error is CancellationError)
          }
        }
      }
    }
  }

  @Test func `the watcher ends quietly when it is cancelled`() async throws {
    try await withScratchFolder { folder in
      let bench = try await StoreSample("\(folder)/offstage.sqlite")
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await bench.store.run() }
        group.cancelAll()
        try await group.waitForAll()
      }
    }
  }
}
