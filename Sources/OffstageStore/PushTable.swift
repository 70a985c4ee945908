internal import GRDB
internal import JSON
internal import OffstageCore

/// What the push service keeps: browsers, their subscriptions, and what was posted to these.
enum PushTable {
  static let schema = """
    CREATE TABLE push_device (
      id INTEGER PRIMARY KEY,
      name TEXT NOT NULL UNIQUE,
      security_token INTEGER NOT NULL,
      created INTEGER NOT NULL
    ) STRICT;

    CREATE TABLE push_subscription (
      id INTEGER PRIMARY KEY,
      token TEXT NOT NULL UNIQUE,
      device TEXT NOT NULL,
      -- Chromium's registration, or Firefox's channel.
      app TEXT,
      subtype TEXT,
      sender TEXT,
      app_id TEXT,
      channel TEXT,
      key TEXT,
      origin TEXT,
      created INTEGER NOT NULL,
      ended INTEGER,
      end_reason TEXT
    ) STRICT;

    CREATE TABLE push_message (
      id INTEGER PRIMARY KEY,
      -- What the browser logs as the instance.
      name TEXT NOT NULL UNIQUE,
      subscription TEXT NOT NULL,
      received INTEGER NOT NULL,
      -- What its sender was answered.
      status INTEGER NOT NULL,
      code TEXT,
      detail TEXT,
      hint TEXT,
      ttl INTEGER NOT NULL,
      urgency TEXT NOT NULL,
      topic TEXT,
      encoding TEXT,
      -- As JSON.
      headers TEXT NOT NULL,
      body BLOB NOT NULL,
      sends INTEGER NOT NULL DEFAULT 0,
      first_sent INTEGER,
      ended INTEGER,
      end TEXT
    ) STRICT;
    CREATE INDEX push_message_waiting ON push_message (id) WHERE status = 201 AND ended IS NULL;
    CREATE INDEX push_message_refused ON push_message (id) WHERE status <> 201;
    CREATE INDEX push_message_time ON push_message (received);
    """

  static let firefox = """
    -- What it is recorded as, once that is known.
    ALTER TABLE push_device ADD COLUMN source INTEGER;
    -- What Firefox said of a message: as it took it, and if its handler failed.
    ALTER TABLE push_message ADD COLUMN answer INTEGER;
    ALTER TABLE push_message ADD COLUMN failure INTEGER;
    ALTER TABLE push_message ADD COLUMN failed INTEGER;
    """

  /// Of posts that were refused so many are kept: anybody on the machine can make them.
  static let refusedLimit = 1000
  /// How long a message is kept that waits for nothing any more.
  static let keep = Interval.days(30)

  // MARK: Messages

  /// In the order of `message`.
  private static let messageColumns = [
    "name", "subscription", "received", "status", "code", "detail", "hint", "ttl", "urgency",
    "topic", "encoding", "headers", "body", "sends", "first_sent", "ended", "end", "answer",
    "failure", "failed", "injected", "due", "source",
  ]

  /// What stands behind them in a row begins here.
  static let messageWidth = Int32(messageColumns.count)

  static func messageColumns(of table: String) -> String {
    messageColumns.map { "\(table).\($0)" }.joined(separator: ", ")
  }

  static func messages(
    _ db: Database, where condition: String, _ bind: (RawStatement) -> Void = { _ in }
  ) throws -> [PushMessage] {
    try db.rows(
      "SELECT \(messageColumns(of: "push_message")) FROM push_message \(condition)", bind, message)
  }

  static func message(_ row: RawStatement) -> PushMessage {
    let refusal = row.optionalText(4).map { code in
      PushMessage.Refusal(code: code, detail: row.text(5), hint: row.optionalText(6))
    }
    var message = PushMessage(
      id: row.text(0), subscription: row.text(1), received: Timestamp(micros: row.int(2)),
      status: Int(row.int(3)), refusal: refusal, ttl: Int(row.int(7)),
      urgency: PushMessage.Urgency(rawValue: row.text(8)) ?? .normal, topic: row.optionalText(9),
      encoding: row.optionalText(10), headers: headers(row.bytes(11)),
      body: row.withBlob(12) { Array($0) },
      delivery: PushMessage.Delivery(
        sends: Int(row.int(13)), firstSent: row.optionalInt(14).map(Timestamp.init(micros:)),
        ended: row.optionalInt(15).map(Timestamp.init(micros:)),
        end: row.optionalText(16).flatMap(PushMessage.End.init(rawValue:))),
      injected: row.optionalText(20).flatMap { try? InjectedFault(parsing: $0) },
      due: row.optionalInt(21).map(Timestamp.init(micros:)))
    func code(_ column: Int32) -> FirefoxCode? {
      row.optionalInt(column).flatMap { FirefoxCode(rawValue: Int($0)) }
    }
    message.delivery.answer = code(17)
    message.delivery.failure = code(18)
    message.delivery.failed = row.optionalInt(19).map(Timestamp.init(micros:))
    return message
  }

  /// - Parameter source: of a message from a file.
  static func insert(_ message: PushMessage, source: Int64? = nil, _ db: Database) throws {
    try db.run(
      """
      INSERT INTO push_message (\(messageColumns.joined(separator: ", ")))
      VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19,
        ?20, ?21, ?22, ?23)
      ON CONFLICT DO NOTHING
      """
    ) {
      $0.bind(message.id, at: 1)
      $0.bind(message.subscription, at: 2)
      $0.bind(message.received.micros, at: 3)
      $0.bind(message.status, at: 4)
      $0.bind(message.refusal?.code, at: 5)
      $0.bind(message.refusal?.detail, at: 6)
      $0.bind(message.refusal?.hint, at: 7)
      $0.bind(message.ttl, at: 8)
      $0.bind(message.urgency.rawValue, at: 9)
      $0.bind(message.topic, at: 10)
      $0.bind(message.encoding, at: 11)
      $0.bind(text(of: message.headers), at: 12)
      $0.bind(blob: message.body, at: 13)
      $0.bind(message.delivery.sends, at: 14)
      $0.bind(message.delivery.firstSent?.micros, at: 15)
      $0.bind(message.delivery.ended?.micros, at: 16)
      $0.bind(message.delivery.end?.rawValue, at: 17)
      $0.bind(message.delivery.answer.map { Int64($0.rawValue) }, at: 18)
      $0.bind(message.delivery.failure.map { Int64($0.rawValue) }, at: 19)
      $0.bind(message.delivery.failed?.micros, at: 20)
      $0.bind(message.injected?.text, at: 21)
      $0.bind(message.due?.micros, at: 22)
      $0.bind(source, at: 23)
    }
    if source == nil, message.status != 201 { try trimRefused(db) }
  }

  private static func trimRefused(_ db: Database) throws {
    try db.run(
      """
      DELETE FROM push_message WHERE status <> 201 AND source IS NULL AND id <= (
        SELECT id FROM push_message WHERE status <> 201 AND source IS NULL
        ORDER BY id DESC LIMIT 1 OFFSET ?1)
      """
    ) { $0.bind(refusedLimit, at: 1) }
  }

  static func removeOld(before horizon: Timestamp, _ db: Database) throws {
    try db.run(
      """
      DELETE FROM push_message WHERE received < ?1 AND (ended IS NOT NULL OR status <> 201)
        AND source IS NULL
      """
    ) { $0.bind(horizon.micros, at: 1) }
    try db.run("DELETE FROM push_subscription WHERE ended < ?1 AND source IS NULL") {
      $0.bind(horizon.micros, at: 1)
    }
    try db.run(
      """
      DELETE FROM push_device WHERE created < ?1
        AND NOT EXISTS (SELECT 1 FROM push_subscription WHERE device = push_device.name)
      """
    ) { $0.bind(horizon.micros, at: 1) }
  }

  static func noteSent(_ id: String, at moment: Timestamp, _ db: Database) throws {
    try db.run(
      """
      UPDATE push_message SET sends = sends + 1, first_sent = coalesce(first_sent, ?2)
      WHERE name = ?1
      """
    ) {
      $0.bind(id, at: 1)
      $0.bind(moment.micros, at: 2)
    }
  }

  static func noteEnd(
    _ id: String, _ end: PushMessage.End, at moment: Timestamp, _ db: Database
  ) throws {
    try db.run("UPDATE push_message SET ended = ?2, end = ?3 WHERE name = ?1 AND ended IS NULL") {
      $0.bind(id, at: 1)
      $0.bind(moment.micros, at: 2)
      $0.bind(end.rawValue, at: 3)
    }
  }

  private static func text(of headers: [PushMessage.Header]) -> String {
    var writer = JSONWriter()
    writer.array { writer in
      for header in headers {
        writer.array { writer in
          writer.value(header.name)
          writer.value(header.value)
        }
      }
    }
    return writer.string
  }

  /// None of what can't be read: it is only shown.
  private static func headers(_ bytes: [UInt8]) -> [PushMessage.Header] {
    var reader = JSONReader(bytes)
    var headers: [PushMessage.Header] = []
    try? reader.readArray { reader throws(JSONError) in
      var parts: [String] = []
      try reader.readArray { reader throws(JSONError) in parts.append(try reader.readString()) }
      if parts.count == 2 { headers.append(PushMessage.Header(parts[0], parts[1])) }
    }
    return headers
  }
}

extension RawStatement {
  /// With a copy.
  fileprivate func bind(blob bytes: [UInt8], at index: Int32) {
    bytes.withUnsafeBytes { bindBlob($0, at: index) }
  }
}
