/// Cuts a stream of bytes into messages.
package struct MessageFramer: Sendable {
  package enum Item: Sendable, Hashable {
    case message(Message)
    /// One of more than `WireLimits.message`; its bytes are gone.
    case tooLong(serial: UInt32, wantsReply: Bool)
  }

  private var held: [UInt8] = []
  /// How many bytes of a message that is too long are still to come.
  private var skipping = 0

  package init() {}

  /// What is held is never more than one message and what came with its end.
  package mutating func append(_ bytes: some Collection<UInt8>) {
    let skipped = min(skipping, bytes.count)
    skipping -= skipped
    held += bytes.dropFirst(skipped)
  }

  /// Nil until more bytes have come. After a fault there is no telling where a message begins.
  package mutating func next() throws(WireFault) -> Item? {
    guard held.count >= MessagePrefix.size else { return nil }
    let prefix = try MessagePrefix(held)
    guard prefix.length <= WireLimits.message else {
      guard prefix.length <= WireLimits.longestMessage else { throw WireFault(.tooLong) }
      let here = min(held.count, prefix.length)
      held.removeFirst(here)
      skipping = prefix.length - here
      return .tooLong(
        serial: prefix.serial, wantsReply: prefix.kind == .call && !prefix.wantsNoReply)
    }
    guard held.count >= prefix.length else { return nil }
    let bytes = Array(held[..<prefix.length])
    held.removeFirst(prefix.length)
    return .message(try Message(bytes: bytes))
  }
}
