import NIOCore

/// How long peers are waited for.
package struct PeerPatience: Sendable {
  /// Until it is known what one speaks.
  var beginning = TimeAmount.seconds(10)
  /// Until one has come to the end of what it says.
  var saying = TimeAmount.seconds(10)
  /// How long a connection is kept that nobody uses, or whose peer does not read.
  var idle = TimeAmount.seconds(60)

  package init() {}
}

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
    case browser
  }

  private var kind: Kind
  private let patience: PeerPatience
  private var isAsked = false
  private var isOver = false
  private var clock: Scheduled<Void>?

  init(_ kind: Kind, _ patience: PeerPatience) {
    self.kind = kind
    self.patience = patience
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    if !isAsked, !isOver {
      isAsked = true
      wind(patience.saying, context.channel)
    }
    context.fireChannelRead(data)
  }

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    isAsked = false
    switch kind {
    case .http: wind(patience.idle, context.channel)
    case .browser:
      isOver = true
      clock?.cancel()
    }
    context.write(data, promise: promise)
  }

  /// It has said all of it: now it is we who take our time.
  func rest() { clock?.cancel() }

  /// What it has asked over HTTP was answered: it is to log in now.
  func becomesBrowser(_ channel: any Channel) {
    kind = .browser
    isAsked = true
    wind(patience.saying, channel)
  }

  func channelInactive(context: ChannelHandlerContext) {
    clock?.cancel()
    context.fireChannelInactive()
  }

  private func wind(_ time: TimeAmount, _ channel: any Channel) {
    clock?.cancel()
    clock = channel.eventLoop.scheduleTask(in: time) { channel.close(promise: nil) }
  }
}
