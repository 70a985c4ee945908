import NIOCore
import NIOWebSocket

/// WebSocket frames to messages, a batch for each read.
final class WebSocketHandler: ChannelInboundHandler {
  typealias InboundIn = WebSocketFrame
  typealias OutboundOut = WebSocketFrame

  private let queue: FrameQueue
  private var assembler: WebSocketAssembler
  private var pacer = ReadPacer()
  private var messages: [[UInt8]] = []
  private var hasSentClose = false
  private var isInRead = false

  init(queue: FrameQueue, maximumFrameSize: Int) {
    self.queue = queue
    self.assembler = WebSocketAssembler(maximumFrameSize: maximumFrameSize)
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let frame = unwrapInboundIn(data)
    if !isInRead {
      // What came in one read with the handshake's answer is passed on by its handlers, and no end
      // of a read follows.
      isInRead = true
      context.eventLoop.assumeIsolated().execute {
        self.isInRead = false
        _ = self.handOver()
      }
    }
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
    isInRead = false
    context.fireChannelReadComplete()
    if handOver() { pacer.readAgain(context.channel) }
  }

  func channelInactive(context: ChannelHandlerContext) {
    let place = assembler.isInsideMessage ? " in the middle of a message" : ""
    end(CDPError(.closed, "the browser closed the connection\(place)"))
    context.fireChannelInactive()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    switch error {
    case NIOWebSocketError.invalidFrameLength:
      end(tooLarge)
      writeClose(.messageTooLarge, context)
    case is NIOWebSocketError:
      end(violation(error))
      writeClose(.protocolError, context)
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
      end(error == .tooLong ? tooLarge : violation(error))
      writeClose(error == .tooLong ? .messageTooLarge : .protocolError, context)
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

  private func writeClose(_ code: WebSocketErrorCode, _ context: ChannelHandlerContext) {
    var data = ByteBuffer()
    data.write(webSocketErrorCode: code)
    write(.connectionClose, data, context)
  }

  private func violation(_ error: any Error) -> CDPError {
    CDPError(.malformed, "the browser broke the WebSocket protocol", underlying: "\(error)")
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
