import NIOCore
import NIOWebSocket

/// Hands a client's messages to the fake browser: all that one read brought together.
final class FakePeerHandler: ChannelInboundHandler {
  typealias InboundIn = [UInt8]

  private let messages: AsyncStream<[[UInt8]]>.Continuation
  private var batch: [[UInt8]] = []

  init(_ messages: AsyncStream<[[UInt8]]>.Continuation) {
    self.messages = messages
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    batch.append(unwrapInboundIn(data))
  }

  func channelReadComplete(context: ChannelHandlerContext) {
    guard !batch.isEmpty else { return }
    messages.yield(batch)
    batch = []
  }

  func channelInactive(context: ChannelHandlerContext) {
    messages.finish()
    context.fireChannelInactive()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    context.close(promise: nil)
  }
}

/// Text frames in, pings and closes answered.
final class FakeFrameHandler: ChannelInboundHandler {
  typealias InboundIn = WebSocketFrame
  typealias InboundOut = [UInt8]

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let frame = unwrapInboundIn(data)
    switch frame.opcode {
    case .text, .binary:
      context.fireChannelRead(wrapInboundOut(Array(frame.unmaskedData.readableBytesView)))
    case .ping:
      var pong = context.channel.allocator.buffer(capacity: 128)
      let payload = frame.unmaskedData
      pong.writeInteger(UInt8(0x8A))
      pong.writeInteger(UInt8(payload.readableBytes))
      pong.writeImmutableBuffer(payload)
      context.writeAndFlush(NIOAny(pong), promise: nil)
    case .connectionClose:
      context.close(promise: nil)
    default:
      break
    }
  }
}

/// Messages that each end with a NUL.
struct FakePipeDecoder: ByteToMessageDecoder {
  typealias InboundOut = [UInt8]

  mutating func decode(
    context: ChannelHandlerContext, buffer: inout ByteBuffer
  ) throws -> DecodingState {
    guard let end = buffer.readableBytesView.firstIndex(of: 0) else { return .needMoreData }
    let message = buffer.readBytes(length: end - buffer.readerIndex) ?? []
    buffer.moveReaderIndex(forwardBy: 1)
    context.fireChannelRead(wrapInboundOut(message))
    return .continue
  }
}
