import NIOCore
import NIOHTTP1
import NIOPosix

/// One GET on a connection of its own: enough for /json/version.
struct HTTPGet: Sendable {
  let host: String
  let port: Int
  let path: String

  struct TimedOut: Error {}

  /// Throws `.unreachable` if nobody listens and `.notDevTools` if what listens does not speak HTTP.
  func perform(timeout: Duration) async throws(CDPError) -> HTTPAnswer {
    let endpoint = Endpoint(host: host, port: port, path: path)
    let channel: any Channel
    let answer: EventLoopFuture<HTTPAnswer>
    do {
      (channel, answer) = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
        .connectTimeout(TimeAmount(timeout))
        .connect(host: host, port: port) { channel in
          channel.eventLoop.makeCompletedFuture {
            let promise = channel.eventLoop.makePromise(of: HTTPAnswer.self)
            let collector = HTTPAnswerCollector(promise: promise)
            try channel.pipeline.syncOperations.addHTTPClientHandlers()
            try channel.pipeline.syncOperations.addHandler(collector)
            return (channel, promise.futureResult)
          }
        }
    } catch {
      throw .unreachable(host, port, error)
    }
    let timer = channel.eventLoop.scheduleTask(in: TimeAmount(timeout)) {
      channel.pipeline.fireErrorCaught(TimedOut())
    }
    defer {
      timer.cancel()
      channel.close(promise: nil)
    }
    let head = HTTPRequestHead(
      version: .http1_1, method: .GET, uri: path,
      headers: ["Host": endpoint.authority, "Connection": "close"])
    channel.write(HTTPClientRequestPart.head(head), promise: nil)
    channel.writeAndFlush(HTTPClientRequestPart.end(nil), promise: nil)
    do {
      return try await withTaskCancellationHandler {
        try await answer.get()
      } onCancel: {
        channel.close(promise: nil)
      }
    } catch {
      if Task.isCancelled {
        throw CDPError(.cancelled, "asking \(endpoint.authority) was given up")
      }
      throw CDPError(
        .notDevTools, "what listens on \(endpoint.authority) is not a browser's DevTools",
        hint: Endpoint.howToListen,
        underlying: error is TimedOut ? "it took the connection and did not answer" : "\(error)")
    }
  }
}

extension CDPError {
  static func unreachable(_ host: String, _ port: Int, _ error: any Error) -> CDPError {
    let place = Endpoint(host: host, port: port, path: "").authority
    // NIO lists each address it tried; a person needs the reason alone.
    let text = "\(error)"
    let isRefused = text.contains("refused")
    return CDPError(
      .unreachable,
      isRefused ? "nothing listens on \(place)" : "\(place) could not be reached",
      hint: Endpoint.howToListen, underlying: isRefused ? nil : text)
  }
}
