@testable import OffstageInspect

/// Records of the service worker database, as entries of it.
enum Records {
  /// 1601 to 1970, in microseconds.
  static let epoch: Int64 = 11_644_473_600_000_000

  static func event(
    micros: Int64, number: Int64 = 4, name: String = "Push event dispatched",
    origin: String = "https://app.example/", instance: String = "", registration: Int64 = 0,
    metadata: [(String, String)] = [], uuid: String = "0"
  ) -> SampleDatabase.Entry {
    var message = Message().int(1, micros + epoch).text(2, origin).int(3, registration)
      .int(4, number).text(5, name).text(6, instance)
    for (key, value) in metadata {
      message = message.message(7, Message().text(1, key).text(2, value))
    }
    return event(message.text(8, origin), number: number, uuid: uuid)
  }

  static func event(
    _ message: Message, number: Int64 = 4, uuid: String = "0"
  ) -> SampleDatabase.Entry {
    userData(0, "devtools_background_services_\(number)_\(uuid)", message.bytes)
  }

  static func userData(
    _ registration: Int64, _ name: String, _ value: [UInt8]
  ) -> SampleDatabase.Entry {
    ("REG_USER_DATA:\(registration)\0\(name)".bytes, value)
  }

  static func registration(_ id: Int64, scope: String) -> SampleDatabase.Entry {
    (
      "REG:https://app.example/\0\(id)".bytes,
      Message().int(1, id).text(2, scope).text(3, scope + "sw.js").int(4, 11).int(5, 1).int(6, 0)
        .int(7, epoch + 1_000_000).int(8, 1234).bytes
    )
  }
}
