import NIOCore
import OffstageCore

/// A browser's push client on its connection, from login to end.
struct MCSConnection: Sendable {
  let service: PushService

  func serve(_ channel: NIOAsyncChannel<ByteBuffer, ByteBuffer>) async throws {
    let connection = await service.connected(ChannelOutbound(channel.channel))
    do {
      try await channel.executeThenClose { inbound, _ in
        try await read(inbound, on: connection)
      }
    } catch {
      await service.disconnected(connection)
      throw error
    }
    await service.disconnected(connection)
  }

  private func read(
    _ inbound: NIOAsyncChannelInboundStream<ByteBuffer>, on connection: ConnectionID
  )
    async throws
  {
    var reader = MCSFrameReader()
    var hasLoggedIn = false
    for try await bytes in inbound {
      reader.append(bytes.readableBytesView)
      while let frame = try reader.next() {
        if hasLoggedIn {
          await service.take(frame, from: connection)
        } else {
          guard let login = MCSLogin(frame) else { return }
          try await service.login(login, on: connection)
          hasLoggedIn = true
        }
      }
    }
  }
}
