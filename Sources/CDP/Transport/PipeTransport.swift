import NIOCore
import NIOPosix

/// Frames that end with a zero byte, over two file descriptors
/// (`--remote-debugging-pipe` of Chromium).
package struct PipeTransport: Transport {
  package let name = "pipe"

  private let channel: any Channel
  private let queue: FrameQueue

  /// Takes over both descriptors, also if it throws.
  package static func open(
    reading input: CInt, writing output: CInt,
    maximumFrameSize: Int = FrameLimits.maximumFrameSize
  ) async throws(CDPError) -> PipeTransport {
    do {
      return try await NIOPipeBootstrap(group: MultiThreadedEventLoopGroup.singleton)
        .channelOption(.autoRead, value: false)
        .takingOwnershipOfDescriptors(input: input, output: output) { channel in
          channel.eventLoop.makeCompletedFuture {
            let queue = FrameQueue(channel: channel)
            let handler = PipeHandler(queue: queue, maximumFrameSize: maximumFrameSize)
            try channel.pipeline.syncOperations.addHandler(handler)
            return PipeTransport(channel: channel, queue: queue)
          }
        }
    } catch {
      throw CDPError(.system, "the pipe to the browser could not be set up", underlying: "\(error)")
    }
  }

  package func run(_ receive: @Sendable ([[UInt8]]) async -> Void) async throws(CDPError) {
    channel.read()
    try await queue.drain(into: receive)
  }

  package func send(_ frame: [UInt8]) {
    var buffer = channel.allocator.buffer(capacity: frame.count + 1)
    buffer.writeBytes(frame)
    buffer.writeInteger(UInt8(0))
    channel.writeAndFlush(buffer, promise: nil)
  }

  package func close() async {
    queue.finish(.endedByUs)
    try? await channel.close()
  }
}
