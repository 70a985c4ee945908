import NIOCore
import NIOHTTP1
import NIOPosix
import NIOWebSocket

/// Frames as text messages of one WebSocket, to `Endpoint.webSocketURL`.
package struct WebSocketTransport: Transport {
  package enum Progress: Sendable {
    /// The browser shows a dialog; nothing happens until the person clicks Allow.
    case waitingForApproval
  }

  package let name = "websocket"

  private let channel: any Channel
  private let queue: FrameQueue

  /// Dials and shakes hands.
  ///
  /// A browser in approval mode leaves the handshake unanswered until the person has clicked Allow,
  /// and asks anew for each connection: one socket waits, for `approvalTimeout`.
  package static func connect(
    to endpoint: Endpoint, timeout: Duration = .seconds(10),
    approvalTimeout: Duration = .seconds(300),
    maximumFrameSize: Int = FrameLimits.maximumFrameSize,
    onProgress: @Sendable (Progress) -> Void = { _ in }
  ) async throws(CDPError) -> WebSocketTransport {
    let dialer = WebSocketDialer(endpoint: endpoint, maximumFrameSize: maximumFrameSize)
    let channel = try await dialer.connect(timeout: timeout)
    if endpoint.needsApproval { onProgress(.waitingForApproval) }
    let patience = endpoint.needsApproval ? approvalTimeout : timeout
    let queue = try await dialer.shakeHands(on: channel, timeout: patience)
    return WebSocketTransport(channel: channel, queue: queue)
  }

  package func run(_ receive: @Sendable ([[UInt8]]) async -> Void) async throws(CDPError) {
    channel.read()
    try await queue.drain(into: receive)
  }

  package func send(_ frame: [UInt8]) {
    write(.text, ByteBuffer(bytes: frame))
  }

  package func close() async {
    queue.finish(.endedByUs)
    var reason = ByteBuffer()
    reason.write(webSocketErrorCode: .normalClosure)
    // A browser that does not read must not keep us here.
    let timer = channel.eventLoop.scheduleTask(in: .seconds(1)) {
      channel.close(promise: nil)
    }
    let frame = WebSocketFrame(
      fin: true, opcode: .connectionClose, maskKey: .random(), data: reason)
    try? await channel.writeAndFlush(frame)
    try? await channel.close()
    timer.cancel()
  }

  private func write(_ opcode: WebSocketOpcode, _ data: ByteBuffer) {
    let frame = WebSocketFrame(fin: true, opcode: opcode, maskKey: .random(), data: data)
    channel.writeAndFlush(frame, promise: nil)
  }
}
