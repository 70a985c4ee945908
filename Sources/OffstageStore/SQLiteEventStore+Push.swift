internal import GRDB
package import OffstageCore

extension SQLiteEventStore: PushLedger {
  package func pushState(at now: Timestamp) async throws -> PushState {
    try await write { db in
      try PushTable.removeOld(before: now - PushTable.keep, db)
      // A fault ends with the service that it was asked of.
      try db.run("DELETE FROM push_order WHERE taken <> 0")
      return PushState(
        devices: try PushTable.devices(db), subscriptions: try PushTable.subscriptions(db),
        waiting: try PushTable.messages(
          db, where: "WHERE status = 201 AND ended IS NULL AND source IS NULL ORDER BY id"))
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
        where: "WHERE source IS NULL\(onlyRefused ? " AND status <> 201" : "") "
          + "ORDER BY id DESC LIMIT ?1"
      ) { $0.bind(limit, at: 1) }
    }
  }

  package func pushMessage(id: String) async throws -> PushMessage? {
    try await read { try $0.pushMessage(id) }
  }

  package func postedPushes(
    _ selection: EventSelection, limit: Int
  ) async throws -> [PostedPush] {
    try await read { try PushTable.posted($0, selection, limit: limit) }
  }

  package func pushLines(
    _ selection: EventSelection, after: BesidePlace?, limit: Int
  ) async throws -> [PlacedBeside<ExchangePush>] {
    try await read { try PushTable.lines($0, selection, after: after, limit: limit) }
  }

  package func subscriptionLines(
    _ selection: EventSelection
  ) async throws -> [ExchangeSubscription] {
    try await read { try PushTable.subscriptionLines($0, selection) }
  }

  package func noteBrowser(
    ofSubscription token: String, is source: SourceID
  ) async throws {
    try await write { db in
      let source = try db.sourceNumber(of: source)
      try db.run(
        """
        UPDATE push_device SET source = ?2
        WHERE name = (SELECT device FROM push_subscription WHERE token = ?1 AND source IS NULL)
        """
      ) {
        $0.bind(token, at: 1)
        $0.bind(source, at: 2)
      }
    }
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
        """
        SELECT name FROM push_device WHERE source = (SELECT id FROM source WHERE uuid = ?1)
        ORDER BY created DESC, name DESC LIMIT 1
        """
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
