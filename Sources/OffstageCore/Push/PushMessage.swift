/// What an application server posted to a subscription, and what became of it up to the browser.
///
/// RFC 8030 calls it a push message.
package struct PushMessage: Sendable, Hashable {
  /// RFC 8030, section 5.3.
  package enum Urgency: String, Sendable, Hashable, CaseIterable {
    case veryLow = "very-low"
    case low
    case normal
    case high
  }

  package struct Header: Sendable, Hashable {
    package var name: String
    package var value: String

    package init(_ name: String, _ value: String) {
      self.name = name
      self.value = value
    }
  }

  /// Why it was not taken.
  package struct Refusal: Sendable, Hashable {
    /// A word for programs, as `vapid-expired`.
    package var code: String
    package var detail: String
    package var hint: String?

    package init(code: String, detail: String, hint: String? = nil) {
      self.code = code
      self.detail = detail
      self.hint = hint
    }
  }

  package enum End: String, Sendable, Hashable, CaseIterable {
    /// The browser has it. Whether a worker got it is told by the browser's own log.
    case acknowledged
    /// Its TTL ran out before the browser came.
    case expired
    /// One of the same topic came after it.
    case replaced
    /// Its sender took it back.
    case cancelled
    /// Its subscription ended.
    case unsubscribed
    /// It was lost because somebody asked for that.
    case dropped
  }

  /// How it went on from the push service.
  package struct Delivery: Sendable, Hashable {
    /// How often it was sent to the browser: more than once only if the connection was lost.
    package var sends: Int
    package var firstSent: Timestamp?
    package var ended: Timestamp?
    package var end: End?
    /// What Firefox said as it took it, and what of its handler if that failed.
    package var answer: FirefoxCode?
    package var failure: FirefoxCode?
    package var failed: Timestamp?

    package init(
      sends: Int = 0, firstSent: Timestamp? = nil, ended: Timestamp? = nil, end: End? = nil
    ) {
      self.sends = sends
      self.firstSent = firstSent
      self.ended = ended
      self.end = end
    }
  }

  /// What the browser logs as the instance of its events.
  package var id: String
  /// The token of its subscription, or what stood in the address instead of one.
  package var subscription: String
  package var received: Timestamp
  /// What its sender was answered: 201 if it was taken.
  package var status: Int
  package var refusal: Refusal?
  /// Seconds.
  package var ttl: Int
  package var urgency: Urgency
  package var topic: String?
  /// `aes128gcm` or `aesgcm`; nil of a message without a body.
  package var encoding: String?
  /// As they were sent, without what lets others send as well.
  package var headers: [Header]
  package var body: [UInt8]
  package var delivery: Delivery
  /// What was done to it because somebody asked for that.
  package var injected: InjectedFault?
  /// It is not sent before.
  package var due: Timestamp?

  package init(
    id: String, subscription: String, received: Timestamp, status: Int = 201,
    refusal: Refusal? = nil, ttl: Int, urgency: Urgency = .normal, topic: String? = nil,
    encoding: String? = nil, headers: [Header] = [], body: [UInt8] = [],
    delivery: Delivery = Delivery(), injected: InjectedFault? = nil, due: Timestamp? = nil
  ) {
    self.id = id
    self.subscription = subscription
    self.received = received
    self.status = status
    self.refusal = refusal
    self.ttl = ttl
    self.urgency = urgency
    self.topic = topic
    self.encoding = encoding
    self.headers = headers
    self.body = body
    self.delivery = delivery
    self.injected = injected
    self.due = due
  }

  package func header(_ name: String) -> String? { headers.value(of: name) }

  /// Up to 32 characters of the alphabet of base64url (RFC 8030, section 5.4).
  package static func isTopic(_ text: String) -> Bool {
    (1...32).contains(text.utf8.count) && text.utf8.allSatisfy(isTopicCharacter)
  }

  private static func isTopicCharacter(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
      true
    default: false
    }
  }
}

extension [PushMessage.Header] {
  /// Of two with the same name the first counts; names have no case.
  package func value(of name: String) -> String? {
    first { $0.name.lowercased() == name.lowercased() }?.value
  }
}
