/// Events on their way to one client, made into text only when they are written, so that a storm
/// or a long replay costs no memory while it waits.
package struct FakeEventBatch: Sendable {
  package var events: ArraySlice<FakeEvent>
  /// Who gets a copy: each session its own (Docs/browser-facts.md §2).
  package var recipients: [FakeService: [String?]]
  /// Fixes the order of the metadata's keys.
  var orderSeed: UInt64

  package var messageCount: Int {
    events.reduce(0) { $0 + (recipients[$1.service]?.count ?? 0) }
  }

  package var messages: [[UInt8]] {
    var all: [[UInt8]] = []
    var rest = Messages(self)
    var message: [UInt8] = []
    while rest.writeNext(into: &message) { all.append(message) }
    return all
  }

  /// The messages one after the other, made as they are asked for.
  package struct Messages: Sendable {
    private let batch: FakeEventBatch
    private let recipients: [[String?]]
    private var renderer = FakeEventRenderer()
    private var index: Int
    private var copy = 0

    package init(_ batch: FakeEventBatch) {
      self.batch = batch
      recipients = FakeService.allCases.map { batch.recipients[$0] ?? [] }
      index = batch.events.startIndex
    }

    /// Puts the next one in the place of what `message` held; false at the end.
    package mutating func writeNext(into message: inout [UInt8]) -> Bool {
      while index < batch.events.endIndex {
        let event = batch.events[index]
        let sessions = recipients[event.service.ordinal]
        if copy < sessions.count {
          message.removeAll(keepingCapacity: true)
          let seed = batch.orderSeed &+ UInt64(index) &* 8 &+ UInt64(copy)
          renderer.append(event, sessionID: sessions[copy], orderSeed: seed, to: &message)
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
