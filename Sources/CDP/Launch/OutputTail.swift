import NIOCore
import NIOPosix
import Synchronization

/// The last of what a browser printed.
final class OutputTail: Sendable {
  static let limit = 64 << 10

  private let bytes = Mutex<[UInt8]>([])

  var text: String { bytes.withLock { String(decoding: $0, as: UTF8.self) } }

  /// The last lines that are worth a person's time.
  func lines(_ count: Int) -> String {
    let lines = text.split(whereSeparator: \.isNewline).map(String.init)
    // A browser without a desktop complains about D-Bus a hundred times, whatever else is wrong.
    let telling = lines.filter { !$0.contains("dbus/") }
    return (telling.isEmpty ? lines : telling).suffix(count).joined(separator: "\n")
  }

  func append(_ more: ByteBufferView) {
    bytes.withLock { bytes in
      bytes.append(contentsOf: more)
      // Cut in big steps, so that a talkative browser costs little.
      if bytes.count > 2 * Self.limit { bytes.removeFirst(bytes.count - Self.limit) }
    }
  }

  /// Reads until the other side closes. Takes over the descriptor.
  func read(from descriptor: CInt) async throws -> any Channel {
    try await NIOPipeBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .takingOwnershipOfDescriptor(input: descriptor) { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(TailHandler(tail: self))
          return channel
        }
      }
  }
}

private final class TailHandler: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer

  private let tail: OutputTail

  init(tail: OutputTail) { self.tail = tail }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    tail.append(unwrapInboundIn(data).readableBytesView)
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    context.close(promise: nil)
  }
}
