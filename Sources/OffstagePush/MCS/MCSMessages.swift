import OffstageCore
import Protobuf

/// What a browser says first: who it is, and which messages it has got and was not yet told that we
/// know.
///
/// The numbers of the fields are those of Chromium's google_apis/gcm/protocol/mcs.proto, here and in
/// this whole folder.
package struct MCSLogin: Sendable, Hashable {
  package var id: String
  /// The number that the check-in gave.
  package var device: UInt64
  package var securityToken: UInt64
  package var receivedMessages: [String]

  package init(id: String, device: UInt64, securityToken: UInt64, receivedMessages: [String] = []) {
    self.id = id
    self.device = device
    self.securityToken = securityToken
    self.receivedMessages = receivedMessages
  }

  /// Nil if it is no login, or of nobody.
  package init?(_ frame: MCSFrame) {
    guard frame.tag == .loginRequest, let message = ProtobufReader.fields(frame.body[...]),
      let device = message.text(3).flatMap(UInt64.init), device != 0,
      let token = message.text(5).flatMap(UInt64.init)
    else { return nil }
    self.init(
      id: message.text(1) ?? "", device: device, securityToken: token,
      receivedMessages: message.texts(10))
  }
}

extension MCSFrame {
  /// Every frame from the client may say how far it has taken ours in.
  var lastStreamID: UInt32? {
    let field: UInt64
    switch tag {
    case .heartbeatPing, .heartbeatAck: field = 2

    case .iqStanza: field = 10
    case .dataMessageStanza: field = 11
    case .loginRequest, .loginResponse, .close, .streamError, nil: return nil
    }
    return ProtobufReader.fields(body[...])?.int(field).flatMap(UInt32.init(exactly:))
  }

  static func loginResponse(id: String, now: Int64) -> MCSFrame {
    MCSFrame(.loginResponse) { message in
      message.text(1, id)
      // The login was the client's first frame; its list of messages need not be said again.
      message.int(6, 1)
      message.int(8, now / 1000)
    }
  }

  /// A login that is refused.
  static func loginRefused(id: String, reason: String) -> MCSFrame {
    MCSFrame(.loginResponse) { message in
      message.text(1, id)
      message.message(3) { error in
        error.int(1, 1)
        error.text(2, reason)
      }
    }
  }

  static func heartbeatAck(received: UInt32) -> MCSFrame {
    MCSFrame(.heartbeatAck) { $0.int(2, Int64(received)) }
  }

  /// The answer to a stanza that acknowledges: as empty, and it says what we know.
  static func streamAck(received: UInt32) -> MCSFrame {
    MCSFrame(.iqStanza) { message in
      message.int(2, 1)
      message.text(3, "")
      message.message(7) { message in
        message.int(1, 13)
        message.text(2, "")
      }
      message.int(10, Int64(received))
    }
  }

  /// One push. Its `persistentID` is what the browser logs as the instance of its events.
  static func push(
    _ message: PushMessage, to registration: MCSRegistration, received: UInt32, now: Int64
  ) -> MCSFrame {
    MCSFrame(.dataMessageStanza) { stanza in
      stanza.text(3, registration.sender)
      stanza.text(5, registration.app)
      if let topic = message.topic { stanza.text(6, topic) }
      var data = [("subtype", registration.subtype)]
      if let encoding = message.encoding { data.append(("content-encoding", encoding)) }
      data += message.keyHeaders
      for (key, value) in data {
        stanza.message(7) { entry in
          entry.text(1, key)
          entry.text(2, value)
        }
      }
      stanza.text(9, message.id)
      stanza.int(11, Int64(received))
      stanza.int(17, Int64(min(message.ttl, Int(Int32.max))))
      stanza.int(18, message.received.micros / 1_000_000)
      if !message.body.isEmpty { stanza.bytes(21, message.body) }
      // The browser acknowledges at once, not after ten.
      stanza.bool(24, true)
    }
  }
}
