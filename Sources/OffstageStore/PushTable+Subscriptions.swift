internal import GRDB
internal import OffstageCore

/// Browsers, and the subscriptions that they have made.
extension PushTable {
  static func devices(_ db: Database) throws -> [PushDevice] {
    try db.rows(
      """
      SELECT name, security_token, created, (SELECT uuid FROM source WHERE id = push_device.source)
      FROM push_device ORDER BY id
      """
    ) { _ in
    } _: {
      PushDevice(
        id: $0.text(0), securityToken: UInt64(bitPattern: $0.int(1)),
        created: Timestamp(micros: $0.int(2)), source: $0.optionalText(3).flatMap(SourceID.init))
    }
  }

  static func insert(_ device: PushDevice, _ db: Database) throws {
    try db.run(
      """
      INSERT INTO push_device (name, security_token, created, source)
      VALUES (?1, ?2, ?3, (SELECT id FROM source WHERE uuid = ?4))
      ON CONFLICT DO UPDATE SET source = excluded.source
      """
    ) {
      $0.bind(device.id, at: 1)
      $0.bind(Int64(bitPattern: device.securityToken), at: 2)
      $0.bind(device.created.micros, at: 3)
      $0.bind(device.source?.description, at: 4)
    }
  }

  private static let subscriptionColumns = [
    "token", "device", "app", "subtype", "sender", "app_id", "channel", "key", "origin", "created",
    "ended", "end_reason",
  ]

  static func subscriptionColumns(of table: String) -> String {
    subscriptionColumns.map { "\(table).\($0)" }.joined(separator: ", ")
  }

  static func subscriptions(
    _ db: Database, where condition: String = "WHERE source IS NULL"
  ) throws -> [PushSubscription] {
    try db.rows(
      """
      SELECT \(subscriptionColumns(of: "push_subscription")) FROM push_subscription \(condition)
      ORDER BY id
      """, { _ in }, subscription)
  }

  static func subscription(_ row: RawStatement) -> PushSubscription {
    let client: PushSubscription.Client =
      if let channel = row.optionalText(6) {
        .firefox(channel: channel)
      } else {
        .chromium(
          MCSRegistration(
            app: row.text(2), subtype: row.text(3), sender: row.text(4), appID: row.text(5)))
      }
    let end = row.optionalInt(10).map { at in
      PushSubscription.End(
        at: Timestamp(micros: at),
        reason: PushSubscription.EndReason(rawValue: row.text(11)) ?? .unsubscribed)
    }
    return PushSubscription(
      token: row.text(0), device: row.text(1), client: client,
      applicationServerKey: row.optionalText(7), origin: row.optionalText(8),
      created: Timestamp(micros: row.int(9)), end: end)
  }

  /// - Parameter source: of a subscription from a file.
  static func insert(
    _ subscription: PushSubscription, source: Int64? = nil, _ db: Database
  ) throws {
    let registration: MCSRegistration?
    let channel: String?
    switch subscription.client {
    case .chromium(let known): (registration, channel) = (known, nil)
    case .firefox(let known): (registration, channel) = (nil, known)
    }
    try db.run(
      """
      INSERT INTO push_subscription (\(subscriptionColumns.joined(separator: ", ")), source)
      VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13) ON CONFLICT DO NOTHING
      """
    ) {
      $0.bind(subscription.token, at: 1)
      $0.bind(subscription.device, at: 2)
      $0.bind(registration?.app, at: 3)
      $0.bind(registration?.subtype, at: 4)
      $0.bind(registration?.sender, at: 5)
      $0.bind(registration?.appID, at: 6)
      $0.bind(channel, at: 7)
      $0.bind(subscription.applicationServerKey, at: 8)
      $0.bind(subscription.origin, at: 9)
      $0.bind(subscription.created.micros, at: 10)
      $0.bind(subscription.end?.at.micros, at: 11)
      $0.bind(subscription.end?.reason.rawValue, at: 12)
      $0.bind(source, at: 13)
    }
  }

  static func noteEnd(
    _ token: String, _ end: PushSubscription.End, _ db: Database
  ) throws {
    try db.run(
      "UPDATE push_subscription SET ended = ?2, end_reason = ?3 WHERE token = ?1 AND ended IS NULL"
    ) {
      $0.bind(token, at: 1)
      $0.bind(end.at.micros, at: 2)
      $0.bind(end.reason.rawValue, at: 3)
    }
  }
}
