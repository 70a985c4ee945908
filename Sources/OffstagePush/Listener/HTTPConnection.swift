import NIOCore
import NIOHTTP1
import OffstageCore

/// Answers the requests of one connection, one after another.
struct HTTPConnection: Sendable {
  /// A check-in is the largest that a browser sends.
  private static let largestBody = 64 * 1024

  let service: PushService
  let isSecure: Bool

  func serve(_ channel: NIOAsyncChannel<HTTPServerRequestPart, HTTPServerResponsePart>)
    async throws
  {
    try await channel.executeThenClose { inbound, outbound in
      var head: HTTPRequestHead?
      var body: [UInt8] = []
      var isCut = false
      for try await part in inbound {
        switch part {
        case .head(let new):
          (head, body, isCut) = (new, [], false)
        case .body(let bytes):
          let room = Self.largestBody - body.count
          isCut = isCut || bytes.readableBytes > room
          body += bytes.readableBytesView.prefix(room)
        case .end:
          guard let request = head else { return }
          head = nil
          rest(channel.channel)
          let answer = try await answer(request, body, isCut: isCut)
          // The answer to a HEAD would have no body, and nothing here answers one.
          let isLast = !request.isKeepAlive || request.method == .HEAD
          try await write(answer, to: outbound, isLast: isLast)
          guard !isLast else { return }
        }
      }
    }
  }

  private func rest(_ channel: any Channel) {
    channel.eventLoop.execute {
      try? channel.pipeline.syncOperations.handler(type: PeerClock.self).rest()
    }
  }

  private func answer(_ request: HTTPRequestHead, _ body: [UInt8], isCut: Bool) async throws
    -> PushAnswer
  {
    let route = PushRoute(method: request.method.rawValue, path: request.uri)
    switch route {
    case .checkin, .register:
      // What a browser's own push client asks comes from no page, and says so.
      guard request.headers["Origin"].isEmpty,
        request.headers["Sec-Fetch-Site"].allSatisfy({ $0 == "none" })
      else {
        return .problem(
          403, .init(code: "from-a-page", detail: "Pages have no business at this address."))
      }
      return route == .checkin
        ? await checkin(body) : try await register(request.headers, body)
    case .push(let token):
      let post = PushPost(
        token: token, authority: request.headers.first(name: "Host") ?? "",
        headers: request.headers.prefix(64).map { PushMessage.Header($0.name, $0.value) },
        body: body, isCut: isCut)
      return try await service.post(post).readable
    case .message(let id):
      return try await service.cancel(id).readable
    case .warmUpPage: return WarmUp.page
    case .warmUpWorker: return WarmUp.worker
    case .firefox:
      return .problem(
        426, .init(code: "websocket", detail: "A Firefox connects here, by a WebSocket."),
        headers: [.init("Upgrade", "websocket")])
    case .firefoxStart: return FirefoxStart.page
    case .firefoxReady(let source):
      return .text(await service.isConnected(source) ? FirefoxStart.ready : "not yet")
    case .preflight: return PushAnswer(204).readable
    case .wrongMethod(let allowed):
      return .problem(
        405, .init(code: "method", detail: "This address takes \(allowed)."),
        headers: [.init("Allow", allowed)])
    case .unknown:
      return .problem(
        404,
        .init(
          code: "address-unknown", detail: "The push service has no such address.",
          hint: "A subscription's endpoint is /wp/TOKEN or /fcm/send/TOKEN here."))
    }
  }

  private func checkin(_ body: [UInt8]) async -> PushAnswer {
    guard let checkin = Checkin(body) else {
      return .problem(415, .init(code: "no-checkin", detail: "The body is no check-in."))
    }
    return await service.checkin(checkin)
  }

  private func register(_ headers: HTTPHeaders, _ body: [UInt8]) async throws -> PushAnswer {
    guard
      let registration = Registration(
        authorization: headers.first(name: "Authorization"), body: body)
    else { return .text("Error=INVALID_PARAMETERS") }
    return try await service.register(registration)
  }

  private func write(
    _ answer: PushAnswer, to outbound: NIOAsyncChannelOutboundWriter<HTTPServerResponsePart>,
    isLast: Bool
  ) async throws {
    var headers = HTTPHeaders(answer.headers.map { ($0.name, $0.value) })
    if answer.status != 204 { headers.add(name: "Content-Length", value: "\(answer.body.count)") }
    headers.add(name: "X-Content-Type-Options", value: "nosniff")
    if isLast { headers.add(name: "Connection", value: "close") }
    let head = HTTPResponseHead(
      version: .http1_1, status: HTTPResponseStatus(statusCode: answer.status), headers: headers)
    try await outbound.write(
      contentsOf: [.head(head), .body(.byteBuffer(ByteBuffer(bytes: answer.body))), .end(nil)])
  }
}

extension PushAnswer {
  /// Pages may read it: whoever knows an endpoint may send to it, from wherever (as Mozilla's service
  /// lets them).
  fileprivate var readable: PushAnswer {
    var answer = self
    answer.headers += [
      .init("Access-Control-Allow-Origin", "*"),
      .init("Access-Control-Allow-Methods", "POST, DELETE"),
      .init("Access-Control-Allow-Headers", "*, Authorization"),
      .init("Access-Control-Expose-Headers", "Location, TTL"),
    ]
    return answer
  }
}
