package import JSON

/// Offstage's own format: one JSON object a line, of which the first names format and sources.
///
/// No line holds a number that only one store knows; sources are named by their ids.
package enum ExchangeLines {
  package static let format = "offstage/1"

  // MARK: Writing

  package static func write(_ sources: [ExchangeSource], to writer: inout JSONWriter) {
    writer.object { writer in
      writer.member("format", format)
      writer.memberArray("sources") { writer in
        for source in sources {
          writer.object { writer in
            writer.member("id", source.id.description)
            writer.member("name", source.name)
            writer.member(orNull: "browser", source.browser)
          }
        }
      }
    }
    writer.separator("\n")
  }

  package static func write(_ event: ExchangeEvent, to writer: inout JSONWriter) {
    writer.object { writer in
      writer.member("type", "event")
      writer.member("at", event.logged.timestamp.iso8601)
      if let source = event.source { writer.member("source", source.description) }
      writer.member(orNull: "receivedMicros", event.received?.micros)
      writer.member(orNull: "capture", event.capture?.name)
      writer.member(orNull: "scope", event.scope)
      if let ordinal = event.ordinal, ordinal > 0 { writer.member("ordinal", ordinal) }
      if let trigger = event.trigger { writer.member("triggerMicros", trigger.micros) }
      writer.member("event", raw: RawJSON(unchecked: event.logged.protocolJSON))
    }
    writer.separator("\n")
  }

  package static func write(_ gap: ExchangeGap, to writer: inout JSONWriter) {
    writer.object { writer in
      writer.member("type", "gap")
      writer.member("source", gap.source.description)
      writer.member("service", gap.service.rawValue)
      writer.member("from", gap.from)
      writer.member("to", gap.to)
      writer.member("reason", gap.reason.rawValue)
      writer.member("browserRan", gap.browserRan.rawValue)
    }
    writer.separator("\n")
  }

  // MARK: Reading

  struct Head {
    var format: String
    var sources: [ExchangeSource]
  }

  /// Nil if the first line is of no format at all. Of another one than ours there are no sources.
  static func readHead(_ reader: inout JSONReader) throws(JSONError) -> Head? {
    var format: String?
    var sources: [ExchangeSource] = []
    var isOurs = true
    try reader.readObject { key, reader throws(JSONError) in
      switch key {
      case "format":
        format = try reader.readString()
        isOurs = format == ExchangeLines.format
      case "sources" where isOurs:
        try reader.readArray { reader throws(JSONError) in
          sources.append(try readSource(&reader))
        }
      default: try reader.skipValue()
      }
    }
    return format.map { Head(format: $0, sources: sources) }
  }

  private static func readSource(_ reader: inout JSONReader) throws(JSONError) -> ExchangeSource {
    let start = reader.index
    var id: SourceID?
    var (name, browser): (String?, String?)
    try reader.readObject { key, reader throws(JSONError) in
      switch key {
      case "id": id = try readSourceID(&reader)
      case "name": name = try reader.readString()
      case "browser": browser = try reader.readNull() ? nil : try reader.readString()
      default: try reader.skipValue()
      }
    }
    guard let id, let name else { throw JSONError(reason: .missingMember, offset: start) }
    return ExchangeSource(id: id, name: name, browser: browser)
  }

  private static func readSourceID(_ reader: inout JSONReader) throws(JSONError) -> SourceID {
    guard let id = SourceID(try reader.readString()) else { throw reader.error(.unknownValue) }
    return id
  }

  static func readItem(_ reader: inout JSONReader) throws(JSONError) -> ImportItem {
    var members = ItemMembers()
    let start = reader.index
    try reader.readObject { key, reader throws(JSONError) in
      try members.read(key, &reader)
    }
    guard let item = members.item else { throw JSONError(reason: .missingMember, offset: start) }
    return item
  }

  /// The members of all kinds of lines.
  private struct ItemMembers {
    var type: String?
    var source: SourceID?
    var received: Timestamp?
    var capture: CaptureKind?
    var scope: String?
    var ordinal: Int32 = 0
    var logged: LoggedEvent?
    var service: Service?
    var (from, to): (Timestamp?, Timestamp?)
    var reason: Gap.Reason?
    var browserRan: Gap.BrowserRan?
    var worker = WorkerMembers()
    var triggerAsked: Timestamp?
    var trigger: TriggerLine?
    var notification: StoredNotification?
    var push: PushMessage?
    var subscription: PushSubscription?

    mutating func read(_ key: JSONKey, _ reader: inout JSONReader) throws(JSONError) {
      switch key {
      case "type": type = try reader.readString()
      case "source": source = try readSourceID(&reader)
      case "receivedMicros": received = try readMoment(&reader)
      case "capture":
        let name = try reader.readNull() ? nil : try reader.readString()
        capture = CaptureKind.allCases.first { $0.name == name }
      case "scope": scope = try reader.readNull() ? nil : try reader.readString()
      case "ordinal":
        guard let value = Int32(exactly: try reader.readInt()), value >= 0 else {
          throw reader.error(.numberOutOfRange)
        }
        ordinal = value
      case "triggerMicros": triggerAsked = try readMoment(&reader)
      case "trigger": trigger = try TriggerLine(&reader)
      case "notification": notification = try readNotification(&reader)
      case "push": push = try readPush(&reader)
      case "subscription": subscription = try readSubscription(&reader)
      case "event": logged = try LoggedEvent.read(&reader)
      case "service": service = Service(rawValue: try reader.readString())
      case "fromMicros": from = try readMoment(&reader)
      case "toMicros": to = try readMoment(&reader)
      case "reason": reason = Gap.Reason(rawValue: try reader.readString())
      case "browserRan": browserRan = Gap.BrowserRan(rawValue: try reader.readString())
      default: if try !worker.read(key, &reader) { try reader.skipValue() }
      }
    }

    /// Nil if it lacks what its kind needs.
    var item: ImportItem? {
      switch type {
      case "event":
        guard let logged, let source else { return nil }
        return .event(
          ExchangeEvent(
            logged: logged, ordinal: ordinal, source: source, received: received,
            capture: capture, scope: scope, trigger: triggerAsked))
      case "gap":
        guard let source, let from, let service, let reason, let browserRan else { return nil }
        return .gap(
          ExchangeGap(
            source: source, service: service, from: from, to: to, reason: reason,
            browserRan: browserRan))
      case "watched":
        guard let source, let from, let to else { return nil }
        return .watched(ExchangeWatch(source: source, service: service, from: from, to: to))
      case "worker":
        guard let source, let entry = worker.entry else { return nil }
        return .worker(ExchangeWorker(source: source, entry: entry))
      case "trigger":
        guard let source, let trigger else { return nil }
        return .trigger(ExchangeTrigger(trigger, of: source))
      case "notification":
        guard let source, let notification else { return nil }
        return .notification(ExchangeNotification(source: source, notification: notification))
      case "push":
        guard let source, let push else { return nil }
        return .push(ExchangePush(source: source, message: push))
      case "subscription":
        guard let source, let subscription else { return nil }
        return .subscription(ExchangeSubscription(source: source, subscription: subscription))
      case nil: return nil
      case let kind?: return .unknown(kind: String(kind.prefix(40)))
      }
    }
  }
}
