import NIOCore
import NIOPosix

/// Hands each connection to a socket on to a server that is reached from here: bytes, both ways.
struct SiteRelay: Sendable {
  /// Bound, not yet listening; it ends with this.
  let socket: CInt
  let host: String
  let port: Int

  /// While the plug is pulled no connection is handed on, and those that were have ended: a browser
  /// would wait for what it has sent over one.
  private let isPlugged = Watched(true)
  private let connections = Watched(0)

  init(socket: CInt, host: String, port: Int) {
    self.socket = socket
    self.host = host
    self.port = port
  }

  func unplug() async {
    isPlugged.update { $0 = false }
    await connections.wait { $0 == 0 }
  }

  func plug() { isPlugged.update { $0 = true } }

  private struct Unplugged: Error {}

  private typealias Side = NIOAsyncChannel<ByteBuffer, ByteBuffer>

  /// Until it is cancelled.
  func run() async throws {
    let listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .childChannelOption(.allowRemoteHalfClosure, value: true)
      .childChannelOption(.autoRead, value: false)
      .bind(socket) { client in client.eventLoop.makeSucceededFuture(client) }
    try await listener.executeThenClose { clients in
      try await withThrowingDiscardingTaskGroup { group in
        // A connection that fails is the page's to see.
        for try await client in clients { group.addTask { try? await handOn(client) } }
      }
    }
  }

  private func handOn(_ client: any Channel) async throws {
    connections.update { $0 += 1 }
    defer { connections.update { $0 -= 1 } }
    guard isPlugged.value else { return try await client.close() }
    let server: any Channel
    do {
      server = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
        .channelOption(.allowRemoteHalfClosure, value: true)
        .channelOption(.autoRead, value: false)
        .connect(host: host, port: port).get()
    } catch {
      return try await client.close()
    }
    let (near, far) = (try await side(client), try await side(server))
    try await near.executeThenClose { fromClient, toClient in
      try await far.executeThenClose { fromServer, toServer in
        try await withThrowingTaskGroup(of: Void.self) { group in
          group.addTask {
            await isPlugged.wait { !$0 }
            throw Unplugged()
          }
          group.addTask { try await copy(fromClient, toServer) }
          group.addTask { try await copy(fromServer, toClient) }
          for _ in 0..<2 { try await group.next() }
          group.cancelAll()
        }
      }
    }
  }

  private func copy(
    _ from: NIOAsyncChannelInboundStream<ByteBuffer>,
    _ to: NIOAsyncChannelOutboundWriter<ByteBuffer>
  ) async throws {
    for try await bytes in from { try await to.write(bytes) }
    to.finish()
  }

  /// What comes is read from now on.
  private func side(_ channel: any Channel) async throws -> Side {
    try await channel.eventLoop.submit {
      let side = try Side(
        wrappingChannelSynchronously: channel,
        configuration: .init(isOutboundHalfClosureEnabled: true))
      try channel.syncOptions?.setOption(.autoRead, value: true)
      return side
    }.get()
  }
}
