import Foundation
import Logging
import NIOCore
import NIOEmbedded
import NIOPosix
import OffstageCore
import Protobuf
import Testing

@testable import OffstagePush

@Suite(.timeLimit(.minutes(2))) struct ListenerTests {
  @Test func `one port speaks HTTP and HTTPS`() async throws {
    try await withService { port, certificate in
      for trusted in [nil, certificate] {
        let client = try await RawClient.connect(port, trusting: trusted)
        let answer = try await client.say(Self.post("nobody"))
        #expect(answer.hasPrefix("HTTP/1.1 404 Not Found\r\n"))
        #expect(answer.contains("application/problem+json"))
        #expect(answer.contains("subscription-unknown"))
      }
    }
  }

  @Test func `a browser checks in, registers, logs in and gets what is posted`() async throws {
    try await withService { port, certificate in
      let checkin = ProtobufWriter.message { message in
        message.int(2, 0)
        message.message(4) { _ in }
      }
      let answer = try await RawClient.connect(port).say(
        Self.request("POST", "/checkin", body: checkin))
      let fields = try #require(
        ProtobufReader.fields(answer[(answer.count - 20)...]))
      let device = try #require(fields.fixed64(7))
      let security = try #require(fields.fixed64(8))
      let form = "app=a&device=\(device)&X-subtype=wp:http://localhost:1/%23A&sender=S&appid=x"
      let registered = String(
        decoding: try await RawClient.connect(port).say(
          Self.request(
            "POST", "/c2dm/register3", ["Authorization: AidLogin \(device):\(security)"],
            body: Array(form.utf8))), as: UTF8.self)
      let token = try #require(registered.components(separatedBy: "token=").last)
      let posted = try await RawClient.connect(port).say(Self.post(token))
      #expect(posted.hasPrefix("HTTP/1.1 201 Created\r\n"))

      let login = MCSFrame(.loginRequest) { message in
        message.text(1, "chrome")
        message.text(3, "\(device)")
        message.text(5, "\(security)")
      }
      let said = try await RawClient.connect(port, trusting: certificate).say(
        [MCSFrame.version] + login.bytes
      ) { Self.frames($0).count == 2 }
      #expect(Self.frames(said).map(\.tag) == [.loginResponse, .dataMessageStanza])
    }
  }

  @Test(
    arguments: [
      Array("nonsense\r\n\r\n".utf8), [41, 2, 0], [0], [22, 3, 1, 255, 255, 0],
      Array("GET /\u{0} HTTP/9.9\r\n\r\n".utf8),
      Array("POST /wp/x HTTP/1.1\r\nContent-Length: -1\r\n\r\n".utf8),
      Array(("GET / HTTP/1.1\r\nX: " + String(repeating: "a", count: 200_000)).utf8),
    ] as [[UInt8]])
  func `garbage is closed on, and the service goes on`(_ bytes: [UInt8]) async throws {
    try await withService { port, _ in
      _ = try await RawClient.connect(port).say(bytes)
      let answer = try await RawClient.connect(port).say(Self.post("nobody"))
      #expect(answer.hasPrefix("HTTP/1.1 404"))
    }
  }

  @Test(
    arguments: [
      [9], MCSFrame(.heartbeatPing).bytes, [41, 2, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F],
      [41, 2, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF], [41] + MCSFrame(.heartbeatPing).bytes,
      [41] + MCSFrame(.loginRequest, [0xFF, 0xFF]).bytes,
    ] as [[UInt8]])
  func `what is no login is closed on`(_ bytes: [UInt8]) async throws {
    try await withService { port, certificate in
      let client = try await RawClient.connect(port, trusting: certificate)
      let answer = try await client.say(bytes)
      // The first could have been HTTP; of a push client nothing is answered.
      #expect(bytes[0] != 41 || answer == [])
    }
  }

  /// A browser that has logged in and then says what no browser says.
  @Test(
    arguments: [
      [8, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F], [8, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF],
      [8, 0x81, 0x80, 0x40], MCSFrame(.dataMessageStanza, [0xFF, 0xFF, 0xFF]).bytes,
      MCSFrame(.iqStanza, [UInt8](repeating: 0x0A, count: 5000)).bytes,
      MCSFrame(.iqStanza, .init(repeating: 0x3A, count: 2) + .init(repeating: 0xFF, count: 900))
        .bytes,
      [200, 3, 1, 2, 3],
    ] as [[UInt8]])
  func `a login opens no door to frames of four gigabytes or messages without end`(
    _ bytes: [UInt8]
  ) async throws {
    try await withService { port, certificate in
      let login = MCSFrame(.loginRequest) { message in
        message.text(1, "chrome")
        message.text(3, "7")
        message.text(5, "8")
      }
      let close = MCSFrame(.close).bytes
      let client = try await RawClient.connect(port, trusting: certificate)
      let said = try await client.say([MCSFrame.version] + login.bytes + bytes + close)
      #expect(Self.frames(said).first?.tag == .loginResponse)
      let answer = try await RawClient.connect(port).say(Self.post("nobody"))
      #expect(answer.hasPrefix("HTTP/1.1 404"))
    }
  }

  @Test(.timeLimit(.minutes(1)))
  func `peers that say nothing, or stop in the middle, keep nobody who wants to end`() async throws
  {
    let halves: [[UInt8]] = [
      [], [22], [22, 3, 1, 2, 0, 1], Array("POST /wp/x HT".utf8),
      Array("POST /wp/x HTTP/1.1\r\nContent-Length: 9\r\n\r\nab".utf8),
    ]
    // They would be waited for an hour.
    let clients = try await withService(Self.short(nil)) { port, _ in
      var clients: [any Channel] = []
      for half in halves {
        let channel = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
          .connect(host: "127.0.0.1", port: port).get()
        try await channel.writeAndFlush(ByteBuffer(bytes: half))
        clients.append(channel)
      }
      // By then those have been taken in, too.
      _ = try await RawClient.connect(port).say(Self.post("nobody"))
      return clients
    }
    for client in clients { try await client.closeFuture.get() }
  }

  @Test func `a body that goes on and on is cut and refused`() async throws {
    try await withService { port, _ in
      let body = [UInt8](repeating: 1, count: 200_000)
      let answer = try await RawClient.connect(port).say(
        Self.request("POST", "/wp/x", ["TTL: 1"], body: body))
      #expect(String(decoding: answer, as: UTF8.self).hasPrefix("HTTP/1.1 4"))
    }
  }

  @Test func `pages may post, and have no business where browsers register`() async throws {
    try await withService { port, _ in
      let preflight = try await RawClient.connect(port).say(
        "OPTIONS /wp/x HTTP/1.1\r\nHost: a\r\nOrigin: http://b\r\nConnection: close\r\n\r\n")
      #expect(preflight.hasPrefix("HTTP/1.1 204"))
      #expect(preflight.contains("Access-Control-Allow-Origin: *"))
      let register = try await RawClient.connect(port).say(
        "POST /c2dm/register3 HTTP/1.1\r\nHost: a\r\nOrigin: http://b\r\nContent-Length: 0\r\n"
          + "Connection: close\r\n\r\n")
      #expect(register.hasPrefix("HTTP/1.1 403"))
      #expect(!register.contains("Access-Control"))
    }
  }

  @Test func `a Firefox comes to the same port, plain or over TLS, and speaks in a WebSocket`()
    async throws
  {
    try await withService { port, certificate in
      for trusted in [nil, certificate] {
        let client = try await RawClient.connect(port, trusting: trusted)
        let hello = #"{"messageType":"hello","use_webpush":true}"#
        let said = try await client.say(
          Self.upgrade(port, origin: "ws://127.0.0.1:\(port)/firefox") + Self.masked(hello)
        ) { String(decoding: $0, as: UTF8.self).contains("broadcasts") }
        let answer = String(decoding: said, as: UTF8.self)
        #expect(answer.hasPrefix("HTTP/1.1 101 "))
        #expect(answer.contains("push-notification"))
        #expect(answer.contains(#"{"messageType":"hello","uaid":"f"#))
      }
    }
  }

  @Test(arguments: ["http://localhost:3000", "https://a.example", "null", "moz-extension://a"])
  func `a page can't connect as a Firefox`(_ origin: String) async throws {
    try await withService { port, _ in
      let said = try await RawClient.connect(port).say(Self.upgrade(port, origin: origin))
      #expect(said == [])
    }
  }

  @Test(arguments: ["a.example", "127.0.0.1.a.example", "localhost.a:1", "127.0.0.1:x"])
  func `nor can one that came here under another name`(_ host: String) async throws {
    try await withService { port, _ in
      let said = try await RawClient.connect(port).say(Self.upgrade(port, host: host))
      #expect(said == [])
    }
  }

  @Test func `a message in pieces is one, and one without end or in binary is the end`()
    async throws
  {
    try await withService { port, _ in
      let hello = Array(#"{"messageType":"hello"}"#.utf8)
      let pieces = Self.masked(hello[..<5], 0x01) + Self.masked(hello[5...], 0x80)
      let said = try await RawClient.connect(port).say(Self.upgrade(port) + pieces) {
        String(decoding: $0, as: UTF8.self).contains("broadcasts")
      }
      #expect(String(decoding: said, as: UTF8.self).contains("uaid"))
      let endless = (0..<200).flatMap { _ in
        Self.masked([UInt8](repeating: 0x20, count: 1000)[...], 0x01)
      }
      for bytes in [
        endless, Self.masked(hello[...], 0x82), Self.masked("nonsense"),
        [0x81, 0xFF] + [UInt8](repeating: 0xFF, count: 8),
      ] {
        let said = try await RawClient.connect(port).say(Self.upgrade(port) + bytes)
        #expect(!String(decoding: said, as: UTF8.self).contains("uaid"))
      }
    }
  }

  @Test func `a Firefox of ours begins with a page that waits for its connection`() async throws {
    try await withService { port, _ in
      let path = "/firefox/\(PushBench.source)"
      func get(_ path: String) async throws -> String {
        try await RawClient.connect(port).say(
          String(decoding: Self.request("GET", path, body: []), as: UTF8.self))
      }
      #expect(try await get(path + "/start").contains("location.replace"))
      #expect(try await get(path + "/ready").hasSuffix("not yet"))
      #expect(try await get(path).hasPrefix("HTTP/1.1 426 "))
      #expect(try await get("/firefox/nobody/start").hasPrefix("HTTP/1.1 404 "))
      let client = try await RawClient.connect(port)
      try await client.channel.executeThenClose { inbound, outbound in
        try await outbound.write(
          ByteBuffer(
            bytes: Self.upgrade(port, path: path) + Self.masked(#"{"messageType":"hello"}"#)))
        for try await bytes in inbound where String(buffer: bytes).contains("uaid") { break }
        #expect(try await get(path + "/ready").hasSuffix("\r\n\r\nready"))
      }
    }
  }

  @Test func `a port that is taken is said`() async throws {
    try await withService { port, certificate in
      let folder = (certificate as NSString).deletingLastPathComponent
      await #expect(throws: PushError.self) {
        _ = try await PushListener(
          port: port, certificate: PushCertificate(folder: folder, now: Date()),
          logger: Logger(label: "test"))
      }
    }
  }

  /// Each of them alone could keep a connection for ever.
  @Test(
    arguments: [
      // Nothing at all; the beginning of a TLS record; half of a request, and of its body.
      (.beginning, [] as [UInt8]), (.beginning, [22, 3, 1, 2, 0, 1]),
      (.saying, Array("POST /wp/x HTTP/1.1\r\nHost: a\r\nX: ".utf8)),
      (.saying, Array("POST /wp/x HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nabc".utf8)),
      // A request that is answered, and then nothing.
      (.idle, Array("GET /warm-up.js HTTP/1.1\r\nHost: a\r\n\r\n".utf8)),
    ] as [(Limit, [UInt8])])
  func `who does not come to an end is not waited for`(
    _ limit: Limit, _ bytes: [UInt8]
  ) async throws {
    try await withService(Self.short(limit)) { port, _ in
      // It ends when the other side closes.
      _ = try await RawClient.connect(port).say(bytes)
    }
  }

  @Test func `a push client that does not log in is not waited for`() async throws {
    try await withService(Self.short(.saying)) { port, certificate in
      for bytes in [[MCSFrame.version], [MCSFrame.version, 2], [MCSFrame.version, 2, 100, 1]] {
        let client = try await RawClient.connect(port, trusting: certificate)
        #expect(try await client.say(bytes) == [])
      }
    }
  }

  @Test func `a request that comes byte by byte has no more time than any other`() throws {
    let channel = EmbeddedChannel(handler: PeerClock(.http, PeerPatience()))
    try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
    for second in 0..<10 {
      #expect(channel.isActive, "\(second)")
      try channel.writeInbound(ByteBuffer(bytes: [0x58]))
      channel.embeddedEventLoop.advanceTime(by: .seconds(1))
    }
    #expect(!channel.isActive)
  }

  @Test func `who has said all of a request waits for us as long as we take`() throws {
    let clock = PeerClock(.http, PeerPatience())
    let channel = EmbeddedChannel(handler: clock)
    try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
    try channel.writeInbound(ByteBuffer(bytes: [0x58]))
    clock.rest()
    channel.embeddedEventLoop.advanceTime(by: .hours(1))
    #expect(channel.isActive)
    try channel.writeOutbound(ByteBuffer(bytes: [0x58]))
    channel.embeddedEventLoop.advanceTime(by: .seconds(61))
    #expect(!channel.isActive)
  }

  @Test func `a push client that has logged in may be silent`() throws {
    let channel = EmbeddedChannel(handler: PeerClock(.browser, PeerPatience()))
    try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
    try channel.writeInbound(ByteBuffer(bytes: [MCSFrame.version]))
    try channel.writeOutbound(ByteBuffer(bytes: [MCSFrame.version]))
    channel.embeddedEventLoop.advanceTime(by: .hours(24))
    #expect(channel.isActive)
  }

  @Test func `a token that somebody has overheard sends to no other subscription, and is not kept`()
    async throws
  {
    try await withService { port, _ in
      let keys = [VAPIDKey(), VAPIDKey()]
      var tokens: [String] = []
      for (index, key) in keys.enumerated() {
        let form =
          "app=a&device=5&X-subtype=wp:http://localhost:1/%23\(index)&appid=x"
          + "&sender=\(key.applicationServerKey)"
        let answer = try await RawClient.connect(port).say(
          Self.request(
            "POST", "/c2dm/register3", ["Authorization: AidLogin 5:6"], body: Array(form.utf8)))
        let text = String(decoding: answer, as: UTF8.self)
        tokens.append(text.components(separatedBy: "token=").last ?? "")
      }
      let overheard = VAPIDToken(
        audience: "http://127.0.0.1", expires: SystemClock().now() + .hours(1),
        subject: "mailto:a@b.example"
      ).signed(by: keys[0])
      var answers: [String] = []
      for token in [tokens[0], tokens[0], tokens[1]] {
        let request = Self.request(
          "POST", "/wp/\(token)", ["TTL: 0", "Authorization: \(overheard.authorization)"], body: [])
        let answer = try await RawClient.connect(port).say(request)
        answers.append(String(decoding: answer, as: UTF8.self))
      }
      // It is good for any number of pushes until it ends (RFC 8292, section 2).
      #expect(answers.prefix(2).allSatisfy { $0.hasPrefix("HTTP/1.1 201") })
      #expect(answers[2].hasPrefix("HTTP/1.1 403") && answers[2].contains("vapid-key-of-another"))
      #expect(answers.allSatisfy { !$0.contains(overheard.token) })
    }
  }

  // MARK: How

  enum Limit: Sendable {
    case beginning
    case saying
    case idle
  }

  /// One limit, if any, that is soon over; the others are not within the test.
  private static func short(
    _ limit: Limit?
  ) -> PeerPatience {
    let time = { (of: Limit) in of == limit ? TimeAmount.milliseconds(50) : .hours(1) }
    var patience = PeerPatience()
    (patience.beginning, patience.saying, patience.idle) = (
      time(.beginning), time(.saying), time(.idle)
    )
    return patience
  }

  private static func request(
    _ method: String, _ path: String, _ headers: [String] = [], body: [UInt8]
  ) -> [UInt8] {
    let lines =
      ["\(method) \(path) HTTP/1.1", "Host: 127.0.0.1", "Connection: close"]
      + headers + ["Content-Length: \(body.count)", "", ""]
    return Array(lines.joined(separator: "\r\n").utf8) + body
  }

  /// RFC 6455, section 1.2.
  private static func upgrade(
    _ port: Int, path: String = "/firefox", host: String? = nil, origin: String? = nil
  ) -> [UInt8] {
    let lines =
      [
        "GET \(path) HTTP/1.1", "Host: \(host ?? "127.0.0.1:\(port)")", "Upgrade: websocket",
        "Connection: keep-alive, Upgrade", "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        "Sec-WebSocket-Protocol: push-notification",
      ] + (origin.map { ["Origin: \($0)"] } ?? []) + ["", ""]
    return Array(lines.joined(separator: "\r\n").utf8)
  }

  private static func masked(_ text: String) -> [UInt8] { masked(Array(text.utf8)[...], 0x81) }

  /// One frame of less than 64 KiB. A mask of zeros is one.
  private static func masked(_ bytes: ArraySlice<UInt8>, _ head: UInt8) -> [UInt8] {
    let length: [UInt8] =
      bytes.count < 126
      ? [0x80 | UInt8(bytes.count)]
      : [0x80 | 126, UInt8(bytes.count >> 8), UInt8(bytes.count & 0xFF)]
    return [head] + length + [0, 0, 0, 0] + bytes
  }

  private static func post(_ token: String) -> String {
    String(decoding: request("POST", "/wp/\(token)", ["TTL: 60"], body: []), as: UTF8.self)
  }

  @Sendable private static func frames(_ bytes: [UInt8]) -> [MCSFrame] {
    var reader = MCSFrameReader()
    reader.append(bytes)
    var frames: [MCSFrame] = []
    while let frame = try? reader.next() { frames.append(frame) }
    return frames
  }

  /// - Parameter body: is given the port, and the certificate's path.
  private func withService<Result: Sendable>(
    _ patience: PeerPatience = PeerPatience(),
    _ body: @escaping @Sendable (Int, String) async throws -> Result
  ) async throws -> Result {
    let folder = FileManager.default.temporaryDirectory.path + "/push-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let certificate = try PushCertificate(folder: folder, now: Date())
    let listener = try await PushListener(
      port: 0, certificate: certificate, logger: Logger(label: "test"), patience: patience)
    let service = try await PushService(ledger: MemoryLedger(), clock: SystemClock())
    return try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await service.run() }
      group.addTask { try await listener.run(service) }
      defer { group.cancelAll() }
      return try await body(listener.port, certificate.path)
    }
  }
}

private actor MemoryLedger: PushLedger {
  private var model = ModelLedger()

  func pushState(at now: Timestamp) -> PushState { model.state }

  func record(_ writes: [PushWrite]) {
    for write in writes { model.apply(write) }
  }

  func pushMessages(onlyRefused: Bool, limit: Int) -> [PushMessage] {
    Array(model.messages.reversed().prefix(limit))
  }

  func pushMessage(id: String) -> PushMessage? { model.messages.first { $0.id == id } }

  func pushSubscriptions() -> [PushSubscription] { model.subscriptions }

  func pushOrders() -> [PushOrder] { [] }

  nonisolated func changes() -> AsyncStream<Void> { AsyncStream { $0.finish() } }
}
