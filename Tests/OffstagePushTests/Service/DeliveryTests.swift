import OffstageCore
import OffstageTesting
import Protobuf
import Testing

@testable import OffstagePush

@Suite struct DeliveryTests {
  private static let first = ConnectionID(1)
  private static let second = ConnectionID(2)

  @Test func `a push is sent as the browser registered, and ends with its acknowledgement`() throws
  {
    var bench = PushBench()
    let token = bench.register()
    bench.login(Self.first)
    #expect(bench.post(token, ttl: 30, topic: "news", body: "sealed").status == 201)
    let frames = bench.frames(of: Self.first)
    #expect(frames.map(\.tag) == [.loginResponse, .dataMessageStanza])
    let push = try #require(frames.last)
    #expect(push.text(3) == PushBench.app.sender)
    #expect(push.text(5) == "org.chromium.linux")
    #expect(push.text(6) == "news")
    #expect(
      push.appData == ["subtype": PushBench.app.subtype, "content-encoding": "aes128gcm"])
    #expect(push.text(9) == bench.ledger.messages[0].id)
    #expect(push.int(17) == 30)
    #expect(push.text(21) == "sealed")
    #expect(push.int(24) == 1)
    bench.acknowledge(2, on: Self.first)
    #expect(bench.ends == [.acknowledged])
    #expect(bench.frames(of: Self.first).last?.tag == .iqStanza)
  }

  @Test func `a message that its browser has not acknowledged is sent again, after a restart too`()
  {
    var bench = PushBench()
    let token = bench.register()
    bench.login(Self.first)
    bench.post(token)
    bench.machine.disconnected(Self.first)
    bench.login(Self.second)
    #expect(bench.messages(of: Self.second) == bench.messages(of: Self.first))
    bench.restart()
    bench.login(ConnectionID(3))
    #expect(bench.messages(of: ConnectionID(3)).count == 1)
    #expect(bench.ledger.messages[0].delivery.sends == 3)
  }

  @Test func `what the browser says at its login that it has got is not sent again`() {
    var bench = PushBench()
    let token = bench.register()
    bench.login(Self.first)
    bench.post(token)
    bench.post(token)
    let received = bench.messages(of: Self.first)
    bench.restart()
    bench.login(Self.first, received: [received[0]])
    #expect(bench.messages(of: Self.first) == [received[1]])
    #expect(bench.ends == [.acknowledged, nil])
  }

  @Test func `a second login takes the place of the first, whose end is no end of the second`() {
    var bench = PushBench()
    let token = bench.register()
    bench.login(Self.first)
    bench.login(Self.second)
    #expect(bench.closed == [Self.first])
    bench.machine.disconnected(Self.first)
    bench.post(token)
    #expect(bench.messages(of: Self.second).count == 1)
  }

  @Test func `a message waits for its browser as long as its TTL, and no longer`() {
    var bench = PushBench()
    let token = bench.register()
    bench.post(token, ttl: 0)
    bench.post(token, ttl: 10)
    bench.wait(seconds: 1)
    #expect(bench.ends == [.expired, nil])
    bench.wait(seconds: 9)
    #expect(bench.ends == [.expired, .expired])
    bench.login(Self.first)
    #expect(bench.messages(of: Self.first) == [])
  }

  @Test func `of waiting messages with one topic only the last is delivered`() {
    var bench = PushBench()
    let token = bench.register()
    let other = bench.register(
      MCSRegistration(app: "a", subtype: "wp:http://localhost:9000/#B-V2", sender: "s", appID: "b"))
    bench.post(token, topic: "news")
    bench.post(other, topic: "news")
    bench.post(token, topic: "news")
    bench.post(token, topic: "else")
    #expect(bench.ends == [.replaced, nil, nil, nil])
    bench.login(Self.first)
    #expect(bench.messages(of: Self.first).count == 3)
    // What is on its way is not taken back.
    bench.post(token, topic: "news")
    #expect(bench.ends == [.replaced, nil, nil, nil, nil])
  }

  @Test func `acknowledging a frame acknowledges those before it, and none after`() {
    var bench = PushBench()
    let token = bench.register()
    bench.login(Self.first)
    for _ in 0..<3 { bench.post(token) }
    bench.take(MCSFrame(.heartbeatPing) { $0.int(2, 3) }, from: Self.first)
    #expect(bench.ends == [.acknowledged, .acknowledged, nil])
    // The answer counts as a frame of ours: the next push is the sixth.
    bench.post(token)
    bench.take(MCSFrame(.heartbeatAck) { $0.int(2, 5) }, from: Self.first)
    #expect(bench.ends == [.acknowledged, .acknowledged, .acknowledged, nil])
  }

  @Test func `what was on its way when the browser said goodbye waits again, with its time`() {
    var bench = PushBench()
    let token = bench.register()
    bench.login(Self.first)
    bench.post(token, ttl: 10, topic: "news")
    bench.take(MCSFrame(.close), from: Self.first)
    #expect(bench.closed == [Self.first])
    bench.post(token, ttl: 10, topic: "news")
    #expect(bench.ends == [.replaced, nil])
    bench.wait(seconds: 10)
    #expect(bench.ends == [.replaced, .expired])
  }

  @Test func `one that says another's name gets neither its messages nor its connection`() {
    var bench = PushBench()
    let token = bench.register()
    bench.post(token)
    bench.login(Self.first, token: 99)
    #expect(bench.closed == [Self.first])
    #expect(bench.messages(of: Self.first) == [])
    #expect(bench.frames(of: Self.first).map(\.tag) == [.loginResponse])
    #expect(
      bench.machine.register(.register(device: 1, securityToken: 99, PushBench.app), at: bench.now)
        .0 == .text("Error=AUTHENTICATION_FAILED"))
  }

  /// The promise of the push service, with a browser and a service that both may end at any moment.
  @Test(arguments: 0..<40)
  func `nothing is lost and nothing comes twice, whoever ends when`(_ seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    var bench = PushBench()
    var browser = ModelPushClient()
    let token = bench.register()
    var posted = 0
    for _ in 0..<300 {
      switch Int.random(in: 0..<12, using: &random) {
      case 0...3 where posted < 100:
        if bench.post(token, ttl: 1_000_000).status == 201 { posted += 1 }
      case 4: browser.connect(&bench)
      case 5: browser.disconnect(&bench)
      case 6:
        bench.restart()
        browser.lose()
      case 7: browser.read(&bench, atMost: Int.random(in: 0...2, using: &random))
      case 8: browser.crash(&bench)
      default: browser.read(&bench, atMost: .max)
      }
    }
    browser.connect(&bench)
    browser.read(&bench, atMost: .max)
    browser.read(&bench, atMost: .max)
    #expect(browser.delivered.count == posted)
    #expect(Set(browser.delivered).count == posted)
    #expect(bench.ends.allSatisfy { $0 == .acknowledged })
  }
}

/// A browser's push client as Chromium's is: it keeps the ids of what it got until it knows that the
/// service knows, and looks at nothing else before it delivers.
private struct ModelPushClient {
  private(set) var delivered: [String] = []
  /// Stored; with the number of the frame by which each was acknowledged on this connection.
  private var unconfirmed: [(id: String, by: Int64?)] = []
  private var connection: ConnectionID?
  private var last: UInt64 = 100
  private var read = 0
  private var sent: Int64 = 0

  mutating func connect(_ bench: inout PushBench) {
    // The old connection's end is seen after the new one's beginning, as it happens.
    let old = connection
    last += 1
    connection = ConnectionID(last)
    (read, sent) = (0, 1)
    for index in unconfirmed.indices { unconfirmed[index].by = 1 }
    bench.login(ConnectionID(last), received: unconfirmed.map(\.id))
    if let old { bench.machine.disconnected(old) }
  }

  mutating func disconnect(_ bench: inout PushBench) {
    guard let connection else { return }
    lose()
    bench.machine.disconnected(connection)
  }

  /// The service has ended.
  mutating func lose() { connection = nil }

  /// It ends after it has stored and before it says so.
  mutating func crash(_ bench: inout PushBench) {
    guard let connection else { return }
    for frame in bench.frames(of: connection).dropFirst(read).prefix(1)
    where frame.tag == .dataMessageStanza { take(frame) }
    disconnect(&bench)
  }

  mutating func read(_ bench: inout PushBench, atMost count: Int) {
    guard let connection, !bench.closed.contains(connection) else { return }
    for frame in bench.frames(of: connection).dropFirst(read).prefix(count) {
      read += 1
      if let confirmed = frame.lastStreamID ?? frame.int(6).map(UInt32.init) {
        unconfirmed.removeAll { entry in entry.by.map { $0 <= Int64(confirmed) } ?? false }
      }
      guard frame.tag == .dataMessageStanza else { continue }
      take(frame)
      sent += 1
      for index in unconfirmed.indices where unconfirmed[index].by == nil {
        unconfirmed[index].by = sent
      }
      bench.acknowledge(read, on: connection)
    }
  }

  private mutating func take(_ frame: MCSFrame) {
    guard let id = frame.text(9) else { return }
    delivered.append(id)
    unconfirmed.append((id, nil))
  }
}
