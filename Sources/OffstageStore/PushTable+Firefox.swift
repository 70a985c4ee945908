internal import GRDB
internal import OffstageCore

extension PushTable {
  /// Gives the event that a report becomes, if its browser is recorded.
  static func apply(_ write: PushWrite, _ db: Database) throws -> SourceWrites? {
    switch write {
    case .device(let device): try insert(device, db)
    case .subscription(let subscription): try insert(subscription, db)
    case .subscriptionEnded(let token, let end): try noteEnd(token, end, db)
    case .message(let message): try insert(message, db)
    case .sent(let id, let moment): try noteSent(id, at: moment, db)
    case .ended(let id, let end, let moment): try noteEnd(id, end, at: moment, db)
    case .orderTaken, .orderMet, .orderDone: try note(write, db)
    case .reported(let report): return try note(report, db)
    case .origin(let token, let origin):
      try db.run(
        "UPDATE push_subscription SET origin = ?2 WHERE token = ?1 AND origin IS NULL"
      ) {
        $0.bind(token, at: 1)
        $0.bind(origin, at: 2)
      }
    }
    return nil
  }

  private struct Place {
    var device: String
    var source: SourceID?
    var origin: String?
  }

  private static func note(_ report: PushReport, _ db: Database) throws -> SourceWrites? {
    guard let place = try place(of: report.message, db) else { return nil }
    switch report.kind {
    case .sent: break
    case .acknowledged(let code, _):
      try db.run("UPDATE push_message SET answer = ?2 WHERE name = ?1") {
        $0.bind(report.message, at: 1)
        $0.bind(code.rawValue, at: 2)
      }
    case .failed(let code, let device):
      guard device == place.device else { return nil }
      try db.run(
        "UPDATE push_message SET failure = ?2, failed = ?3 WHERE name = ?1 AND failure IS NULL"
      ) {
        $0.bind(report.message, at: 1)
        $0.bind(code.rawValue, at: 2)
        $0.bind(report.at.micros, at: 3)
      }
      // Once is enough: whoever has the connection could fill the store with it.
      guard db.changesCount > 0 else { return nil }
    }
    guard let source = place.source, try isRecorded(source, db),
      let event = report.logged(origin: place.origin)
    else { return nil }
    var write = EventWrite(
      identity: EventIdentity(of: event), logged: event, received: report.at, capture: .push,
      observation: nil)
    // Firefox has no log that it could be missing from.
    write.showsLog = false
    return SourceWrites(source: source, writes: [.event(write)])
  }

  private static func place(of message: String, _ db: Database) throws -> Place? {
    try db.row(
      """
      SELECT push_subscription.device, source.uuid, push_subscription.origin
      FROM push_message
        JOIN push_subscription ON push_subscription.token = push_message.subscription
        JOIN push_device ON push_device.name = push_subscription.device
        LEFT JOIN source ON source.id = push_device.source
      WHERE push_message.name = ?1
      """
    ) {
      $0.bind(message, at: 1)
    } _: { row in
      Place(
        device: row.text(0), source: row.optionalText(1).flatMap(SourceID.init),
        origin: row.optionalText(2))
    }
  }

  /// That it is there, and that nobody has turned the recording of its pushes off.
  private static func isRecorded(_ source: SourceID, _ db: Database) throws -> Bool {
    try db.row(
      """
      SELECT coalesce(wanted, 1) FROM service_state
      WHERE source = (SELECT id FROM source WHERE uuid = ?1) AND service = ?2
      """
    ) {
      $0.bind(source.description, at: 1)
      $0.bind(Service.pushMessaging.code, at: 2)
    } _: {
      $0.int(0) != 0
    } ?? false
  }
}
