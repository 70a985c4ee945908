package import HummingbirdCore
package import Logging
package import NIOCore

/// HTTP/1.1 over connections that may be dropped before anybody has served them.
///
/// When the server's task is cancelled, connections that were accepted and not yet taken are let
/// go, and NIO traps: “Deinited NIOAsyncWriter without calling finish()” (swift-nio #2637, #3481).
package struct DroppableHTTP1Channel: ServerChildChannel {
  private let channel: HTTP1Channel

  package static let builder = HTTPServerBuilder { responder in
    DroppableHTTP1Channel(
      channel: HTTP1Channel(
        responder: responder,
        // Longer than the longest wait that a client may ask for.
        configuration: .init(idleTimeout: .seconds(90))))
  }

  package func setup(
    channel: any Channel, logger: Logger
  ) -> EventLoopFuture<AcceptedConnection> {
    self.channel.setup(channel: channel, logger: logger).map { AcceptedConnection($0) }
  }

  package func handle(value: AcceptedConnection, logger: Logger) async {
    await channel.handle(value: value.asyncChannel, logger: logger)
  }
}

/// Closes its connection when nobody holds it any more, and keeps NIO's writer until that is done.
package final class AcceptedConnection: ServerChildChannelValue {
  package let asyncChannel: HTTP1Channel.Value

  package var channel: any Channel { asyncChannel.channel }

  package init(_ asyncChannel: HTTP1Channel.Value) {
    self.asyncChannel = asyncChannel
  }

  deinit {
    let asyncChannel = self.asyncChannel
    asyncChannel.channel.closeFuture.whenComplete { _ in withExtendedLifetime(asyncChannel) {} }
    asyncChannel.channel.close(promise: nil)
  }
}
