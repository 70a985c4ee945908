import NIOCore
import NIOWebSocket

/// WebSocket frames to messages, a batch for each read.
final class WebSocketHandler: ChannelInboundHandler {
  typealias InboundIn = WebSocketFrame
  typealias OutboundOut = WebSocketFrame

  private let queue: FrameQueue
  private var assembler: WebSocketAssembler
  private var messages: [[UInt8]] = []
  private var hasSentClose = false

  init(queue: FrameQueue, maximumFrameSize: Int) {
    self.queue = queue
    self.assembler = WebSocketAssembler(maximumFrameSize: maximumFrameSize)
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let frame = unwrapInboundIn(data)
    switch frame.opcode {
    case .text, .binary, .continuation:
      take(frame, context)
    case .ping:
      write(.pong, frame.unmaskedData, context)
    case .connectionClose:
      var data = frame.unmaskedData
      let code = data.readWebSocketErrorCode()
      let reason = data.readString(length: data.readableBytes) ?? ""
      end(Self.closed(code, reason))
      if !hasSentClose { write(.connectionClose, frame.unmaskedData, context) }
      context.close(promise: nil)
    default:
      break
    }
  }

  func channelReadComplete(context: ChannelHandlerContext) {
    context.fireChannelReadComplete()
    if handOver() { context.read() }
  }

  func channelInactive(context: ChannelHandlerContext) {
    let place = assembler.isInsideMessage ? " in the middle of a message" : ""
    end(CDPError(.closed, "the browser closed the connection\(place)"))
    context.fireChannelInactive()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    switch error {
    case NIOWebSocketError.invalidFrameLength: end(tooLarge)
    case is NIOWebSocketError:
      end(CDPError(.malformed, "the browser broke the WebSocket protocol", underlying: "\(error)"))
    default:
      end(CDPError(.closed, "the connection to the browser broke", underlying: "\(error)"))
    }
    context.close(promise: nil)
  }

  private func take(_ frame: WebSocketFrame, _ context: ChannelHandlerContext) {
    var data = frame.unmaskedData
    let bytes = data.readBytes(length: data.readableBytes) ?? []
    do throws(WebSocketAssembler.Violation) {
      let message = try assembler.append(
        bytes, isContinuation: frame.opcode == .continuation, isFinal: frame.fin)
      if let message { messages.append(message) }
    } catch {
      end(
        error == .tooLong
          ? tooLarge
          : CDPError(
            .malformed, "the browser broke the WebSocket protocol", underlying: "\(error)"))
      context.close(promise: nil)
    }
  }

  private func write(
    _ opcode: WebSocketOpcode, _ data: ByteBuffer, _ context: ChannelHandlerContext
  ) {
    if opcode == .connectionClose { hasSentClose = true }
    let frame = WebSocketFrame(fin: true, opcode: opcode, maskKey: .random(), data: data)
    context.writeAndFlush(wrapOutboundOut(frame), promise: nil)
  }

  private var tooLarge: CDPError {
    CDPError(
      .tooLarge, "the browser sent a message of more than \(assembler.maximumFrameSize) bytes")
  }

  private static func closed(_ code: WebSocketErrorCode?, _ reason: String) -> CDPError {
    let text = [code.map { "\($0)" }, reason.isEmpty ? nil : reason].compactMap { $0 }
    return CDPError(
      .closed, "the browser closed the connection",
      underlying: text.isEmpty ? nil : text.joined(separator: ", "))
  }

  private func handOver() -> Bool {
    defer { messages = [] }
    return queue.append(messages)
  }

  private func end(_ cause: CDPError) {
    _ = handOver()
    queue.finish(cause)
  }
}
