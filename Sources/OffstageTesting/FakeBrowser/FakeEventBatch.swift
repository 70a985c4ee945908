package import JSON

/// Events on their way to one client, made into text only when they are written, so that a storm
/// or a long replay costs no memory while it waits.
package struct FakeEventBatch: Sendable {
  package var events: ArraySlice<FakeEvent>
  /// Who gets a copy: each session its own (facts §2: "Two sessions").
  package var recipients: [FakeService: [String?]]
  /// Fixes the order of the metadata's keys.
  var orderSeed: UInt64

  package var messageCount: Int {
    events.reduce(0) { $0 + (recipients[$1.service]?.count ?? 0) }
  }

  package var messages: [[UInt8]] {
    var all: [[UInt8]] = []
    var rest = Messages(self)
    var writer = JSONWriter()
    while rest.writeNext(into: &writer) {
      all.append(writer.bytes)
      writer.removeAll()
    }
    return all
  }

  /// The messages one after the other, made as they are asked for.
  package struct Messages: Sendable {
    private let batch: FakeEventBatch
    private var index: Int
    private var copy = 0

    package init(_ batch: FakeEventBatch) {
      self.batch = batch
      index = batch.events.startIndex
    }

    /// False at the end.
    package mutating func writeNext(into writer: inout JSONWriter) -> Bool {
      while index < batch.events.endIndex {
        let event = batch.events[index]
        if let recipients = batch.recipients[event.service], copy < recipients.count {
          let seed = batch.orderSeed &+ UInt64(index) &* 8 &+ UInt64(copy)
          event.write(into: &writer, sessionID: recipients[copy], orderSeed: seed)
          copy += 1
          return true
        }
        index += 1
        copy = 0
      }
      return false
    }
  }
}

extension FakeEvent {
  /// The whole message, members in Chromium's order.
  func write(into writer: inout JSONWriter, sessionID: String?, orderSeed: UInt64) {
    writer.object { writer in
      writer.member("method", "BackgroundService.backgroundServiceEventReceived")
      writer.memberObject("params") { writer in
        writer.memberObject("backgroundServiceEvent") { writer in
          writer.member("timestamp", timestamp)
          writer.member("origin", origin)
          writer.member("serviceWorkerRegistrationId", registrationID)
          writer.member("service", service.rawValue)
          writer.member("eventName", name)
          writer.member("instanceId", instanceID)
          writer.memberArray("eventMetadata") { writer in
            for entry in wireMetadata(seed: orderSeed) {
              writer.object { writer in
                writer.member("key", entry.key)
                writer.member("value", entry.value)
              }
            }
          }
          writer.member("storageKey", storageKey)
        }
      }
      if let sessionID { writer.member("sessionId", sessionID) }
    }
  }

  /// Facts §0.8: an unordered protobuf map, its order differs between live and replay.
  private func wireMetadata(seed: UInt64) -> [Metadata] {
    guard metadata.count > 1 else { return metadata }
    var random = FakeRandom(seed: seed)
    return metadata.shuffled(using: &random)
  }
}
