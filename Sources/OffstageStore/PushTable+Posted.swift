internal import GRDB
internal import OffstageCore

/// Messages with what bears on them, and what was imported of them.
extension PushTable {
  static let moreSchema = """
    -- Of a file; NULL is the service's own, and no other is ever served.
    ALTER TABLE push_subscription ADD COLUMN source INTEGER;
    ALTER TABLE push_message ADD COLUMN source INTEGER;
    -- As `InjectedFault` writes it.
    ALTER TABLE push_message ADD COLUMN injected TEXT;
    -- It is not sent before.
    ALTER TABLE push_message ADD COLUMN due INTEGER;
    -- What somebody asked of the service.
    CREATE TABLE push_order (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      -- As `PushOrder.Kind` writes it.
      kind TEXT NOT NULL,
      subscription TEXT,
      times INTEGER,
      asked INTEGER NOT NULL,
      taken INTEGER NOT NULL DEFAULT 0
    ) STRICT;
    CREATE INDEX push_message_gone ON push_message (subscription, id)
      WHERE status IN (404, 410);
    """

  /// Whose it is: as its file tells, or its browser, or the browser whose log tells of it.
  private static let owner = """
    coalesce(m.source, s.source, d.source,
      (SELECT registration.source FROM thread
        JOIN registration ON registration.id = thread.registration
        WHERE thread.instance = m.name AND thread.service = \(Service.pushMessaging.code)))
    """

  private static let joined = """
    push_message AS m LEFT JOIN push_subscription AS s ON s.token = m.subscription
      LEFT JOIN push_device AS d ON d.name = s.device
    """

  private static func condition(_ selection: EventSelection) -> Condition {
    var condition = Condition()
    if !selection.sources.isEmpty {
      let list = selection.sources.map { condition.placeholder($0.description) }
      condition.add(
        "\(owner) IN (SELECT id FROM source WHERE uuid IN (\(list.joined(separator: ", "))))")
    }
    if !selection.origins.isEmpty {
      let list = selection.origins.map { condition.placeholder($0.withoutTrailingSlash) }
      condition.add("s.origin IN (\(list.joined(separator: ", ")))")
    }
    if !selection.instances.isEmpty {
      let list = selection.instances.map { condition.placeholder($0) }
      condition.add("m.name IN (\(list.joined(separator: ", ")))")
    }
    if let since = selection.since {
      condition.add("m.received >= \(condition.placeholder(since.micros))")
    }
    if let until = selection.until {
      condition.add("m.received <= \(condition.placeholder(until.micros))")
    }
    return condition
  }

  // MARK: With what bears on them

  /// The newest, in the order of time.
  static func posted(
    _ db: Database, _ selection: EventSelection, limit: Int
  ) throws -> [PostedPush] {
    let condition = condition(selection)
    let width = messageWidth
    let found = try db.rows(
      """
      SELECT \(messageColumns(of: "m")), \(owner), source.uuid, source.name,
        EXISTS (SELECT 1 FROM thread WHERE instance = m.name
          AND service = \(Service.pushMessaging.code)),
        (SELECT min(received) FROM push_message AS told WHERE told.subscription = m.subscription
          AND told.status IN (404, 410) AND told.injected IS NULL AND told.id < m.id)
      FROM \(joined) LEFT JOIN source ON source.id = \(owner)
      WHERE \(condition.sql) ORDER BY m.received DESC, m.id DESC LIMIT \(limit)
      """, condition.bind
    ) { row in
      let source = row.optionalText(width + 1).flatMap(SourceID.init).map {
        SourceName(id: $0, name: row.text(width + 2))
      }
      return (
        PostedPush(
          message(row), source: source, isLogged: row.int(width + 3) != 0,
          toldGone: row.optionalInt(width + 4).map(Timestamp.init(micros:))), row.optionalInt(width)
      )
    }
    let subscriptions = Dictionary(
      try subscriptions(db, where: "").map { ($0.token, $0) }, uniquingKeysWith: { $1 })
    return try found.reversed().map { push, owner in
      var push = push
      push.subscription = subscriptions[push.message.subscription]
      if !push.isLogged, let owner, let ended = push.message.delivery.ended {
        push.watchedUntil = try watchedUntil(
          db, owner, from: push.message.delivery.firstSent ?? ended, to: ended)
      }
      return push
    }
  }

  /// Until when push messaging was observed without a break, where nothing of then was removed.
  private static func watchedUntil(
    _ db: Database, _ source: Int64, from: Timestamp, to: Timestamp
  ) throws -> Timestamp? {
    try db.row(
      """
      SELECT coalesce(observation.ended, service_state.seen_until)
      FROM observation LEFT JOIN service_state ON service_state.source = observation.source
        AND service_state.service = observation.service
      WHERE observation.source = ?1 AND observation.service = ?2 AND began <= ?3
        AND coalesce(horizon < ?3, 1)
        AND NOT EXISTS (SELECT 1 FROM cleared
          WHERE source = ?1 AND service = ?2 AND since <= ?4 AND up_to >= ?3)
        AND NOT EXISTS (SELECT 1 FROM gap
          WHERE source = ?1 AND service = ?2 AND began <= ?4 AND coalesce(ended, ?4) >= ?3)
      ORDER BY began DESC LIMIT 1
      """,
      {
        $0.bind(source, at: 1)
        $0.bind(Service.pushMessaging.code, at: 2)
        $0.bind(from.micros, at: 3)
        $0.bind(to.micros, at: 4)
      }
    ) { $0.optionalInt(0).map(Timestamp.init(micros:)) } ?? nil
  }

  // MARK: Files

  /// Those whose browser is known, in the order of time.
  static func lines(
    _ db: Database, _ selection: EventSelection, after: BesidePlace?, limit: Int
  ) throws -> [PlacedBeside<ExchangePush>] {
    var condition = condition(selection)
    if let after {
      let values = [after.at.micros, after.number].map { condition.placeholder($0) }
      condition.add("(m.received, m.id) > (\(values.joined(separator: ", ")))")
    }
    return try db.rows(
      """
      SELECT \(messageColumns(of: "m")), source.uuid, m.id
      FROM \(joined) JOIN source ON source.id = \(owner)
      WHERE \(condition.sql) ORDER BY m.received, m.id LIMIT \(limit)
      """, condition.bind
    ) { row -> PlacedBeside<ExchangePush>? in
      guard let source = SourceID(row.text(messageWidth)) else { return nil }
      let message = message(row)
      return PlacedBeside(
        ExchangePush(source: source, message: message),
        at: BesidePlace(at: message.received, number: row.int(messageWidth + 1)))
    }.compactMap { $0 }
  }

  /// Those that held in the selection's time, in the order in which they were made.
  static func subscriptionLines(
    _ db: Database, _ selection: EventSelection
  ) throws -> [ExchangeSubscription] {
    try db.rows(
      """
      SELECT \(subscriptionColumns(of: "s")), source.uuid
      FROM push_subscription AS s LEFT JOIN push_device AS d ON d.name = s.device
        JOIN source ON source.id = coalesce(s.source, d.source,
          (SELECT registration.source FROM push_message
            JOIN thread ON thread.instance = push_message.name
              AND thread.service = \(Service.pushMessaging.code)
            JOIN registration ON registration.id = thread.registration
            WHERE push_message.subscription = s.token LIMIT 1))
      WHERE s.created <= ?1 AND coalesce(s.ended >= ?2, 1) ORDER BY s.created, s.id
      """,
      {
        $0.bind((selection.until ?? Timestamp(micros: .max)).micros, at: 1)
        $0.bind((selection.since ?? Timestamp(micros: .min)).micros, at: 2)
      }
    ) { row -> ExchangeSubscription? in
      SourceID(row.text(12)).map {
        ExchangeSubscription(source: $0, subscription: subscription(row))
      }
    }.compactMap { $0 }.filter {
      selection.sources.isEmpty || selection.sources.contains($0.source)
    }
  }

  // MARK: Removing

  /// Goes with events of its source and time; what is still to be delivered stays.
  static func remove(_ selection: EventSelection, _ db: Database) throws {
    let condition = condition(selection)
    try db.run(
      """
      DELETE FROM push_message WHERE id IN (SELECT m.id FROM \(joined) WHERE \(condition.sql)
        AND (m.ended IS NOT NULL OR m.status <> 201 OR m.source IS NOT NULL))
      """, condition.bind)
    try db.run(
      """
      DELETE FROM push_subscription WHERE source IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM push_message WHERE subscription = token)
        AND NOT EXISTS (SELECT 1 FROM service_state
          WHERE service_state.source = push_subscription.source AND events > 0)
      """)
  }
}
