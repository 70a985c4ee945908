import OffstagePush
import Protobuf

/// Conversations of a browser with the push service, to be changed at random.
enum MCSCorpus {
  static let words = [
    "\u{29}", "\u{2}", "\u{7}", "\u{8}", "77", "88", "0:1%a", "app=", "&device=", "&sender=",
    "&X-subtype=wp:", "&delete=true", "%23", "+", "chrome-156.0.8078.79", "AidLogin 5:6",
  ]

  static let files: [[UInt8]] = [
    [MCSFrame.version] + login.bytes + heartbeat.bytes + acknowledgement.bytes
      + MCSFrame(.close).bytes,
    [MCSFrame.version] + login.bytes + MCSFrame(.dataMessageStanza) { $0.int(11, -1) }.bytes
      + MCSFrame(.heartbeatAck) { $0.int(2, Int64.max) }.bytes,
    Array("app=a&device=5&X-subtype=wp:http://a/%23G-V2&sender=BAAB&appid=x".utf8),
    Array("app=a&device=5&X-subtype=wp:http://a/%23G-V2&delete=true&sender=*".utf8),
    ProtobufWriter.message { message in
      message.int(2, 5)
      message.message(4) { $0.int(12, 3) }
      message.fixed64(13, 6)
    },
  ]

  private static let login = MCSFrame(.loginRequest) { message in
    message.text(1, "chrome-156.0.8078.79")
    message.text(3, "77")
    message.text(5, "88")
    message.text(10, "0:1%a")
    message.bool(14, true)
  }

  private static let heartbeat = MCSFrame(.heartbeatPing) { $0.int(2, 2) }

  private static let acknowledgement = MCSFrame(.iqStanza) { message in
    message.int(2, 1)
    message.text(3, "")
    message.message(7) { part in
      part.int(1, 13)
      part.text(2, "")
    }
    message.int(10, 3)
  }
}
