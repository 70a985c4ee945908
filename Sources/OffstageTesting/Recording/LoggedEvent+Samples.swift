package import JSON
package import OffstageCore

/// Events as a Chromium logs them.
extension LoggedEvent {
  /// An event of `https://app.example` at a whole microsecond.
  package static func sample(
    _ name: String = "Push message received", _ service: Service = .pushMessaging,
    at timestamp: Timestamp = ManualClock.start, instance: String = "0:1795356000%6d1a",
    origin: String = "https://app.example/", storageKey: String? = "https://app.example/",
    registration: String = "0", _ metadata: [String: String] = [:], extra: RawJSON? = nil
  ) -> LoggedEvent {
    let event = LoggedEvent(
      timestampNumber: JSONNumber(millionths: timestamp.micros), service: service, eventName: name,
      instanceId: instance, origin: origin, storageKey: storageKey,
      serviceWorkerRegistrationId: registration,
      metadata: metadata.map { Metadata(key: $0.key, value: $0.value) }, extra: extra)
    guard let event else { preconditionFailure("\(timestamp) is no time of CDP's") }
    return event
  }

  /// A push that its worker handles: received, dispatched, completed, some milliseconds apart.
  package static func push(
    at timestamp: Timestamp, message: String, payload: String = "hello",
    status: String = "Success"
  ) -> [LoggedEvent] {
    [
      .sample(
        "Push message received", .pushMessaging, at: timestamp, instance: message,
        ["Success": "Yes", "Was Encrypted": "Yes", "Payload": payload]),
      .sample(
        "Push event dispatched", .pushMessaging, at: timestamp + Interval(micros: 1400),
        instance: message, ["Payload": payload]),
      .sample(
        "Push event completed", .pushMessaging, at: timestamp + Interval(micros: 14_400),
        instance: message, ["Status": status]),
    ]
  }

  /// A sync that succeeds at once.
  package static func sync(at timestamp: Timestamp, tag: String) -> [LoggedEvent] {
    [
      .sample("Registered sync", .backgroundSync, at: timestamp, instance: tag),
      .sample(
        "Dispatched sync event", .backgroundSync, at: timestamp + Interval(micros: 900),
        instance: tag, ["Last Chance": "No"]),
      .sample(
        "Sync completed", .backgroundSync, at: timestamp + Interval(micros: 60_000),
        instance: tag, ["Status": "succeeded"]),
    ]
  }

  /// What pages may record, and stores, terminals and formats stumble over.
  package static let hostileTexts: [(name: String, text: String)] = [
    ("empty", ""),
    ("NUL", "a\u{0}b\u{0}"),
    ("only NUL", "\u{0}"),
    ("a lone surrogate, as decoded", "x\u{FFFD}y"),
    ("right to left", "\u{202E}שלום\u{2067}abc\u{2069}"),
    ("four bytes", "😀👩‍👩‍👧‍👦𝕏"),
    ("composed", "caf\u{E9}"),
    ("decomposed", "cafe\u{301}"),
    ("controls", "\u{1B}[2J\u{7}\r\n\t\u{7F}\u{9B}31m"),
    ("quotes", #"'";--\"\\{}[]%_"#),
    ("line separators", "\u{2028}\u{2029}\u{FEFF}"),
    ("the last code point", "\u{10FFFF}"),
  ]
}
