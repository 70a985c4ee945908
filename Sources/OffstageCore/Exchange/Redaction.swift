import JSON

/// Takes out of events what may be secret or personal, so that they can be shown to others.
///
/// What is not known to be harmless is replaced by how long it is and a code. The code is made with
/// a key that is thrown away with the export: the same text has the same code all over one file, so
/// that events still belong together, and no other; nobody can try texts out until a code fits.
package struct Redaction: Sendable {
  private let key: [UInt8]

  /// With a key of its own.
  package init() {
    var random = SystemRandomNumberGenerator()
    self.init(key: (0..<32).map { _ in UInt8.random(in: 0...255, using: &random) })
  }

  package init(key: [UInt8]) {
    self.key = key
  }

  /// Such as `⟨redacted 42 bytes, 1a2b3c4d5e6f⟩`. What is empty says nothing and stays, as does what
  /// was redacted before.
  package func mark(_ text: String) -> String {
    guard !text.isEmpty, !Redaction.isMark(text) else { return text }
    let bytes = Array(text.utf8)
    let code = SHA256.code(bytes, key: key).prefix(6).hexadecimal
    return "⟨redacted \(bytes.count) \(bytes.count == 1 ? "byte" : "bytes"), \(code)⟩"
  }

  static func isMark(_ text: String) -> Bool {
    text.utf8.count < 60 && text.hasPrefix("⟨redacted ")
      && text.wholeMatch(of: /⟨redacted [1-9][0-9]{0,9} bytes?, [0-9a-f]{12}⟩/) != nil
  }

  /// An event that has nothing of what may be secret, and is the same as another one only if it was.
  package func redact(_ event: StoredEvent) -> StoredEvent {
    var event = event
    event.logged = redact(event.logged)
    event.identity = EventIdentity(of: event.logged, ordinal: event.identity.ordinal)
    event.source = redact(event.source)
    event.scope = event.scope.map(address)
    return event
  }

  package func redact(_ events: [StoredEvent]) -> [StoredEvent] { events.map(redact) }

  private func redact(_ event: LoggedEvent) -> LoggedEvent {
    let isKnown = EventCatalogue.entry(event.service, event.eventName) != nil
    let redacted = LoggedEvent(
      timestampNumber: event.timestampNumber.withoutSpelling(of: event.timestamp),
      service: event.service, eventName: isKnown ? event.eventName : mark(event.eventName),
      instanceId: instance(event.instanceId, of: event.service), origin: address(event.origin),
      storageKey: event.storageKey.map(storageKey),
      serviceWorkerRegistrationId: number(event.serviceWorkerRegistrationId),
      metadata: event.metadata.map { metadata($0, of: event.service) },
      extra: event.extra.map(extra))
    guard let redacted else { preconditionFailure("The time of an event is one") }
    return redacted
  }

  private func metadata(
    _ pair: LoggedEvent.Metadata, of service: Service
  ) -> LoggedEvent.Metadata {
    guard let rule = RedactionRule.of(pair.key, in: service) else {
      return LoggedEvent.Metadata(key: mark(pair.key), value: mark(pair.value))
    }
    let value =
      switch rule {
      case .secret: mark(pair.value)
      case .number: number(pair.value)
      case .word: word(pair.value)
      case .moment: moment(pair.value)
      case .address: address(pair.value)
      }
    return LoggedEvent.Metadata(key: pair.key, value: value)
  }

  /// Tags and ids of fetches are names that a site's developer chose; those of a push service and of
  /// payments are neither.
  func instance(_ text: String, of service: Service) -> String {
    switch service {
    case .pushMessaging, .paymentHandler: mark(text)
    case .backgroundFetch, .backgroundSync, .periodicBackgroundSync, .notifications: name(text)
    }
  }

  /// What CDP tells and is not known here.
  private func extra(_ members: RawJSON) -> RawJSON {
    var writer = JSONWriter()
    var reader = JSONReader(members.bytes)
    writer.object { writer in
      try? reader.readObject { key, reader throws(JSONError) in
        writer.member(mark(key.string), mark(try reader.readRaw().description))
      }
    }
    return RawJSON(unchecked: writer.bytes)
  }

  // MARK: Sources

  package func redact(_ source: Source) -> Source {
    var redacted = source
    redacted.id = redact(source.id)
    redacted.name = name(of: source.name)
    redacted.place = .unknown
    redacted.browser = source.browser.map(browser)
    return redacted
  }

  /// The browser's name and version, and nothing else.
  func browser(_ version: String) -> String {
    version.wholeMatch(of: /[A-Za-z]{1,20}\/[0-9.]{1,20}/) == nil ? mark(version) : version
  }

  package func redact(_ gap: Gap) -> Gap {
    var redacted = gap
    redacted.source = redact(gap.source)
    return redacted
  }

  func redact(_ watch: ExchangeWatch) -> ExchangeWatch {
    var redacted = watch
    redacted.source = redact(watch.source)
    return redacted
  }

  func redact(_ worker: ExchangeWorker) -> ExchangeWorker {
    ExchangeWorker(source: redact(worker.source), entry: redact(worker.entry))
  }

  /// Its texts are those of its event, and have the same codes.
  func redact(_ line: ExchangeNotification) -> ExchangeNotification {
    var notification = line.notification
    notification.shown.title = mark(notification.shown.title)
    notification.shown.body = mark(notification.shown.body)
    notification.shown.origin = notification.shown.origin.map(address)
    for index in notification.shown.actions.indices {
      let action = notification.shown.actions[index]
      notification.shown.actions[index].title = mark(action.title)
      notification.shown.actions[index].placeholder = action.placeholder.map(mark)
    }
    // Whoever has a picture could tell that it was this one.
    notification.iconHash = notification.iconHash.map(mark)
    notification.imageHash = notification.imageHash.map(mark)
    return ExchangeNotification(source: redact(line.source), notification: notification)
  }

  package func redact(_ source: SourceName) -> SourceName {
    SourceName(id: redact(source.id), name: name(of: source.name))
  }

  /// Another source than the real one, so that an import does not put redacted events beside those
  /// that they were made of.
  func redact(_ id: SourceID) -> SourceID {
    var digits = SHA256.code(Array("source \(id)".utf8), key: key).prefix(16).map { $0 }
    // A random UUID (RFC 9562, §5.4).
    digits[6] = digits[6] & 0x0F | 0x40
    digits[8] = digits[8] & 0x3F | 0x80
    let text = digits.enumerated().map { index, byte in
      let hexadecimal = String(byte, radix: 16)
      let dash = [4, 6, 8, 10].contains(index) ? "-" : ""
      return dash + (hexadecimal.count == 1 ? "0" : "") + hexadecimal
    }.joined()
    return SourceID(text) ?? SourceID()
  }

  private static let ending = " (redacted)"

  private func name(of source: String) -> String {
    source.hasSuffix(Self.ending) ? source : name(source) + Self.ending
  }
}

extension JSONNumber {
  /// Digits beyond those of a moment could be anything.
  fileprivate func withoutSpelling(of timestamp: Timestamp) -> JSONNumber {
    guard case .decimal(_, 0...12) = self else { return JSONNumber(millionths: timestamp.micros) }
    return self
  }
}
