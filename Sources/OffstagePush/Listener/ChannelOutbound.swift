import NIOCore
import NIOWebSocket
import Synchronization

/// Writes without waiting, and closes on a peer that lets too much gather.
final class ChannelOutbound: PushOutbound {
  enum Framing {
    case none
    /// A text message of a WebSocket each.
    case webSocket
  }

  /// Twice all that may wait for one browser.
  private static let limit = 2 * MessageQueue.limit * PushPost.largestBody

  private let channel: any Channel
  private let framing: Framing
  private let gathered = Atomic<Int>(0)

  init(_ channel: any Channel, _ framing: Framing = .none) {
    self.channel = channel
    self.framing = framing
  }

  func send(_ bytes: [UInt8]) {
    // What a write costs beside its bytes.
    let count = bytes.count + 512
    guard gathered.add(count, ordering: .relaxed).newValue <= Self.limit else { return close() }
    write(ByteBuffer(bytes: bytes)).whenComplete { [self] _ in
      gathered.subtract(count, ordering: .relaxed)
    }
  }

  private func write(_ bytes: ByteBuffer) -> EventLoopFuture<Void> {
    switch framing {
    case .none: channel.writeAndFlush(bytes)
    case .webSocket:
      channel.writeAndFlush(WebSocketFrame(fin: true, opcode: .text, data: bytes))
    }
  }

  func close() {
    channel.close(promise: nil)
  }
}
