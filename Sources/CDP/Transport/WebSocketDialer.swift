import NIOCore
import NIOHTTP1
import NIOPosix
import NIOWebSocket
import Synchronization

/// The opening handshake (RFC 6455, section 4), in two steps: the socket, then the upgrade.
struct WebSocketDialer: Sendable {
  enum Outcome: Sendable {
    case upgraded(FrameQueue)
    /// Its answer is still to be read: the upgrade handler lets it through when it is done.
    case refused(EventLoopFuture<HTTPAnswer>)
  }

  let endpoint: Endpoint
  let maximumFrameSize: Int

  func connect(timeout: Duration) async throws(CDPError) -> any Channel {
    do {
      return try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
        // Commands are small and somebody waits for each.
        .channelOption(.socketOption(.tcp_nodelay), value: 1)
        // Nothing is read before there is a handler for it.
        .channelOption(.autoRead, value: false)
        .connectTimeout(TimeAmount(timeout))
        .connect(host: endpoint.host, port: endpoint.port)
        .get()
    } catch {
      throw .unreachable(endpoint.host, endpoint.port, error)
    }
  }

  func shakeHands(on channel: any Channel, timeout: Duration) async throws(CDPError) -> FrameQueue {
    let isOverdue = Overdue()
    let timer = channel.eventLoop.scheduleTask(in: TimeAmount(timeout)) {
      isOverdue.flag.store(true, ordering: .releasing)
      channel.close(promise: nil)
    }
    defer { timer.cancel() }
    do {
      return try await withTaskCancellationHandler {
        switch try await channel.eventLoop.flatSubmit({ upgrade(channel) }).get() {
        case .upgraded(let queue): return queue
        case .refused(let answer): throw refusal(try await answer.get())
        }
      } onCancel: {
        channel.close(promise: nil)
      }
    } catch {
      channel.close(promise: nil)
      let isLate = isOverdue.flag.load(ordering: .acquiring)
      throw error as? CDPError ?? failure(error, isLate: isLate)
    }
  }

  /// The timer closes the channel; what the handlers then say of it is not the reason.
  private final class Overdue: Sendable {
    let flag = Atomic(false)
  }

  private func upgrade(_ channel: any Channel) -> EventLoopFuture<Outcome> {
    let upgrader = NIOTypedWebSocketClientUpgrader<Outcome>(
      maxFrameSize: maximumFrameSize, enableAutomaticErrorHandling: false
    ) { channel, _ in
      channel.eventLoop.makeCompletedFuture {
        // From here on the queue says when to read.
        try channel.syncOptions?.setOption(.autoRead, value: false)
        let queue = FrameQueue(channel: channel)
        let handler = WebSocketHandler(queue: queue, maximumFrameSize: maximumFrameSize)
        try channel.pipeline.syncOperations.addHandler(handler)
        return .upgraded(queue)
      }
    }
    let request = HTTPRequestHead(
      version: .http1_1, method: .GET, uri: endpoint.path,
      headers: ["Host": endpoint.authority, "Content-Length": "0"])
    let configuration = NIOTypedHTTPClientUpgradeConfiguration<Outcome>(
      upgradeRequestHead: request, upgraders: [upgrader]
    ) { channel in
      let promise = channel.eventLoop.makePromise(of: HTTPAnswer.self)
      do {
        let collector = HTTPAnswerCollector(promise: promise)
        try channel.pipeline.syncOperations.addHandler(collector)
      } catch {
        promise.fail(error)
      }
      return channel.eventLoop.makeSucceededFuture(.refused(promise.futureResult))
    }
    var pipeline = NIOUpgradableHTTPClientPipelineConfiguration(
      upgradeConfiguration: configuration)
    // What the browser says right behind its answer must not be lost, as it would be by default.
    pipeline.leftOverBytesStrategy = .forwardBytes
    do {
      let outcome = try channel.pipeline.syncOperations.configureUpgradableHTTPClientPipeline(
        configuration: pipeline)
      try channel.syncOptions?.setOption(.autoRead, value: true)
      return outcome
    } catch {
      return channel.eventLoop.makeFailedFuture(error)
    }
  }

  private func failure(_ error: any Error, isLate: Bool) -> CDPError {
    let place = "\(endpoint.authority)\(endpoint.path)"
    if Task.isCancelled {
      return CDPError(.cancelled, "connecting to \(place) was given up")
    }
    if isLate {
      guard endpoint.needsApproval else {
        return CDPError(
          .timedOut, "\(place) took the connection and did not answer it",
          hint: "If the browser shows a dialog about remote debugging, click Allow there.")
      }
      return CDPError(
        .approvalPending, "nobody clicked Allow in the browser",
        hint: "The browser asks at each connection. Try again, and answer its dialog.")
    }
    return CDPError(
      endpoint.needsApproval ? .refused : .notDevTools, "\(place) would not speak WebSocket",
      hint: endpoint.needsApproval ? "The request was declined in the browser." : nil,
      underlying: "\(error)")
  }

  private func refusal(_ answer: HTTPAnswer) -> CDPError {
    let place = "\(endpoint.authority)\(endpoint.path)"
    let underlying = "HTTP \(answer.status) \(answer.text.prefix(200))"
    switch answer.status {
    case 404:
      return CDPError(
        .unreachable, "the browser at \(endpoint.authority) does not know \(endpoint.path)",
        hint: "The browser was restarted since: look its address up again.", underlying: underlying)
    case 401, 403:
      return CDPError(.refused, "\(place) refused the connection", underlying: underlying)
    default:
      return CDPError(
        .notDevTools, "\(place) is not a browser's DevTools", underlying: underlying)
    }
  }
}
