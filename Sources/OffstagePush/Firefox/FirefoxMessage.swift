import JSON
package import OffstageCore

/// What Firefox says to its push service: JSON in the text messages of a WebSocket
/// (dom/push/PushServiceWebSocket.sys.mjs; Mozilla's service is called autopush).
package enum FirefoxMessage: Sendable, Hashable {
  package struct Acknowledgement: Sendable, Hashable {
    /// What we called its version is the id of the message.
    var id: String
    /// Nil if it is one that we don't know.
    var code: FirefoxCode?
  }

  /// More than it has to say.
  package static let limit = 64 * 1024

  /// With the name that it was given, once it has subscriptions.
  case hello(agent: String?)
  /// `key` in base64url, as everywhere here; it comes with padding.
  case register(channel: String, key: String?)
  case unregister(channel: String, PushSubscription.EndReason)
  case acknowledgements([Acknowledgement])
  /// The worker's handler failed.
  case failure(Acknowledgement)
  case ping
  /// Such as its wish to hear of Mozilla's broadcasts, of which there are none here.
  case other

  /// Nil if it is no message, or one that can't be meant.
  package init?(_ bytes: [UInt8]) {
    guard bytes.count <= Self.limit, let object = try? JSONObject(parsing: bytes) else {
      return nil
    }
    switch object.word("messageType") {
    case "hello": self = .hello(agent: object.word("uaid"))
    case "register":
      guard let channel = object.name("channelID") else { return nil }
      var key: String?
      if object["key"] != nil {
        guard let bytes = object.word("key").flatMap({ Base64URL.decode($0) }), bytes.count == 65
        else { return nil }
        key = Base64URL.encode(bytes)
      }
      self = .register(channel: channel, key: key)
    case "unregister":
      guard let channel = object.name("channelID") else { return nil }
      self = .unregister(channel: channel, Self.reason(object.number("code")))
    case "ack":
      guard let updates = object["updates"] else { return nil }
      self = .acknowledgements(Self.objects(updates).compactMap(Acknowledgement.init))
    case "nack":
      guard let failure = Acknowledgement(object) else { return nil }
      self = .failure(failure)
    case "ping": self = .ping
    case nil: self = object.keys.isEmpty ? .ping : .other
    case _?: self = .other
    }
  }

  private static func reason(_ code: Int?) -> PushSubscription.EndReason {
    switch code {
    case 201: .quotaExceeded
    case 202: .permissionRevoked
    default: .unsubscribed
    }
  }

  private static func objects(_ raw: RawJSON) -> [JSONObject] {
    var reader = JSONReader(raw.bytes)
    var objects: [JSONObject] = []
    try? reader.readArray { reader throws(JSONError) in
      objects.append(try JSONObject(parsing: try reader.readRaw()))
    }
    return objects
  }
}

extension FirefoxMessage.Acknowledgement {
  fileprivate init?(_ object: JSONObject) {
    guard let id = object.name("version") else { return nil }
    self.init(id: id, code: object.number("code").flatMap(FirefoxCode.init(rawValue:)))
  }
}

extension JSONObject {
  fileprivate func word(_ key: String) -> String? {
    guard let raw = self[key] else { return nil }
    var reader = JSONReader(raw.bytes)
    return try? reader.readString()
  }

  fileprivate func number(_ key: String) -> Int? {
    guard let raw = self[key] else { return nil }
    var reader = JSONReader(raw.bytes)
    return try? reader.readInt()
  }

  /// What is short enough to be one.
  fileprivate func name(_ key: String) -> String? {
    word(key).flatMap { (1...128).contains($0.utf8.count) ? $0 : nil }
  }
}
