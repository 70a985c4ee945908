/// What makes a logged event the same event when it comes again, within one source.
///
/// Compared in this order it is also the time order: moment, service, rank of the name, then a
/// digest of the rest, so that every list has one order on every machine.
package struct EventIdentity: Sendable, Hashable, Comparable {
  package var timestamp: Timestamp
  package var place: EventPlace
  /// Of storage key (or else origin), name, instance, registration and sorted metadata.
  package var digest: Int64
  /// Counts equal events of one observation, from 0.
  package var ordinal: Int32

  package init(timestamp: Timestamp, place: EventPlace, digest: Int64, ordinal: Int32) {
    self.timestamp = timestamp
    self.place = place
    self.digest = digest
    self.ordinal = ordinal
  }

  package init(of event: LoggedEvent, ordinal: Int32 = 0) {
    self.init(
      timestamp: event.timestamp, place: EventPlace(event.service, event.eventName),
      digest: IdentityDigest.of(event), ordinal: ordinal)
  }

  package static func < (left: EventIdentity, right: EventIdentity) -> Bool {
    (left.timestamp, left.place.rawValue, left.digest, left.ordinal)
      < (right.timestamp, right.place.rawValue, right.digest, right.ordinal)
  }
}

/// Where an event stands among those of its microsecond: by service, then by the catalogue's rank.
package struct EventPlace: Sendable, Hashable {
  package var rawValue: Int

  package init(rawValue: Int) {
    self.rawValue = rawValue
  }

  package init(_ service: Service, _ eventName: String) {
    rawValue = service.code << 8 | EventCatalogue.rank(service, eventName)
  }

  /// Nil if no service has that place.
  package var service: Service? { Service(code: rawValue >> 8) }

  /// The places of all names of one service.
  package static func range(of service: Service) -> ClosedRange<Int> {
    service.code << 8...(service.code << 8 | 255)
  }
}

/// 64 bits over the fields with their lengths, eight bytes at a time.
///
/// It only tells apart events of one microsecond, service and name, and equal digests are still
/// counted by their ordinal, so that nothing is lost where two texts meet. It is stored: changing it
/// needs a migration.
enum IdentityDigest {
  static func of(_ event: LoggedEvent) -> Int64 {
    var hash: UInt64 = 0
    mix(event.storageKey ?? event.origin, into: &hash)
    mix(event.eventName, into: &hash)
    mix(event.instanceId, into: &hash)
    mix(event.serviceWorkerRegistrationId, into: &hash)
    for pair in event.metadata {
      mix(pair.key, into: &hash)
      mix(pair.value, into: &hash)
    }
    return Int64(bitPattern: hash)
  }

  private static func mix(_ text: String, into hash: inout UInt64) {
    var text = text
    var result = hash
    text.withUTF8 { utf8 in
      let bytes = UnsafeRawBufferPointer(utf8)
      let words = bytes.count & ~7
      for offset in stride(from: 0, to: words, by: 8) {
        let word = bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
        result = mixed(result ^ UInt64(littleEndian: word))
      }
      var rest: UInt64 = 0
      for offset in words..<bytes.count { rest = rest << 8 | UInt64(bytes[offset]) }
      result = mixed(result ^ rest)
      // The length ends the field, so that "ab","c" and "a","bc" differ.
      result = mixed(result ^ UInt64(bytes.count))
    }
    hash = result
  }

  /// One to one; every bit of the input moves about half of the output's (Stafford's variant 13,
  /// the finaliser of SplitMix64).
  static func mixed(_ value: UInt64) -> UInt64 {
    var value = value &+ 0x9E37_79B9_7F4A_7C15
    value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
    return value ^ value >> 31
  }
}

/// Numbers equal events of one observation: the browser gives each stored event once per
/// observation, so the second equal one is a second event.
///
/// Memory is bounded: a replay comes in ascending time, so that only the current microsecond of it
/// can repeat; and around the start of the observation, where live events and the replay meet, all
/// are kept until the replay has ended.
package struct OrdinalCounter: Sendable {
  private struct Key: Hashable {
    var timestamp: Int64
    var place: Int
    var digest: Int64
  }

  /// Equal events can come apart, one live and one replayed, only if they are newer than this.
  private let meetingFrom: Timestamp
  private var meeting: [Key: Int32] = [:]
  private var current: [(key: Key, count: Int32)] = []
  private var currentTimestamp: Int64 = .min
  private var replayEnded = false

  package init(observationStart: Timestamp) {
    meetingFrom = observationStart - .seconds(5)
  }

  package mutating func replayDidEnd() {
    replayEnded = true
  }

  package mutating func number(_ event: LoggedEvent) -> EventIdentity {
    var identity = EventIdentity(of: event)
    let key = Key(
      timestamp: identity.timestamp.micros, place: identity.place.rawValue,
      digest: identity.digest)
    if replayEnded, !meeting.isEmpty, identity.timestamp > meetingFrom + .minutes(1) {
      meeting.removeAll()
    }
    if identity.timestamp >= meetingFrom && !replayEnded || meeting[key] != nil {
      identity.ordinal = OrdinalCounter.count(key, in: &meeting)
      return identity
    }
    if key.timestamp != currentTimestamp {
      current.removeAll(keepingCapacity: true)
      currentTimestamp = key.timestamp
    }
    identity.ordinal = countInMicrosecond(key)
    return identity
  }

  private static func count(_ key: Key, in table: inout [Key: Int32]) -> Int32 {
    let ordinal = table[key, default: 0]
    table[key] = ordinal + 1
    return ordinal
  }

  /// A microsecond rarely holds more than one event.
  private mutating func countInMicrosecond(_ key: Key) -> Int32 {
    guard let index = current.firstIndex(where: { $0.key == key }) else {
      current.append((key, 1))
      return 0
    }
    current[index].count += 1
    return current[index].count - 1
  }
}
