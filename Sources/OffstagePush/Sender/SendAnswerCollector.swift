import NIOCore
import NIOHTTP1
import NIOTLS
import OffstageCore

/// Collects one answer and fulfils its promise, whatever happens.
final class SendAnswerCollector: ChannelInboundHandler {
  typealias InboundIn = HTTPClientResponsePart

  struct Overdue: Error {}
  struct ClosedEarly: Error {}

  let promise: EventLoopPromise<SendAnswer>
  private let start: ContinuousClock.Instant
  private let isSecure: Bool
  private var answer = SendAnswer(status: 0, reason: "")
  private var connected: Interval?
  private var isDone = false

  init(
    promise: EventLoopPromise<SendAnswer>, start: ContinuousClock.Instant, isSecure: Bool
  ) {
    self.promise = promise
    self.start = start
    self.isSecure = isSecure
  }

  func channelActive(context: ChannelHandlerContext) {
    if !isSecure { connected = start.elapsed }
    context.fireChannelActive()
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if case .handshakeCompleted? = event as? TLSUserEvent { connected = start.elapsed }
    context.fireUserInboundEventTriggered(event)
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head(let head):
      answer.status = Int(head.status.code)
      answer.reason = head.status.reasonPhrase
      answer.headers = head.headers.map { ($0.name, $0.value) }
    case .body(let part):
      let room = SendAnswer.limit - answer.body.count
      answer.body.append(contentsOf: part.readableBytesView.prefix(room))
      if part.readableBytes > room {
        answer.isCut = true
        succeed()
        context.close(promise: nil)
      }
    case .end: succeed()
    }
  }

  func channelInactive(context: ChannelHandlerContext) {
    finish(.failure(ClosedEarly()))
    context.fireChannelInactive()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    finish(.failure(error))
    context.close(promise: nil)
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    finish(.failure(ClosedEarly()))
  }

  private func succeed() {
    answer.answered = start.elapsed
    answer.connected = connected ?? answer.answered
    finish(.success(answer))
  }

  private func finish(_ result: Result<SendAnswer, any Error>) {
    guard !isDone else { return }
    isDone = true
    promise.completeWith(result)
  }
}
