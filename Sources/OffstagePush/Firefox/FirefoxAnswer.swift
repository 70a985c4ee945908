import JSON
import OffstageCore

/// What Firefox is told.
enum FirefoxAnswer: Sendable, Hashable {
  case hello(agent: String)
  case registered(channel: String, endpoint: String)
  /// With a status of HTTP; the page's `subscribe()` is rejected.
  case notRegistered(channel: String, status: Int)
  case unregistered(channel: String)
  case notification(PushMessage, channel: String)
  case pong

  var bytes: [UInt8] {
    var writer = JSONWriter()
    writer.object { writer in
      switch self {
      case .hello(let agent):
        writer.member("messageType", "hello")
        writer.member("uaid", agent)
        writer.member("status", 200)
        writer.member("use_webpush", true)
        writer.memberObject("broadcasts") { _ in }
      case .registered(let channel, let endpoint):
        writer.member("messageType", "register")
        writer.member("channelID", channel)
        writer.member("status", 200)
        writer.member("pushEndpoint", endpoint)
      case .notRegistered(let channel, let status):
        writer.member("messageType", "register")
        writer.member("channelID", channel)
        writer.member("status", status)
      case .unregistered(let channel):
        writer.member("messageType", "unregister")
        writer.member("channelID", channel)
        writer.member("status", 200)
      case .notification(let message, let channel):
        Self.write(message, channel, to: &writer)
      case .pong: break
      }
    }
    return writer.bytes
  }

  private static func write(
    _ message: PushMessage, _ channel: String, to writer: inout JSONWriter
  ) {
    writer.member("messageType", "notification")
    writer.member("channelID", channel)
    writer.member("version", message.id)
    writer.member("ttl", message.ttl)
    if let topic = message.topic { writer.member("topic", topic) }
    // Without data there are no headers, and the worker's event has none either.
    guard !message.body.isEmpty, let encoding = message.encoding else { return }
    writer.member("data", Base64URL.encode(message.body))
    writer.memberObject("headers") { writer in
      writer.member("encoding", encoding)
      for (name, value) in message.keyHeaders {
        writer.member(name.replacing("-", with: "_"), value)
      }
    }
  }
}
