import NIOCore

/// Bytes of the pipe to frames, a batch for each read.
final class PipeHandler: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer

  private let queue: FrameQueue
  private var framer: NULFramer
  private var pacer = ReadPacer()
  private var frames: [[UInt8]] = []

  init(queue: FrameQueue, maximumFrameSize: Int) {
    self.queue = queue
    self.framer = NULFramer(maximumFrameSize: maximumFrameSize)
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let buffer = unwrapInboundIn(data)
    do throws(NULFramer.FrameTooLong) {
      try buffer.withUnsafeReadableBytes { bytes throws(NULFramer.FrameTooLong) in
        try framer.append(bytes, to: &frames)
      }
    } catch {
      end(
        CDPError(
          .tooLarge, "the browser sent a message of more than \(framer.maximumFrameSize) bytes"))
      context.close(promise: nil)
    }
  }

  func channelReadComplete(context: ChannelHandlerContext) {
    if handOver() { pacer.readAgain(context.channel) }
  }

  func channelInactive(context: ChannelHandlerContext) {
    let place = framer.isInsideFrame ? " in the middle of a message" : ""
    end(CDPError(.closed, "the browser closed its pipe\(place)"))
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    end(CDPError(.closed, "the pipe to the browser broke", underlying: "\(error)"))
    context.close(promise: nil)
  }

  private func handOver() -> Bool {
    defer { frames = [] }
    return queue.append(frames)
  }

  private func end(_ cause: CDPError) {
    _ = handOver()
    queue.finish(cause)
  }
}
