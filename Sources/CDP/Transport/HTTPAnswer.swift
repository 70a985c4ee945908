import NIOCore
import NIOHTTP1

/// An HTTP response, whole.
struct HTTPAnswer: Sendable {
  var status: Int
  var body: [UInt8]

  var text: String { String(decoding: body, as: UTF8.self) }
}

/// Collects one response and fulfils its promise, whatever happens.
final class HTTPAnswerCollector: ChannelInboundHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPClientResponsePart

  struct TooLong: Error {}
  struct ClosedEarly: Error {}

  /// /json/version is less than a kilobyte.
  static let maximumSize = 1 << 20

  let promise: EventLoopPromise<HTTPAnswer>
  private var answer = HTTPAnswer(status: 0, body: [])
  private var isDone = false

  init(promise: EventLoopPromise<HTTPAnswer>) {
    self.promise = promise
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head(let head):
      answer.status = Int(head.status.code)
    case .body(let part):
      guard answer.body.count + part.readableBytes <= Self.maximumSize else {
        finish(.failure(TooLong()))
        context.close(promise: nil)
        return
      }
      answer.body.append(contentsOf: part.readableBytesView)
    case .end:
      finish(.success(answer))
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

  private func finish(_ result: Result<HTTPAnswer, any Error>) {
    guard !isDone else { return }
    isDone = true
    promise.completeWith(result)
  }
}
