internal import GRDB
internal import JSON
internal import OffstageCore

/// What was shown of notifications, beside the events that tell of them.
enum NotificationTable {
  static let schema = """
    CREATE TABLE notification (
      id INTEGER PRIMARY KEY,
      source INTEGER NOT NULL REFERENCES source(id),
      at INTEGER NOT NULL,
      -- Of the desk: two of one moment differ in it.
      number INTEGER NOT NULL,
      origin TEXT,
      title TEXT NOT NULL,
      body TEXT NOT NULL,
      -- As JSON.
      actions TEXT NOT NULL,
      stays_open INTEGER NOT NULL,
      is_silent INTEGER NOT NULL,
      icon_hash TEXT,
      image_hash TEXT,
      closed INTEGER
    ) STRICT;
    CREATE UNIQUE INDEX notification_time ON notification (source, at, number);
    """

  static let columns =
    "at, number, origin, title, body, actions, stays_open, is_silent, icon_hash, image_hash, closed"

  static func notification(_ row: RawStatement) -> StoredNotification {
    let shown = ShownNotification(
      number: UInt32(clamping: row.int(1)), title: row.text(3), body: row.text(4),
      origin: row.optionalText(2),
      actions: (try? ShownNotification.Action.list(parsing: row.bytes(5))) ?? [],
      staysOpen: row.int(6) != 0, isSilent: row.int(7) != 0,
      shown: Timestamp(micros: row.int(0)))
    return StoredNotification(
      shown, iconHash: row.optionalText(8), imageHash: row.optionalText(9),
      closed: row.optionalInt(10).map(Timestamp.init(micros:)))
  }

  /// It is there already if one of that number was shown in that moment; one that was there when an
  /// earlier file was written may have gone.
  static func insert(_ notification: StoredNotification, source: Int64, _ db: Database) throws {
    let shown = notification.shown
    var actions = JSONWriter()
    actions.array { writer in ShownNotification.Action.write(shown.actions, to: &writer) }
    try db.run(
      """
      INSERT INTO notification (source, \(columns))
      VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)
      ON CONFLICT (source, at, number) DO UPDATE SET closed = excluded.closed
      WHERE closed IS NULL AND excluded.closed IS NOT NULL
      """
    ) {
      $0.bind(source, at: 1)
      $0.bind(shown.shown.micros, at: 2)
      $0.bind(Int64(shown.number), at: 3)
      $0.bind(shown.origin, at: 4)
      $0.bind(shown.title, at: 5)
      $0.bind(shown.body, at: 6)
      $0.bind(actions.string, at: 7)
      $0.bind(shown.staysOpen ? 1 : 0, at: 8)
      $0.bind(shown.isSilent ? 1 : 0, at: 9)
      $0.bind(notification.iconHash, at: 10)
      $0.bind(notification.imageHash, at: 11)
      $0.bind(notification.closed?.micros, at: 12)
    }
  }

  /// Goes with the events that were removed: what has none left nearby tells nothing any more.
  static func removeOrphans(source: Int64?, until end: Int64, _ db: Database) throws {
    try db.run(
      """
      DELETE FROM notification WHERE (?1 IS NULL OR source = ?1) AND at <= ?2
        AND NOT EXISTS (
          SELECT 1 FROM event JOIN registration ON registration.id = event.registration
            JOIN text ON text.id = registration.origin
          WHERE event.source = notification.source
            AND event.place >> 8 = \(Service.notifications.code)
            AND event.timestamp BETWEEN at - \(NotificationCard.slack.micros)
              AND at + \(NotificationCard.slack.micros)
            AND (notification.origin IS NULL
              OR text.value IN (notification.origin, notification.origin || '/')))
      """
    ) {
      $0.bind(source, at: 1)
      $0.bind(end, at: 2)
    }
  }
}
