import NIOCore
import OffstageCore
import Synchronization

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

/// Writes without waiting, and closes on a peer that lets too much gather.
private final class ChannelOutbound: PushOutbound {
  /// Twice all that may wait for one browser.
  private static let limit = 2 * MCSDevice.limit * PushPost.largestBody

  private let channel: any Channel
  private let gathered = Atomic<Int>(0)

  init(_ channel: any Channel) {
    self.channel = channel
  }

  func send(_ bytes: [UInt8]) {
    // What a write costs beside its bytes.
    let count = bytes.count + 512
    guard gathered.add(count, ordering: .relaxed).newValue <= Self.limit else { return close() }
    channel.writeAndFlush(ByteBuffer(bytes: bytes)).whenComplete { [self] _ in
      gathered.subtract(count, ordering: .relaxed)
    }
  }

  func close() {
    channel.close(promise: nil)
  }
}
