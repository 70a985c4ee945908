internal import GRDB
package import OffstageCore

extension SQLiteEventStore: PushLedger {
  package func pushState(at now: Timestamp) async throws -> PushState {
    try await write { db in
      try PushTable.removeOld(before: now - PushTable.keep, db)
      return PushState(
        devices: try PushTable.devices(db), subscriptions: try PushTable.subscriptions(db),
        waiting: try PushTable.messages(
          db, where: "WHERE status = 201 AND ended IS NULL ORDER BY id"))
    }
  }

  package func record(_ writes: [PushWrite]) async throws {
    guard !writes.isEmpty else { return }
    // What Firefox reports is an event as well, or nothing of it is kept.
    _ = try await store { db in
      try writes.compactMap { try PushTable.apply($0, db) }
    }
  }

  package func pushMessages(onlyRefused: Bool, limit: Int) async throws -> [PushMessage] {
    try await read { db in
      try PushTable.messages(
        db,
        where: (onlyRefused ? "WHERE status <> 201 " : "") + "ORDER BY id DESC LIMIT ?1"
      ) { $0.bind(limit, at: 1) }
    }
  }

  package func pushMessage(id: String) async throws -> PushMessage? {
    try await read { try $0.pushMessage(id) }
  }

  package func pushSubscriptions() async throws -> [PushSubscription] {
    try await read { db in try PushTable.subscriptions(db) }
  }
}

extension SQLiteEventStore {
  /// The name that the Firefox of this source was given by the push service.
  package func firefoxAgent(of source: SourceID) async throws -> String? {
    try await read { db in
      try db.row(
        "SELECT name FROM push_device WHERE source = ?1 ORDER BY created DESC, name DESC LIMIT 1"
      ) {
        $0.bind(source.description, at: 1)
      } _: {
        $0.text(0)
      }
    }
  }
}

extension Database {
  func pushMessage(_ id: String) throws -> PushMessage? {
    try PushTable.messages(self, where: "WHERE name = ?1") { $0.bind(id, at: 1) }.first
  }
}
