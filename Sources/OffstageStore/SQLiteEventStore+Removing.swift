internal import GRDB
package import OffstageCore

/// Removing marks what it removes in the same transaction, so that no replay brings it back.
extension SQLiteEventStore {
  /// So many events are removed at a time, so that a recorder can write in between.
  private static let portion = 20_000

  package func clear(_ selection: EventSelection, at now: Timestamp) async throws -> Int {
    let end = try await write { db in
      let end = min(selection.until ?? now, now).micros
      let since = selection.since?.micros ?? .min
      if since <= end { try db.mark(selection, cleared: since...end) }
      // A clock that was ahead has left events in the future; none but those are marked there.
      var ahead = selection
      ahead.since = max(selection.since ?? now, now + Interval(micros: 1))
      let condition = Condition(ahead)
      let times = try db.row(
        "SELECT min(timestamp), max(timestamp) FROM event WHERE \(condition.sql)", condition.bind
      ) { ($0.optionalInt(0), $0.optionalInt(1)) }
      guard let first = times?.0, let last = times?.1 else { return end }
      try db.mark(selection, cleared: first...last)
      return last
    }
    var bounded = selection
    bounded.until = Timestamp(micros: end)
    return try await remove(bounded)
  }

  private func remove(_ selection: EventSelection) async throws -> Int {
    // First: by the events some are known whose they are.
    if selection.mayHavePushes {
      try await write { db in try PushTable.remove(selection, db) }
    }
    var total = 0
    while true {
      let removed = try await write { db in
        try db.removeEvents(Condition(selection), limit: SQLiteEventStore.portion)
      }
      total += removed
      guard removed == SQLiteEventStore.portion else { break }
    }
    if total > 0 {
      try await write { db in
        try NotificationTable.removeOrphans(
          source: nil, until: selection.until?.micros ?? .max, db)
      }
      try await dropEmptyBlocks()
    }
    return total
  }

  package func countOverdue(
    keep: Interval, of source: SourceID, at now: Timestamp
  ) async throws -> Int {
    let selection = EventSelection(sources: [source], until: now - keep)
    return try await read { db in
      let condition = Condition(overdue: selection, now - keep)
      return try db.row("SELECT count(*) FROM event WHERE \(condition.sql)", condition.bind) {
        Int($0.int(0))
      } ?? 0
    }
  }
}

extension Condition {
  /// An operation goes whole, once its last event is past the horizon.
  init(overdue selection: EventSelection, _ horizon: Timestamp) {
    self.init(selection)
    add(
      """
      NOT EXISTS (SELECT 1 FROM operation WHERE operation.id = event.operation
        AND operation.changed > \(placeholder(horizon.micros)))
      """)
  }
}

extension Database {
  /// Removes at most `limit` events, the oldest first, and keeps the counts.
  func removeEvents(_ condition: Condition, limit: Int) throws -> Int {
    let chosen = """
      SELECT id FROM event WHERE \(condition.sql)
      ORDER BY timestamp, place, digest, source, ordinal LIMIT \(limit)
      """
    let counts = try rows(
      """
      SELECT source, place >> 8, count(*), sum(replayed) FROM event
      WHERE id IN (\(chosen)) GROUP BY 1, 2
      """, condition.bind
    ) {
      (source: $0.int(0), service: $0.int(1), events: $0.int(2), replayed: $0.int(3))
    }
    guard !counts.isEmpty else { return 0 }
    try MinuteCount.takeAway(chosen, condition, self)
    let operations = try OperationRemoval(ofEvents: chosen, condition, self)
    try run("DELETE FROM event WHERE id IN (\(chosen))", condition.bind)
    try operations.finish(self)
    for count in counts {
      try run(
        """
        UPDATE service_state SET events = events - ?3, replayed = replayed - ?4
        WHERE source = ?1 AND service = ?2
        """
      ) {
        $0.bind(count.source, at: 1)
        $0.bind(count.service, at: 2)
        $0.bind(count.events, at: 3)
        $0.bind(count.replayed, at: 4)
      }
    }
    return Int(counts.reduce(0) { $0 + $1.events })
  }
}
