import NIOCore

/// Closes a connection whose peer keeps it from being used: one that does not come to the end of what it
/// says, does not read what it is answered, or says nothing more.
final class PeerClock: ChannelDuplexHandler {
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
  /// How long a connection is kept that nobody uses, or whose peer does not read.
  static let idle = TimeAmount.seconds(60)

  private let kind: Kind
  private var isAsked = false
  private var isOver = false
  private var clock: Scheduled<Void>?

  init(_ kind: Kind) {
    self.kind = kind
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    if !isAsked, !isOver {
      isAsked = true
      wind(Self.patience, context)
    }
    context.fireChannelRead(data)
  }

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    isAsked = false
    switch kind {
    case .http: wind(Self.idle, context)
    case .mcs:
      isOver = true
      clock?.cancel()
    }
    context.write(data, promise: promise)
  }

  func channelInactive(context: ChannelHandlerContext) {
    clock?.cancel()
    context.fireChannelInactive()
  }

  private func wind(_ time: TimeAmount, _ context: ChannelHandlerContext) {
    clock?.cancel()
    let channel = context.channel
    clock = context.eventLoop.scheduleTask(in: time) { channel.close(promise: nil) }
  }
}
