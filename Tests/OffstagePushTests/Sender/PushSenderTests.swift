import OffstageCore
@testable import OffstagePush
import OffstageTesting
import Testing

@Suite struct PushSenderTests {
  private static let receiver = ReceiverKeys()

  private static func subscription(_ endpoint: String) throws -> SubscriptionJSON {
    let keys = receiver.subscription
    let text = """
      {"endpoint":"\(endpoint)","expirationTime":null,"keys":{"p256dh":"\(Base64URL.encode(keys.p256dh))",\
      "auth":"\(Base64URL.encode(keys.auth))"}}
      """
    return try SubscriptionJSON(parsing: Array(text.utf8))
  }

  private static func request(_ endpoint: String) throws -> PushRequest {
    try OutgoingPush(payload: [1]).request(to: subscription(endpoint))
  }

  private static func fault(
    _ sender: PushSender, _ endpoint: String
  ) async throws -> PushSendError? {
    let request = try request(endpoint)
    do throws(PushSendError) {
      _ = try await sender.send(request)
      return nil
    } catch {
      return error
    }
  }

  @Test(arguments: PushContentEncoding.allCases)
  func `a push arrives encrypted, signed and with its headers`(
    _ encoding: PushContentEncoding
  ) async throws {
    let answer = FakePushService.Answer(headers: [("Location", "http://x/m/1"), ("TTL", "7")])
    try await FakePushService.with(answer) { service in
      let origin = "http://127.0.0.1:\(service.port)"
      let subscription = try Self.subscription(origin + "/fcm/send/abc?x=1")
      var message = OutgoingPush(payload: Array("hello".utf8))
      (message.encoding, message.ttl, message.urgency) = (encoding, 7, .veryLow)
      message.topic = "news"
      let key = VAPIDKey()
      let now = SystemClock().now()
      let token = VAPIDToken(
        audience: subscription.endpoint.origin, expires: now + .hours(1), subject: "mailto:a@b.c")
      let sent = try await PushSender().send(
        message.request(to: subscription, by: token.signed(by: key)))
      #expect(sent.status == 201 && sent.isSuccess)
      #expect(sent.location == "http://x/m/1")
      #expect(sent.headers.header("ttl") == "7")
      #expect(sent.connected.micros > 0 && sent.connected <= sent.answered)

      let request = try #require(service.requests.first)
      #expect(request.method == "POST")
      #expect(request.path == "/fcm/send/abc?x=1")
      #expect(request.header("host") == "127.0.0.1:\(service.port)")
      #expect(request.header("ttl") == "7")
      #expect(request.header("urgency") == "very-low")
      #expect(request.header("topic") == "news")
      #expect(request.header("content-length") == "\(request.body.count)")
      let read = try PushEncryption.decrypt(
        request.body, headers: request.headers, with: Self.receiver)
      #expect(read.text == "hello")
      let credentials = try VAPIDCredentials.parse(
        authorization: request.header("authorization"))
      #expect(
        credentials.check(now: now, audience: origin, subscriptionKey: key.publicKey).isEmpty)
    }
  }

  @Test func `a push without a payload has neither body nor encoding`() async throws {
    try await FakePushService.with { service in
      let subscription = try SubscriptionJSON(
        parsing: Array(#"{"endpoint":"http://localhost:\#(service.port)"}"#.utf8))
      _ = try await PushSender().send(OutgoingPush(payload: nil).request(to: subscription))
      let request = try #require(service.requests.first)
      #expect(request.path == "/")
      #expect(request.body.isEmpty && request.header("content-encoding") == nil)
      #expect(request.header("content-length") == "0")
      #expect(throws: SubscriptionError.keysMissing) {
        try OutgoingPush(payload: []).request(to: subscription)
      }
    }
  }

  @Test func `what a push service refuses is told as it says it`() async throws {
    let body = #"{"type":"about:blank","title":"Gone","detail":"The subscription ended."}"#
    let answer = FakePushService.Answer(
      status: 410, headers: [("Content-Type", "application/problem+json")], body: Array(body.utf8))
    try await FakePushService.with(answer) { service in
      let sent = try await PushSender().send(
        Self.request("http://127.0.0.1:\(service.port)/x"))
      #expect(sent.status == 410 && !sent.isSuccess)
      #expect(sent.explanation == "Gone: The subscription ended.")
    }
  }

  @Test func `of an answer without an end so much is read and no more`() async throws {
    let answer = FakePushService.Answer(
      status: 400, body: [UInt8](repeating: UInt8(ascii: "x"), count: 300_000))
    try await FakePushService.with(answer) { service in
      let sent = try await PushSender().send(Self.request("http://127.0.0.1:\(service.port)/x"))
      #expect(sent.isCut && sent.body.count == SendAnswer.limit)
      #expect(sent.explanation?.count == 500)
    }
  }

  // MARK: TLS

  @Test(arguments: ["127.0.0.1", "localhost"])
  func `a certificate of its own is trusted when it is named`(_ host: String) async throws {
    try await FakePushService.with(tls: TestCertificates.loopback) { service in
      let endpoint = "https://\(host):\(service.port)/x"
      let sender = try PushSender(
        trusting: Array(TestCertificates.loopback.certificate.utf8))
      let sent = try await sender.send(Self.request(endpoint))
      #expect(sent.status == 201)
      #expect(service.requests.count == 1)
      #expect(try await Self.fault(PushSender(), endpoint)?.code == "tls")
      #expect(service.requests.count == 1)
    }
  }

  @Test func `a certificate of another host is not taken`() async throws {
    try await FakePushService.with(tls: TestCertificates.elsewhere) { service in
      let sender = try PushSender(
        trusting: Array(TestCertificates.elsewhere.certificate.utf8))
      for host in ["127.0.0.1", "localhost"] {
        let fault = try await Self.fault(sender, "https://\(host):\(service.port)/x")
        #expect(fault?.code == "tls", "\(String(describing: fault))")
      }
      #expect(service.requests.isEmpty)
    }
  }

  @Test func `what is no certificate is refused`() {
    #expect(throws: PushSendError.certificateUnreadable) {
      try PushSender(trusting: Array("hello".utf8))
    }
  }

  // MARK: What goes wrong

  @Test func `a port on which nobody listens is told`() async throws {
    let port = try await RawTCP.closedPort()
    let fault = try await Self.fault(PushSender(), "http://127.0.0.1:\(port)/x")
    #expect(fault == .refused("127.0.0.1:\(port)"))
  }

  @Test func `a service that never answers is given up`() async throws {
    try await FakePushService.with(.init(isSilent: true)) { service in
      var sender = try PushSender()
      sender.timeout = Interval(micros: 200_000)
      let fault = try await Self.fault(sender, "http://127.0.0.1:\(service.port)/x")
      #expect(fault == .timedOut("127.0.0.1:\(service.port)", isConnected: true))
    }
  }

  @Test(arguments: [
    ("", "closed-early"), ("hello\r\n\r\n", "not-http"), ("HTTP/1.1 2", "closed-early"),
    ("HTTP/1.1 201 Created\r\nContent-Length: 9\r\n\r\nabc", "closed-early"),
  ])
  func `a service that speaks something else is told`(_ text: String, _ code: String) async throws {
    try await RawTCP.answering(Array(text.utf8)) { port in
      let fault = try await Self.fault(PushSender(), "http://127.0.0.1:\(port)/x")
      #expect(fault?.code == code, "\(String(describing: fault))")
    }
  }

  @Test func `an HTTP port that is asked by TLS is told`() async throws {
    try await FakePushService.with { service in
      let fault = try await Self.fault(PushSender(), "https://127.0.0.1:\(service.port)/x")
      #expect(fault?.code == "tls", "\(String(describing: fault))")
    }
  }

  @Test func `who is cancelled stops waiting`() async throws {
    try await FakePushService.with(.init(isSilent: true)) { service in
      let request = try Self.request("http://127.0.0.1:\(service.port)/x")
      let sender = try PushSender()
      await withTaskGroup(of: PushSendError?.self) { group in
        group.addTask {
          do throws(PushSendError) {
            _ = try await sender.send(request)
            return nil
          } catch {
            return error
          }
        }
        while service.requests.isEmpty { await Task.yield() }
        group.cancelAll()
        #expect(await group.next() == .cancelled)
      }
    }
  }
}
