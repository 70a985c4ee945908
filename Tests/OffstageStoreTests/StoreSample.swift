import GRDB
import OffstageCore
import OffstageTesting
import Synchronization

@testable import OffstageStore

/// A store with one source.
struct StoreSample: Sendable {
  let store: SQLiteEventStore
  let source: SourceID

  init(
    _ path: String, _ description: SourceDescription = .sample(),
    granule: Int64 = SearchShape.granule
  ) async throws {
    store = try SQLiteEventStore.open(at: path, granule: granule)
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
  func fill(
    _ count: Int, every interval: Interval = .seconds(1), instance: (Int) -> String = { "\($0)" }
  ) async throws {
    try await write(
      (0..<count).map {
        let moment = ManualClock.start + Interval(micros: interval.micros * Int64($0))
        return .event(.sample(at: moment, instance: instance($0)))
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

  /// What `body` reads, and how many queries that took.
  func queries<Value: Sendable>(
    _ body: @escaping @Sendable (Database) throws -> Value
  ) async throws -> (value: Value, queries: Int) {
    try await store.pool.read { db in
      let count = Mutex(0)
      db.trace { _ in count.withLock { $0 += 1 } }
      defer { db.trace(nil) }
      return (try body(db), count.withLock { $0 })
    }
  }

  /// All parts of a list that is cut with such a budget.
  func cuts(
    _ selection: EventSelection, _ order: EventQuery.Order, size: Int, budget: Int64
  ) async throws -> [EventPieces] {
    let granule = store.index.granule
    var cuts: [EventPieces] = []
    repeat {
      let next = cuts.last?.next
      cuts.append(
        try await store.pool.read { db in
          var cutter = PieceCutter(
            db, selection, order, size: size, limit: nil, budget: budget, granule: granule)
          return try cutter.cut(after: next)
        })
    } while cuts.last?.next != nil
    return cuts
  }

  func plan(_ sql: String) async throws -> [String] {
    try await store.pool.read { db in
      try Row.fetchAll(db, sql: "EXPLAIN QUERY PLAN \(sql)").map { $0["detail"] }
    }
  }
}
