import Foundation
import Logging
import OffstageCore
import Protobuf
import Testing

@testable import OffstagePush

@Suite struct ListenerTests {
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

  // MARK: How

  private static func request(
    _ method: String, _ path: String, _ headers: [String] = [], body: [UInt8]
  ) -> [UInt8] {
    let lines =
      ["\(method) \(path) HTTP/1.1", "Host: 127.0.0.1", "Connection: close"]
      + headers + ["Content-Length: \(body.count)", "", ""]
    return Array(lines.joined(separator: "\r\n").utf8) + body
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
  private func withService(
    _ body: @escaping @Sendable (Int, String) async throws -> Void
  ) async throws {
    let folder = FileManager.default.temporaryDirectory.path + "/push-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let certificate = try PushCertificate(folder: folder, now: Date())
    let listener = try await PushListener(
      port: 0, certificate: certificate, logger: Logger(label: "test"))
    let service = try await PushService(ledger: MemoryLedger(), clock: SystemClock())
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await service.run() }
      group.addTask { try await listener.run(service) }
      try await body(listener.port, certificate.path)
      group.cancelAll()
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
