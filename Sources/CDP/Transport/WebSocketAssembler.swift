/// Puts fragments together to messages (RFC 6455, section 5.4).
struct WebSocketAssembler {
  enum Violation: Error, Hashable {
    case tooLong
    case continuationWithoutStart
    case startInsideMessage
  }

  let maximumFrameSize: Int
  private var partial: [UInt8]?

  init(maximumFrameSize: Int = FrameLimits.maximumFrameSize) {
    self.maximumFrameSize = maximumFrameSize
  }

  var isInsideMessage: Bool { partial != nil }

  /// The message that this fragment completes, if it does.
  mutating func append(
    _ bytes: [UInt8], isContinuation: Bool, isFinal: Bool
  ) throws(Violation) -> [UInt8]? {
    guard isContinuation == (partial != nil) else {
      throw isContinuation ? .continuationWithoutStart : .startInsideMessage
    }
    guard (partial?.count ?? 0) + bytes.count <= maximumFrameSize else { throw .tooLong }
    if !isContinuation && isFinal { return bytes }
    var message = partial ?? []
    // Kept by one owner while it grows, so that many fragments do not mean many copies.
    partial = nil
    message.append(contentsOf: bytes)
    if isFinal { return message }
    partial = message
    return nil
  }
}
