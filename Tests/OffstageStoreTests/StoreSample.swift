import GRDB
import OffstageCore
import OffstageTesting

@testable import OffstageStore

/// A store with one source.
struct StoreSample: Sendable {
  let store: SQLiteEventStore
  let source: SourceID

  init(_ path: String, _ description: SourceDescription = .sample()) async throws {
    store = try SQLiteEventStore.open(at: path)
    source = try await store.openSource(description, at: ManualClock.start).source.id
  }

  init(store: SQLiteEventStore, source: SourceID) {
    self.store = store
    self.source = source
  }

  @discardableResult
  func write(_ writes: [StoreWrite]) async throws -> WriteResult {
    try await store.write(
      [SourceWrites(source: source, writes: writes)], receivedUntil: ManualClock.start)
  }

  /// So many events, a second apart.
  func fill(_ count: Int) async throws {
    try await write(
      (0..<count).map {
        .event(.sample(at: ManualClock.start + .seconds(Int64($0)), instance: "\($0)"))
      })
  }

  func all() async throws -> [StoredEvent] {
    try await store.events(EventQuery(order: .ascending, limit: .max)).events
  }

  /// Lets the file grow by so many pages only, as a full disk does.
  func limitPages(toMore pages: Int) async throws -> Int {
    let count = try await store.pool.writeWithoutTransaction { db in
      try Int.fetchOne(db, sql: "PRAGMA page_count") ?? 0
    }
    try await setPageLimit(count + pages)
    return count
  }

  func setPageLimit(_ pages: Int) async throws {
    try await store.pool.writeWithoutTransaction { db in
      _ = try Int.fetchOne(db, sql: "PRAGMA max_page_count = \(pages)")
    }
  }

  func plan(_ sql: String) async throws -> [String] {
    try await store.pool.read { db in
      try Row.fetchAll(db, sql: "EXPLAIN QUERY PLAN \(sql)").map { $0["detail"] }
    }
  }
}
