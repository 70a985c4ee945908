import NIOCore

/// Closes a connection whose peer has begun to say something and has not come to its end in time:
/// each read that is not yet answered starts the clock, each write stops it.
final class FirstAnswer: ChannelDuplexHandler {
  typealias InboundIn = ByteBuffer
  typealias InboundOut = ByteBuffer
  typealias OutboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  enum Kind {
    case http
    /// Once it has logged in it may be as slow as it likes.
    case mcs
  }

  static let patience = TimeAmount.seconds(10)

  private let kind: Kind
  private var isOver = false
  private var clock: Scheduled<Void>?

  init(_ kind: Kind) {
    self.kind = kind
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    if clock == nil, !isOver {
      let channel = context.channel
      clock = context.eventLoop.scheduleTask(in: Self.patience) { channel.close(promise: nil) }
    }
    context.fireChannelRead(data)
  }

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    clock?.cancel()
    clock = nil
    isOver = kind == .mcs
    context.write(data, promise: promise)
  }

  func channelInactive(context: ChannelHandlerContext) {
    clock?.cancel()
    context.fireChannelInactive()
  }
}
