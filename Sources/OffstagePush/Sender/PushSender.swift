import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
package import OffstageCore

/// Posts to push services, each request on a connection of its own.
package struct PushSender: Sendable {
  /// For all of it, from connecting to the end of the answer.
  package var timeout = Interval.seconds(30)
  private let trusted: [NIOSSLCertificate]

  /// - Parameter certificate: in PEM; trusted beside the system's.
  package init(trusting certificate: [UInt8]? = nil) throws(PushSendError) {
    guard let certificate else {
      trusted = []
      return
    }
    guard let found = try? NIOSSLCertificate.fromPEMBytes(certificate), !found.isEmpty else {
      throw .certificateUnreadable
    }
    trusted = found
  }

  /// Encrypts, signs and posts, as an application server does. Throws a ``PushFault`` if it can't be
  /// encrypted or there was no answer; what was answered may be a refusal.
  ///
  /// - Parameters:
  ///   - subject: where the push service finds the sender, `mailto:` or `https:`.
  ///   - expires: until then the token is good, a day at most.
  package func send(
    _ push: OutgoingPush, to subscription: SubscriptionJSON, signedBy key: VAPIDKey,
    as subject: String, until expires: Timestamp
  ) async throws -> SendAnswer {
    let token = VAPIDToken(
      audience: subscription.endpoint.origin, expires: expires, subject: subject)
    return try await send(push.request(to: subscription, by: token.signed(by: key)))
  }

  /// Throws if there was no answer; what was answered may be a refusal.
  package func send(_ request: PushRequest) async throws(PushSendError) -> SendAnswer {
    let endpoint = request.endpoint
    let tls = endpoint.scheme == .https ? try tls(endpoint) : nil
    let start = ContinuousClock.now
    let place = endpoint.authority
    let connection: (channel: any Channel, answer: EventLoopFuture<SendAnswer>)
    do {
      connection = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
        .channelOption(.socketOption(.tcp_nodelay), value: 1)
        .connectTimeout(.microseconds(timeout.micros))
        .connect(host: endpoint.host, port: endpoint.port) { channel in
          channel.eventLoop.makeCompletedFuture {
            let pipeline = channel.pipeline.syncOperations
            if let tls { try pipeline.addHandler(Self.handler(tls, endpoint)) }
            try pipeline.addHTTPClientHandlers()
            let collector = SendAnswerCollector(
              promise: channel.eventLoop.makePromise(), start: start, isSecure: tls != nil)
            try pipeline.addHandler(collector)
            return (channel, collector.promise.futureResult)
          }
        }
    } catch {
      throw Self.connectingFailed(place, error)
    }
    let timer = connection.channel.eventLoop.scheduleTask(
      deadline: .now() + .microseconds(timeout.micros - start.elapsed.micros)
    ) {
      connection.channel.pipeline.fireErrorCaught(SendAnswerCollector.Overdue())
    }
    defer {
      timer.cancel()
      connection.channel.close(promise: nil)
    }
    Self.write(request, to: connection.channel)
    do {
      return try await withTaskCancellationHandler {
        try await connection.answer.get()
      } onCancel: {
        connection.channel.close(promise: nil)
      }
    } catch {
      throw Task.isCancelled ? .cancelled : Self.answeringFailed(place, error)
    }
  }

  private static func write(_ request: PushRequest, to channel: any Channel) {
    var headers = HTTPHeaders(request.headers.map { ($0.name, $0.value) })
    headers.add(name: "Host", value: request.endpoint.authority)
    headers.add(name: "Content-Length", value: "\(request.body.count)")
    headers.add(name: "Connection", value: "close")
    let head = HTTPRequestHead(
      version: .http1_1, method: .POST, uri: request.endpoint.path, headers: headers)
    channel.write(HTTPClientRequestPart.head(head), promise: nil)
    if !request.body.isEmpty {
      let body = channel.allocator.buffer(bytes: request.body)
      channel.write(HTTPClientRequestPart.body(.byteBuffer(body)), promise: nil)
    }
    channel.writeAndFlush(HTTPClientRequestPart.end(nil), promise: nil)
  }

  // MARK: TLS

  private func tls(_ endpoint: PushEndpoint) throws(PushSendError) -> NIOSSLContext {
    var configuration = TLSConfiguration.makeClientConfiguration()
    if !trusted.isEmpty { configuration.additionalTrustRoots = [.certificates(trusted)] }
    do {
      return try NIOSSLContext(configuration: configuration)
    } catch {
      throw .tls(endpoint.authority, why: "\(error)")
    }
  }

  private static func handler(
    _ context: NIOSSLContext, _ endpoint: PushEndpoint
  ) throws -> NIOSSLClientHandler {
    // An address is no server name (RFC 6066, section 3); the certificate must name it all the same.
    try NIOSSLClientHandler(
      context: context, serverHostname: endpoint.isAddress ? nil : endpoint.host)
  }

  // MARK: What went wrong

  private static func connectingFailed(_ place: String, _ error: any Error) -> PushSendError {
    if Task.isCancelled { return .cancelled }
    // NIO lists each address that it tried; a person needs the reason alone.
    let text = "\(error)"
    if text.contains("refused") { return .refused(place) }
    if text.contains("connectTimeout") { return .timedOut(place, isConnected: false) }
    if text.contains("dnsAError") || text.contains("UnknownHost") {
      return .unreachable(place, why: "there is no such host")
    }
    return .unreachable(place, why: text)
  }

  private static func answeringFailed(_ place: String, _ error: any Error) -> PushSendError {
    switch error {
    case is SendAnswerCollector.Overdue: .timedOut(place, isConnected: true)
    case is SendAnswerCollector.ClosedEarly: .closedEarly(place)
    case is NIOSSLError, is BoringSSLError, is NIOSSLExtraError: .tls(place, why: "\(error)")
    case HTTPParserError.invalidEOFState: .closedEarly(place)
    case is HTTPParserError: .notHTTP(place, why: "\(error)")
    default: .closedEarly(place)
    }
  }
}

extension ContinuousClock.Instant {
  /// Since then.
  var elapsed: Interval {
    let (seconds, attoseconds) = (ContinuousClock.now - self).components
    return Interval(micros: seconds * 1_000_000 + attoseconds / 1_000_000_000_000)
  }
}
