import Foundation
package import JSON

/// A message that was posted to the push service, in a file. It is known by its id.
package struct ExchangePush: Sendable, Hashable {
  package var source: SourceID
  package var message: PushMessage

  package init(source: SourceID, message: PushMessage) {
    self.source = source
    self.message = message
  }
}

/// A subscription, in a file. It is known by its token.
package struct ExchangeSubscription: Sendable, Hashable {
  package var source: SourceID
  package var subscription: PushSubscription

  package init(source: SourceID, subscription: PushSubscription) {
    self.source = source
    self.subscription = subscription
  }
}

// MARK: - Written

extension ExchangeLines {
  package static func write(_ line: ExchangePush, to writer: inout JSONWriter) {
    writer.object { writer in
      writer.member("type", "push")
      writer.member("source", line.source.description)
      writer.key("push")
      line.message.write(to: &writer)
    }
    writer.separator("\n")
  }

  package static func write(_ line: ExchangeSubscription, to writer: inout JSONWriter) {
    let subscription = line.subscription
    writer.object { writer in
      writer.member("type", "subscription")
      writer.member("source", line.source.description)
      writer.memberObject("subscription") { writer in
        writer.member("token", subscription.token)
        writer.member("device", subscription.device)
        switch subscription.client {
        case .chromium(let registration):
          writer.member("app", registration.app)
          writer.member("subtype", registration.subtype)
          writer.member("sender", registration.sender)
          writer.member("appId", registration.appID)
        case .firefox(let channel): writer.member("channel", channel)
        }
        writer.member(orNull: "applicationServerKey", subscription.applicationServerKey)
        writer.member(orNull: "origin", subscription.origin)
        writer.member("created", subscription.created)
        writer.member("ended", subscription.end?.at)
        writer.member(orNull: "endReason", subscription.end?.reason.rawValue)
      }
    }
    writer.separator("\n")
  }
}

// MARK: - Read

extension ExchangeLines {
  static func readPush(_ reader: inout JSONReader) throws(JSONError) -> PushMessage {
    let start = reader.index
    var (id, subscription): (String?, String?)
    var received: Timestamp?
    var (status, ttl, sends) = (201, 0, 0)
    var refusal: PushMessage.Refusal?
    var urgency = PushMessage.Urgency.normal
    var (topic, encoding): (String?, String?)
    var headers: [PushMessage.Header] = []
    var body: [UInt8] = []
    var delivery = PushMessage.Delivery()
    var injected: InjectedFault?
    try reader.readObject { key, reader throws(JSONError) in
      switch key {
      case "id": id = try reader.readString()
      case "subscription": subscription = try reader.readString()
      case "receivedMicros": received = try readMoment(&reader)
      case "status": status = try reader.readCount(upTo: 999)
      case "refusal": refusal = try readRefusal(&reader)
      // Four weeks, as the service has it.
      case "ttl": ttl = try reader.readCount(upTo: 28 * 24 * 3600)
      case "urgency": urgency = try reader.readWord(PushMessage.Urgency.init(rawValue:))
      case "topic": topic = try reader.readOptionalString()
      case "encoding": encoding = try reader.readOptionalString()
      case "headers": headers = try readHeaders(&reader)
      case "body":
        guard let bytes = Data(base64Encoded: try reader.readString()) else {
          throw reader.error(.unknownValue)
        }
        body = Array(bytes)
      case "sends": sends = try reader.readCount(upTo: 1_000_000)
      case "sentMicros": delivery.firstSent = try readMoment(&reader)
      case "endedMicros": delivery.ended = try readMoment(&reader)
      case "end":
        delivery.end =
          try reader.readNull() ? nil : try reader.readWord(PushMessage.End.init(rawValue:))
      case "answer": delivery.answer = try reader.readCode()
      case "failure": delivery.failure = try reader.readCode()
      case "failedMicros": delivery.failed = try readMoment(&reader)
      case "injected":
        injected =
          try reader.readNull() ? nil : try reader.readWord { try? InjectedFault(parsing: $0) }
      default: try reader.skipValue()
      }
    }
    guard let id, let subscription, let received else {
      throw JSONError(reason: .missingMember, offset: start)
    }
    delivery.sends = sends
    return PushMessage(
      id: id, subscription: subscription, received: received, status: status, refusal: refusal,
      ttl: ttl, urgency: urgency, topic: topic, encoding: encoding, headers: headers, body: body,
      delivery: delivery, injected: injected)
  }

  private static func readRefusal(
    _ reader: inout JSONReader
  ) throws(JSONError) -> PushMessage.Refusal {
    var refusal = PushMessage.Refusal(code: "", detail: "")
    try reader.readObject { key, reader throws(JSONError) in
      switch key {
      case "code": refusal.code = try reader.readString()
      case "detail": refusal.detail = try reader.readString()
      case "hint": refusal.hint = try reader.readOptionalString()
      default: try reader.skipValue()
      }
    }
    return refusal
  }

  private static func readHeaders(
    _ reader: inout JSONReader
  ) throws(JSONError) -> [PushMessage.Header] {
    var headers: [PushMessage.Header] = []
    try reader.readArray { reader throws(JSONError) in
      var header = PushMessage.Header("", "")
      try reader.readObject { key, reader throws(JSONError) in
        switch key {
        case "name": header.name = try reader.readString()
        case "value": header.value = try reader.readString()
        default: try reader.skipValue()
        }
      }
      headers.append(header)
    }
    return headers
  }

  static func readSubscription(_ reader: inout JSONReader) throws(JSONError) -> PushSubscription {
    let start = reader.index
    var texts: [String: String] = [:]
    var (created, ended): (Timestamp?, Timestamp?)
    var reason: PushSubscription.EndReason?
    try reader.readObject { key, reader throws(JSONError) in
      switch key {
      case "token", "device", "app", "subtype", "sender", "appId", "channel",
        "applicationServerKey", "origin":
        texts[key.string] = try reader.readOptionalString()
      case "createdMicros": created = try readMoment(&reader)
      case "endedMicros": ended = try readMoment(&reader)
      case "endReason":
        reason =
          try reader.readNull()
          ? nil : try reader.readWord(PushSubscription.EndReason.init(rawValue:))
      default: try reader.skipValue()
      }
    }
    guard let token = texts["token"], let device = texts["device"], let created else {
      throw JSONError(reason: .missingMember, offset: start)
    }
    let client: PushSubscription.Client =
      if let channel = texts["channel"] {
        .firefox(channel: channel)
      } else {
        .chromium(
          MCSRegistration(
            app: texts["app"] ?? "", subtype: texts["subtype"] ?? "",
            sender: texts["sender"] ?? "", appID: texts["appId"] ?? ""))
      }
    var subscription = PushSubscription(
      token: token, device: device, client: client,
      applicationServerKey: texts["applicationServerKey"], origin: texts["origin"],
      created: created)
    if let ended, let reason { subscription.end = .init(at: ended, reason: reason) }
    return subscription
  }
}

extension JSONReader {
  fileprivate mutating func readOptionalString() throws(JSONError) -> String? {
    try readNull() ? nil : try readString()
  }

  fileprivate mutating func readCount(upTo limit: Int) throws(JSONError) -> Int {
    guard let count = Int(exactly: try readInt()), (0...limit).contains(count) else {
      throw error(.numberOutOfRange)
    }
    return count
  }

  fileprivate mutating func readCode() throws(JSONError) -> FirefoxCode? {
    if try readNull() { return nil }
    guard let code = FirefoxCode(rawValue: try readInt()) else { throw error(.unknownValue) }
    return code
  }

  fileprivate mutating func readWord<Value>(
    _ read: (String) -> Value?
  ) throws(JSONError) -> Value {
    guard let value = read(try readString()) else { throw error(.unknownValue) }
    return value
  }
}
