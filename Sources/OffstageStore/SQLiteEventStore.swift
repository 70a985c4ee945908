internal import GRDB
package import OffstageCore
internal import Synchronization

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// The event store in one SQLite file, in WAL mode, shared by any number of processes.
package final class SQLiteEventStore: EventStore {
  let pool: DatabasePool
  let path: String
  let index: SearchIndex
  private let writer: Mutex<StoreWriter>
  let watcher: StoreWatcher
  private let lock: Mutex<FileLock?>

  /// How long others may take to make the store that we want to open.
  private static let openingPatience = Duration.seconds(10)

  /// What a commit is to outlive.
  package enum Durability: Sendable {
    /// The process and the machine's power.
    case machine
    /// Nothing: the store goes with the process that made it.
    case none

    /// GRDB sets NORMAL after it has prepared the connection: that survives a killed process and may
    /// lose the last commits with the machine's power.
    fileprivate var sql: String {
      switch self {
      case .machine: "PRAGMA synchronous = FULL"
      case .none: "PRAGMA synchronous = OFF"
      }
    }
  }

  /// Opens the store at `path`, and makes it if there is none.
  package static func open(
    at path: String, durability: Durability = .machine
  ) throws -> SQLiteEventStore {
    try open(at: path, granule: SearchShape.granule, durability: durability)
  }

  /// A store that ever was opened with another granule has to be opened with it.
  static func open(
    at path: String, granule: Int64, durability: Durability = .machine
  ) throws -> SQLiteEventStore {
    do {
      try StoreFile.check(path)
      let lock = try StoreFile.share(path)
      return try SQLiteEventStore(
        pool: try openPool(path, durability), path: path, lock: lock, granule: granule)
    } catch {
      throw StoreError(error, doing: "open", path)
    }
  }

  private static func openPool(
    _ path: String, _ durability: Durability
  ) throws -> DatabasePool {
    let deadline = ContinuousClock.now + openingPatience
    while true {
      do {
        let pool = try DatabasePool(path: path, configuration: configuration)
        let migrator = Schema.migrator
        if try pool.read({ try migrator.hasBeenSuperseded($0) }) {
          throw StoreError(
            .newerFormat, "The store \(path) was written by a newer Offstage.",
            hint: "Update Offstage, or choose another folder with --data.")
        }
        try pool.writeWithoutTransaction { try $0.execute(sql: durability.sql) }
        try migrate(pool, migrator)
        return pool
      } catch let error as DatabaseError
        where error.resultCode == .SQLITE_BUSY && .now < deadline
      {
        // SQLite does not wait for the lock that turns a new file to WAL: it would wait for itself.
        usleep(20_000)
      }
    }
  }

  private static func migrate(_ pool: DatabasePool, _ migrator: DatabaseMigrator) throws {
    while true {
      let before = try pool.read(migrator.appliedIdentifiers)
      do {
        return try migrator.migrate(pool)
      } catch {
        // Another process may be making the store in the same moment: what it has done meanwhile is
        // not done again, what is left may be.
        guard try pool.read(migrator.appliedIdentifiers) != before else { throw error }
      }
    }
  }

  private init(
    pool: DatabasePool, path: String, lock: consuming sending FileLock, granule: Int64
  ) throws {
    self.pool = pool
    self.path = path
    index = SearchIndex(granule: granule)
    writer = Mutex(StoreWriter(blockSize: index.size))
    self.lock = Mutex(lock)
    watcher = try StoreWatcher(path: path)
  }

  private static var configuration: Configuration {
    var configuration = Configuration()
    configuration.busyMode = .timeout(5)
    configuration.maximumReaderCount = 4
    configuration.prepareDatabase { db in
      TextFunctions.add(to: db)
      guard !db.configuration.readonly else { return }
      // One writer inserts at the end of the time index, also while old pages are replayed.
      try db.execute(sql: "PRAGMA cache_size = -24576")
      try db.execute(sql: "PRAGMA wal_autocheckpoint = 8192")
      try db.execute(sql: "PRAGMA journal_size_limit = 67108864")
    }
    return configuration
  }

  /// Sees other processes' commits and keeps the search index; runs until it is cancelled.
  package func run() async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await self.watcher.run() }
      group.addTask { try await self.keepIndex() }
      // They end only when they are cancelled, or by an error.
      while try await group.next() != nil {}
    }
  }

  package func changes() -> AsyncStream<Void> { watcher.changes() }

  package func close() async throws {
    try watcher.close()
    // GRDB closes the writer before its readers, so that SQLite never sees a last connection that
    // may write, and leaves all in the write-ahead log.
    _ = try? await pool.writeWithoutTransaction { try $0.checkpoint(.passive) }
    try pool.close()
    lock.withLock { $0 = nil }
  }

  // MARK: Access

  func read<Value: Sendable>(
    _ body: @escaping @Sendable (Database) throws -> Value
  ) async throws -> Value {
    do {
      return try await pool.read(body)
    } catch let error as CancellationError {
      throw error
    } catch {
      throw StoreError(error, doing: "read", path)
    }
  }

  func write<Value: Sendable>(
    _ body: @escaping @Sendable (Database) throws -> Value
  ) async throws -> Value {
    do {
      let value = try await pool.write(body)
      watcher.poke()
      return value
    } catch let error as CancellationError {
      throw error
    } catch {
      throw StoreError(error, doing: "write", path)
    }
  }

  package func write(
    _ writes: [SourceWrites], receivedUntil: Timestamp
  ) async throws -> WriteResult {
    try await store { _ in writes }
  }

  /// What `prepare` writes and what it gives to be written are one transaction.
  func store(
    _ prepare: @escaping @Sendable (Database) throws -> [SourceWrites]
  ) async throws -> WriteResult {
    do {
      let result = try await pool.writeWithoutTransaction { db in
        try self.writer.withLock { writer in
          let before = writer.observed
          do {
            var result = WriteResult()
            try db.inTransaction(.immediate) {
              result = try writer.apply(prepare(db), db)
              return .commit
            }
            return result
          } catch {
            // The commit fails where the disk is full: what was learnt within it is void too.
            writer.forgetNumbers()
            writer.observed = before
            throw error
          }
        }
      }
      watcher.poke()
      return result
    } catch let error as CancellationError {
      throw error
    } catch {
      throw StoreError(error, doing: "write", path)
    }
  }

  /// After numbers were given to others or taken back.
  func forgetNumbers() {
    writer.withLock { $0.forgetNumbers() }
  }
}
