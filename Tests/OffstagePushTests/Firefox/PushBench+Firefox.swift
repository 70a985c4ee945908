import JSON
import OffstageCore

@testable import OffstagePush

extension PushBench {
  static let source = SourceID("00000000-0000-4000-8000-000000000001")!
  static let peer = FirefoxPeer(source: source, authority: "127.0.0.1:7789")

  /// What Firefox says, as it says it; whether it is still listened to.
  @discardableResult
  mutating func say(
    _ text: String, on connection: ConnectionID, peer: FirefoxPeer = Self.peer
  ) -> Bool {
    guard let message = FirefoxMessage(Array(text.utf8)),
      let effects = machine.take(message, from: peer, on: connection, at: now)
    else { return false }
    perform(effects)
    return true
  }

  /// What a connection was told so far, message by message.
  func told(_ connection: ConnectionID) -> [String] {
    var reader = JSONReader(sent[connection] ?? [])
    var told: [String] = []
    while let raw = try? reader.readRaw() { told.append(raw.description) }
    return told
  }

  func pushes(_ connection: ConnectionID) -> [String] {
    told(connection).filter { $0.contains(#""messageType":"notification""#) }
      .compactMap { Self.word("version", in: $0) }
  }

  static func word(_ key: String, in text: String) -> String? {
    guard let object = try? JSONObject(parsing: Array(text.utf8)), let raw = object[key] else {
      return nil
    }
    var reader = JSONReader(raw.bytes)
    return try? reader.readString()
  }

  /// Says hello and subscribes; gives the token.
  mutating func subscribe(_ channel: String = "c", on connection: ConnectionID) -> String {
    if told(connection).isEmpty {
      say(#"{"messageType":"hello","use_webpush":true}"#, on: connection)
    }
    say(#"{"messageType":"register","channelID":"\#(channel)"}"#, on: connection)
    let endpoint = told(connection).last.flatMap { Self.word("pushEndpoint", in: $0) } ?? ""
    return endpoint.split(separator: "/").last.map(String.init) ?? ""
  }

  /// Its name, as it was told.
  func agent(_ connection: ConnectionID) -> String {
    told(connection).first.flatMap { Self.word("uaid", in: $0) } ?? ""
  }

  mutating func hello(_ agent: String, on connection: ConnectionID) {
    say(#"{"messageType":"hello","uaid":"\#(agent)","use_webpush":true}"#, on: connection)
  }

  @discardableResult
  mutating func acknowledge(_ id: String, _ code: Int = 100, on connection: ConnectionID) -> Bool {
    say(
      #"{"messageType":"ack","updates":[{"channelID":"c","version":"\#(id)","code":\#(code)}]}"#,
      on: connection)
  }
}
