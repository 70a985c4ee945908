import NIOCore
import NIOWebSocket
import OffstageCore

/// A Firefox's push client on its connection, from hello to end.
struct FirefoxConnection: Sendable {
  let service: PushService
  let peer: FirefoxPeer

  func serve(_ channel: NIOAsyncChannel<WebSocketFrame, WebSocketFrame>) async throws {
    let connection = await service.connected(ChannelOutbound(channel.channel, .webSocket))
    do {
      try await channel.executeThenClose { inbound, outbound in
        try await read(inbound, outbound, on: connection)
      }
    } catch {
      await service.disconnected(connection)
      throw error
    }
    await service.disconnected(connection)
  }

  private func read(
    _ inbound: NIOAsyncChannelInboundStream<WebSocketFrame>,
    _ outbound: NIOAsyncChannelOutboundWriter<WebSocketFrame>, on connection: ConnectionID
  ) async throws {
    for try await frame in inbound {
      switch frame.opcode {
      case .text:
        guard let message = FirefoxMessage(Array(frame.unmaskedData.readableBytesView)),
          await service.take(message, from: peer, on: connection)
        else { return }
      case .ping:
        try await outbound.write(
          WebSocketFrame(fin: true, opcode: .pong, data: frame.unmaskedData))
      case .connectionClose:
        try await outbound.write(
          WebSocketFrame(fin: true, opcode: .connectionClose, data: frame.unmaskedData))
        return
      case .pong: break
      default: return
      }
    }
  }
}
