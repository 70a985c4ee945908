import JSON

/// Makes events into messages, members in Chromium's order. What events of a storm share is made
/// once: a benchmark's time belongs to the recorder, not to the browser it is measured with.
struct FakeEventRenderer: Sendable {
  /// All of a message but the time and the instance.
  private struct Shape {
    var event: FakeEvent
    var sessionID: String?
    var middle: [UInt8]
    var end: [UInt8]

    func fits(_ other: FakeEvent, _ otherSession: String?) -> Bool {
      event.metadata == other.metadata && event.name == other.name && sessionID == otherSession
        && event.origin == other.origin && event.storageKey == other.storageKey
        && event.registrationID == other.registrationID
    }
  }

  private static let start = Array(
    (#"{"method":"BackgroundService.backgroundServiceEventReceived","#
      + #""params":{"backgroundServiceEvent":{"timestamp":"#).utf8)
  private static let maximum = 8
  private var shapes = [[Shape]](repeating: [], count: FakeService.allCases.count)

  /// Appends the whole message; `orderSeed` fixes the order of the metadata.
  mutating func append(
    _ event: FakeEvent, sessionID: String?, orderSeed: UInt64, to bytes: inout [UInt8]
  ) {
    // Metadata of several keys is in another order every time.
    guard event.metadata.count < 2 else {
      write(event, Self.shape(event, sessionID, orderSeed: orderSeed), to: &bytes)
      return
    }
    let service = event.service.ordinal
    if let index = shapes[service].firstIndex(where: { $0.fits(event, sessionID) }) {
      write(event, shapes[service][index], to: &bytes)
      return
    }
    let shape = Self.shape(event, sessionID, orderSeed: orderSeed)
    if shapes[service].count == Self.maximum { shapes[service] = [] }
    shapes[service].append(shape)
    write(event, shape, to: &bytes)
  }

  private func write(_ event: FakeEvent, _ shape: Shape, to bytes: inout [UInt8]) {
    bytes += Self.start
    let timestamp = event.timestamp.description
    bytes += (timestamp.hasSuffix(".0") ? timestamp.dropLast(2) : timestamp[...]).utf8
    bytes += shape.middle
    var writer = JSONWriter()
    writer.value(event.instanceID)
    bytes += writer.bytes
    bytes += shape.end
  }

  private static func shape(
    _ event: FakeEvent, _ sessionID: String?, orderSeed: UInt64
  ) -> Shape {
    var middle = JSONWriter()
    middle.object { writer in
      writer.member("origin", event.origin)
      writer.member("serviceWorkerRegistrationId", event.registrationID)
      writer.member("service", event.service.rawValue)
      writer.member("eventName", event.name)
    }
    var end = JSONWriter()
    end.object { writer in
      writer.memberArray("eventMetadata") { writer in
        for entry in event.wireMetadata(seed: orderSeed) {
          writer.object { writer in
            writer.member("key", entry.key)
            writer.member("value", entry.value)
          }
        }
      }
      writer.member("storageKey", event.storageKey)
    }
    var session = JSONWriter()
    session.object { writer in
      if let sessionID { writer.member("sessionId", sessionID) }
    }
    let comma = Array(",".utf8)
    // Without their braces they are members of the message's objects.
    return Shape(
      event: event, sessionID: sessionID,
      middle: comma + middle.bytes.dropFirst().dropLast() + Array(#","instanceId":"#.utf8),
      end: comma + end.bytes.dropFirst() + Array("}".utf8)
        + (sessionID == nil ? [] : comma) + session.bytes.dropFirst())
  }
}

extension FakeEvent {
  /// browser-facts §0.8: an unordered protobuf map, its order differs between live and replay.
  fileprivate func wireMetadata(seed: UInt64) -> [Metadata] {
    guard metadata.count > 1 else { return metadata }
    var random = SeededGenerator(seed: seed)
    return metadata.shuffled(using: &random)
  }
}
