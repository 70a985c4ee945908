package import Logging
import NIOCore
import NIOPosix
import NIOSSL
import Synchronization

/// The push service's one port, on the loopback only: HTTP, HTTPS and the browsers' connections.
package struct PushListener: Sendable {
  /// More than any test bench has; what comes beyond it is closed.
  static let connectionLimit = 256

  private let channel: NIOAsyncChannel<Accepted, Never>
  private let logger: Logger
  package let port: Int

  /// Listens from now on; whoever connects is served once `run` is called. 0 is any free port.
  package init(
    port: Int, certificate: PushCertificate, logger: Logger, patience: PeerPatience = PeerPatience()
  ) async throws(PushError) {
    self.logger = logger
    do {
      let tls = try certificate.context()
      let count = ConnectionCount(limit: Self.connectionLimit)
      channel = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
        .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
        .serverChannelInitializer { channel in
          channel.eventLoop.makeCompletedFuture {
            try channel.pipeline.syncOperations.addHandler(AcceptErrors())
          }
        }
        .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
        .bind(host: "127.0.0.1", port: port) { channel in
          Self.configure(channel, tls, count, patience)
        }
    } catch {
      throw PushError(port: port, error)
    }
    self.port = channel.channel.localAddress?.port ?? port
  }

  /// Serves until it is cancelled.
  package func run(_ service: PushService) async throws {
    try await channel.executeThenClose { inbound in
      try await withThrowingDiscardingTaskGroup { group in
        for try await connection in inbound {
          group.addTask { await serve(connection, service) }
        }
      }
    }
  }

  private func serve(_ accepted: Accepted, _ service: PushService) async {
    do {
      switch try await accepted.connection() {
      case .http(let channel, let isSecure):
        try await HTTPConnection(service: service, isSecure: isSecure).serve(channel)
      case .mcs(let channel):
        try await MCSConnection(service: service).serve(channel)
      case .firefox(let channel, let peer):
        try await FirefoxConnection(service: service, peer: peer).serve(channel)
      }
    } catch {
      // A peer that goes away in the middle is what peers do: Chromium at each first subscription.
      logger.debug("a connection to the push service ended", metadata: ["error": "\(error)"])
    }
  }

  private static func configure(
    _ channel: any Channel, _ tls: NIOSSLContext, _ count: ConnectionCount,
    _ patience: PeerPatience
  ) -> EventLoopFuture<Accepted> {
    let found = channel.eventLoop.makePromise(of: PushConnection.self)
    channel.closeFuture.whenComplete { _ in count.remove() }
    guard count.add() else {
      found.fail(ChannelError.connectTimeout(.zero))
      channel.close(promise: nil)
      return channel.eventLoop.makeSucceededFuture(Accepted(channel, found.futureResult))
    }
    let clock = channel.eventLoop.scheduleTask(in: patience.beginning) {
      channel.close(promise: nil)
    }
    found.futureResult.whenComplete { _ in clock.cancel() }
    // Such as a page that asked for a WebSocket.
    found.futureResult.whenFailure { _ in channel.close(promise: nil) }
    return channel.eventLoop.makeCompletedFuture {
      try channel.pipeline.syncOperations.addHandler(ProtocolSniffer(tls, patience, found: found))
      return Accepted(channel, found.futureResult)
    }
  }
}

/// Somebody who has connected, and what speaks once it has said something.
private struct Accepted: Sendable {
  private let channel: any Channel
  private let found: EventLoopFuture<PushConnection>

  init(_ channel: any Channel, _ found: EventLoopFuture<PushConnection>) {
    self.channel = channel
    self.found = found
  }

  /// Who says nothing keeps nobody who wants to end.
  func connection() async throws -> PushConnection {
    try await withTaskCancellationHandler {
      try await found.get()
    } onCancel: {
      channel.close(promise: nil)
    }
  }
}

private final class ConnectionCount: Sendable {
  private let count = Atomic<Int>(0)
  private let limit: Int

  init(limit: Int) {
    self.limit = limit
  }

  /// False if it is one too many; it is to be removed all the same.
  func add() -> Bool { count.add(1, ordering: .relaxed).newValue <= limit }
  func remove() { count.subtract(1, ordering: .relaxed) }
}

/// A connection that could not be accepted (it has gone again, or there are too many files) is no
/// reason to stop listening.
private final class AcceptErrors: ChannelInboundHandler {
  typealias InboundIn = any Channel

  func errorCaught(context: ChannelHandlerContext, error: any Error) {}
}
