internal import GRDB
package import OffstageCore

extension SQLiteEventStore {
  package func note(_ notification: StoredNotification, of source: SourceID) async throws {
    try await write { db in
      try NotificationTable.insert(notification, source: try db.sourceNumber(of: source), db)
    }
  }

  package func noteClosed(
    _ number: UInt32, of source: SourceID, at now: Timestamp
  ) async throws {
    try await write { db in
      let source = try db.sourceNumber(of: source)
      try db.run(
        """
        UPDATE notification SET closed = ?3 WHERE id =
          (SELECT id FROM notification WHERE source = ?1 AND number = ?2 AND closed IS NULL
            ORDER BY at DESC LIMIT 1)
        """
      ) {
        $0.bind(source, at: 1)
        $0.bind(Int64(number), at: 2)
        $0.bind(now.micros, at: 3)
      }
    }
  }

  package func notifications(
    _ selection: EventSelection, after: BesidePlace?, limit: Int
  ) async throws -> [PlacedBeside<ExchangeNotification>] {
    try await read { db in
      var condition = Condition()
      if !selection.sources.isEmpty {
        let list = selection.sources.map { condition.placeholder($0.description) }
        condition.add("source.uuid IN (\(list.joined(separator: ", ")))")
      }
      if let since = selection.since {
        condition.add("notification.at >= \(condition.placeholder(since.micros))")
      }
      if let until = selection.until {
        condition.add("notification.at <= \(condition.placeholder(until.micros))")
      }
      if let after {
        let values = [after.at.micros, after.number].map { condition.placeholder($0) }
        condition.add("(notification.at, notification.id) > (\(values.joined(separator: ", ")))")
      }
      return try db.rows(
        """
        SELECT \(NotificationTable.columns), source.uuid, notification.id
        FROM notification INDEXED BY notification_moment
          JOIN source ON source.id = notification.source
        WHERE \(condition.sql) ORDER BY notification.at, notification.id LIMIT \(limit)
        """, condition.bind
      ) { row -> PlacedBeside<ExchangeNotification>? in
        guard let source = SourceID(row.text(11)) else { return nil }
        let notification = NotificationTable.notification(row)
        return PlacedBeside(
          ExchangeNotification(source: source, notification: notification),
          at: BesidePlace(at: notification.shown.shown, number: row.int(12)))
      }.compactMap { $0 }
    }
  }
}

extension Database {
  /// What was shown of an operation.
  func notifications(of events: [StoredEvent], source: SourceID) throws -> [StoredNotification] {
    guard let first = events.first, let last = events.last else { return [] }
    let number = try sourceNumber(of: source)
    let candidates = try rows(
      """
      SELECT \(NotificationTable.columns) FROM notification
      WHERE source = ?1 AND at BETWEEN ?2 AND ?3 ORDER BY at, number LIMIT 1000
      """
    ) {
      $0.bind(number, at: 1)
      $0.bind((first.logged.timestamp - NotificationCard.slack).micros, at: 2)
      $0.bind((last.logged.timestamp + NotificationCard.slack).micros, at: 3)
    } _: {
      NotificationTable.notification($0)
    }
    return StoredNotification.those(of: events, among: candidates)
  }
}
