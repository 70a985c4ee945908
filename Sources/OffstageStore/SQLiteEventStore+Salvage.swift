internal import Foundation
internal import GRDB
package import OffstageCore

/// What was saved out of a damaged store.
package struct SalvageReport: Sendable, Hashable {
  package var events: Int
  /// In words, such as “12 events”; empty when nothing was lost.
  package var losses: [String]
  /// Where the damaged file is kept.
  package var damagedPath: String
}

extension SQLiteEventStore {
  /// Saves what can be read of a damaged store into a new one, which takes its place; the damaged
  /// file is put aside. Nil when the store is sound, and nothing was changed.
  package static func salvage(at path: String, now: Timestamp) async throws -> SalvageReport? {
    guard FileManager.default.fileExists(atPath: path) else {
      throw StoreError(.notFound, "There is no store \(path).", hint: "Nothing is recorded yet.")
    }
    let lock = try StoreFile.lockAlone(path)
    defer { withExtendedLifetime(lock) {} }
    let isMarked = try StoreFile.isMarkedForSalvage(path)
    // Nothing is done to the damaged file: SQLite may write to what it opens, also in order to read.
    let folder = path + ".salvage"
    try? FileManager.default.removeItem(atPath: folder)
    try FileManager.default.createDirectory(
      atPath: folder, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let copy = folder + "/damaged.sqlite"
    for suffix in ["", "-wal"] where FileManager.default.fileExists(atPath: path + suffix) {
      try StoreFile.copy(path + suffix, to: copy + suffix)
    }
    do {
      if try await isSound(copy) { return nil }
      let new = folder + "/new.sqlite"
      var report = try await fill(new, from: copy, isMarked: isMarked)
      report.damagedPath = path + ".damaged-" + now.compactText
      try StoreFile.replace(path, by: new, aside: report.damagedPath)
      return report
    } catch let error as StoreError where error.code == .notAStore {
      throw StoreFile.notAStore(path)
    } catch {
      throw StoreError(error, doing: "salvage", path)
    }
  }

  private static func isSound(_ path: String) async throws -> Bool {
    do {
      let store = try open(at: path)
      let faults = try await store.verify(rebuild: false)
      try await store.close()
      return faults.isEmpty
    } catch let error as StoreError where [.damaged, .failed, .notAStore].contains(error.code) {
      return false
    }
  }

  /// What does not say that it is a store must show that it is one.
  private static func fill(
    _ new: String, from damaged: String, isMarked: Bool
  ) async throws -> SalvageReport {
    try await open(at: new).close()
    if !hasReadableSchema(damaged) {
      try StoreFile.graftSchema(of: new, onto: damaged, tables: tablePages(new))
      guard hasReadableSchema(damaged) else { throw StoreFile.notAStore(damaged) }
    }
    let store = try open(at: new)
    let losses = try await store.pool.writeWithoutTransaction { new in
      var losses: [String] = []
      try new.inTransaction {
        let queue = try openDamaged(damaged)
        let salvage = try queue.writeWithoutTransaction { old in
          var salvage = Salvage(from: old, to: new)
          try salvage.run()
          return salvage
        }
        try queue.close()
        try Salvage.copyLeaves(of: damaged, to: new, open: openDamaged)
        try Salvage.dropSpoiltEvents(new)
        losses = try salvage.losses()
        try salvage.addGaps()
        return .commit
      }
      return losses
    }
    let isEmpty = try await store.sources().isEmpty
    guard isMarked || !isEmpty else { throw StoreFile.notAStore(damaged) }
    _ = try await store.verify(rebuild: true)
    let faults = try await store.verify(rebuild: false)
    guard faults.isEmpty else {
      throw StoreError(.damaged, "What was read of the store makes no sound store: \(faults[0]).")
    }
    let events = try await store.read { db in
      try db.row("SELECT count(*) FROM event") { Int($0.int(0)) } ?? 0
    }
    _ = try await store.pool.writeWithoutTransaction { try $0.checkpoint(.truncate) }
    try await store.close()
    return SalvageReport(events: events, losses: losses, damagedPath: damaged)
  }

  private static func openDamaged(_ path: String) throws -> DatabaseQueue {
    var configuration = Configuration()
    configuration.prepareDatabase { db in
      // A file that is shorter than it says is refused otherwise (SQLite's btree.c, `lockBtree`).
      try db.execute(
        sql: """
          PRAGMA writable_schema = ON;
          PRAGMA cell_size_check = ON;
          PRAGMA locking_mode = EXCLUSIVE;
          """)
    }
    return try DatabaseQueue(path: path, configuration: configuration)
  }

  /// Where the tables and indexes begin.
  private static func tablePages(_ path: String) throws -> Set<Int> {
    let queue = try DatabaseQueue(path: path)
    defer { try? queue.close() }
    return try queue.read { try Int.fetchSet($0, sql: "SELECT rootpage FROM sqlite_master") }
  }

  private static func hasReadableSchema(_ path: String) -> Bool {
    let queue = try? openDamaged(path)
    defer { try? queue?.close() }
    let tables = try? queue?.read { db in
      try Int.fetchOne(
        db,
        sql: """
          SELECT count(*) FROM sqlite_master
          WHERE name IN ('event', 'text', 'source', 'registration', 'service_state', 'cleared')
          """)
    }
    return tables == 6
  }
}

extension Timestamp {
  /// Such as 20261122T140209Z.
  fileprivate var compactText: String {
    iso8601.prefix(19).filter { $0 != "-" && $0 != ":" } + "Z"
  }
}
