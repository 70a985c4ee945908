internal import GRDB
package import OffstageCore

/// What is asked of the push service.
extension SQLiteEventStore {
  package func order(
    _ kind: PushOrder.Kind, subscription: String?, times: Int?, at now: Timestamp
  ) async throws -> Int64 {
    try await write { db in
      try db.run(
        "INSERT INTO push_order (kind, subscription, times, asked) VALUES (?1, ?2, ?3, ?4)"
      ) {
        $0.bind(kind.text, at: 1)
        $0.bind(subscription, at: 2)
        $0.bind(times.map(Int64.init), at: 3)
        $0.bind(now.micros, at: 4)
      }
      return db.lastInsertedRowID
    }
  }

  package func pushOrders() async throws -> [PushOrder] {
    try await read { db in
      try db.rows("SELECT id, kind, subscription, times, taken FROM push_order ORDER BY id") { _ in
      } _: { row -> PushOrder? in
        PushOrder.Kind(text: row.text(1)).map {
          PushOrder(
            id: row.int(0), $0, subscription: row.optionalText(2),
            times: row.optionalInt(3).map { Int($0) }, isTaken: row.int(4) != 0)
        }
      }.compactMap { $0 }
    }
  }

  /// - Parameter ids: nil for all faults.
  /// - Returns: how many there were.
  package func withdraw(orders ids: [Int64]?) async throws -> Int {
    try await write { db in
      let known = try db.rows("SELECT id, kind = 'expire' FROM push_order", { _ in }) {
        (id: $0.int(0), isExpiry: $0.int(1) != 0)
      }
      let meant =
        ids.map { Set($0).intersection(known.map(\.id)) }
        ?? Set(known.lazy.filter { !$0.isExpiry }.map(\.id))
      for id in meant {
        try db.run("DELETE FROM push_order WHERE id = ?1") { $0.bind(id, at: 1) }
      }
      return meant.count
    }
  }
}

extension PushTable {
  static func note(_ write: PushWrite, _ db: Database) throws {
    switch write {
    case .orderTaken(let id):
      try db.run("UPDATE push_order SET taken = 1 WHERE id = ?1") { $0.bind(id, at: 1) }
    case .orderMet(let id):
      try db.run("UPDATE push_order SET times = times - 1 WHERE id = ?1") { $0.bind(id, at: 1) }
      try db.run("DELETE FROM push_order WHERE id = ?1 AND times <= 0") { $0.bind(id, at: 1) }
    case .orderDone(let id):
      try db.run("DELETE FROM push_order WHERE id = ?1") { $0.bind(id, at: 1) }
    default: break
    }
  }
}
