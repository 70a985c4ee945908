import OffstageCore
import Testing

@testable import OffstagePush

/// What Firefox says and what it is told, without a socket.
@Suite struct FirefoxDeliveryTests {
  private static let first = ConnectionID(1)
  private static let second = ConnectionID(2)
  private static let stranger = FirefoxPeer(authority: "127.0.0.1:7789")

  @Test func `it says hello, subscribes, and its endpoint is the address that it knows us by`() {
    var bench = PushBench()
    bench.say(#"{"messageType":"hello","broadcasts":{},"use_webpush":true}"#, on: Self.first)
    let agent = bench.agent(Self.first)
    #expect(
      bench.told(Self.first) == [
        #"{"messageType":"hello","uaid":"\#(agent)","status":200,"use_webpush":true,"broadcasts":{}}"#
      ])
    let key = Base64URL.encode([4] + [UInt8](repeating: 1, count: 64))
    bench.say(
      #"{"channelID":"c","messageType":"register","key":"\#(key)="}"#, on: Self.first)
    let subscription = bench.ledger.subscriptions[0]
    #expect(subscription.applicationServerKey == key)
    #expect(subscription.client == .firefox(channel: "c"))
    #expect(bench.ledger.devices.map(\.source) == [PushBench.source])
    #expect(
      bench.told(Self.first).last
        == #"{"messageType":"register","channelID":"c","status":200,"#
        + #""pushEndpoint":"http://127.0.0.1:7789/wp/\#(subscription.token)"}"#)
  }

  @Test func `a push is told with what decrypts it, and ends with its acknowledgement`() {
    var bench = PushBench()
    let token = bench.subscribe(on: Self.first)
    bench.post(token, ttl: 30, topic: "news", body: "sealed")
    let id = bench.ledger.messages[0].id
    #expect(
      bench.told(Self.first).last
        == #"{"messageType":"notification","channelID":"c","version":"\#(id)","ttl":30,"#
        + #""topic":"news","data":"c2VhbGVk","headers":{"encoding":"aes128gcm"}}"#)
    bench.acknowledge(id, on: Self.first)
    #expect(bench.ends == [.acknowledged])
    #expect(
      bench.ledger.reports.map(\.kind) == [
        .sent(attempt: 1), .acknowledged(.delivered, attempt: 1),
      ])
  }

  @Test func `the older encoding has its headers, and a push without a body none`() throws {
    var bench = PushBench()
    let token = bench.subscribe(on: Self.first)
    _ = bench.post(
      PushPost(
        token: token, authority: "127.0.0.1:7789",
        headers: [
          .init("TTL", "1"), .init("Content-Encoding", "aesgcm"), .init("Encryption", "salt=a"),
          .init("Crypto-Key", "dh=b"),
        ], body: [1]))
    bench.post(token)
    let told = bench.told(Self.first).suffix(2)
    #expect(
      try #require(told.first).hasSuffix(
        #""data":"AQ","headers":{"encoding":"aesgcm","encryption":"salt=a","crypto_key":"dh=b"}}"#))
    #expect(try #require(told.last).hasSuffix(#""ttl":60}"#))
  }

  @Test func `what it has not acknowledged is told again, after a restart of either side`() {
    var bench = PushBench()
    let token = bench.subscribe(on: Self.first)
    let agent = bench.agent(Self.first)
    bench.post(token)
    bench.post(token)
    let ids = bench.pushes(Self.first)
    bench.acknowledge(ids[0], on: Self.first)
    bench.machine.disconnected(Self.first)
    bench.hello(agent, on: Self.second)
    #expect(bench.pushes(Self.second) == [ids[1]])
    bench.restart()
    bench.hello(agent, on: ConnectionID(3))
    #expect(bench.agent(ConnectionID(3)) == agent)
    #expect(bench.pushes(ConnectionID(3)) == [ids[1]])
    // It had it, and its word got lost: it takes no message twice.
    bench.acknowledge(ids[1], 102, on: ConnectionID(3))
    #expect(bench.ends == [.acknowledged, .acknowledged])
    #expect(bench.ledger.reports.last?.kind == .acknowledged(.notDelivered, attempt: 3))
  }

  @Test func `while it is away messages wait, as their TTL and their topic say`() {
    var bench = PushBench()
    let token = bench.subscribe(on: Self.first)
    let agent = bench.agent(Self.first)
    bench.machine.disconnected(Self.first)
    bench.post(token, ttl: 0)
    bench.post(token, ttl: 600, topic: "news")
    bench.post(token, ttl: 600, topic: "news")
    bench.wait(seconds: 2)
    bench.hello(agent, on: Self.second)
    #expect(bench.ends == [.expired, .replaced, nil])
    #expect(bench.pushes(Self.second) == [bench.ledger.messages[2].id])
  }

  @Test func `a name that is not known gets another, and its endpoints are none`() {
    var bench = PushBench()
    bench.hello("f00", on: Self.first)
    #expect(bench.agent(Self.first) != "f00")
    #expect(bench.ledger.devices.map(\.id) == [bench.agent(Self.first)])
  }

  @Test func `one of ours that says no name gets the one that it had, another's does not`() {
    var bench = PushBench()
    _ = bench.subscribe(on: Self.first)
    let agent = bench.agent(Self.first)
    bench.restart()
    bench.say(#"{"messageType":"hello"}"#, on: Self.second)
    #expect(bench.agent(Self.second) == agent)
    bench.say(
      #"{"messageType":"hello"}"#, on: ConnectionID(3), peer: Self.stranger)
    #expect(bench.agent(ConnectionID(3)) != agent)
    #expect(bench.ledger.devices.count == 2)
  }

  @Test func `an unsubscription ends the endpoint and what waits, with its reason`() {
    var bench = PushBench()
    for (channel, code, reason) in [
      ("a", 200, PushSubscription.EndReason.unsubscribed), ("b", 201, .quotaExceeded),
      ("c", 202, .permissionRevoked),
    ] {
      let token = bench.subscribe(channel, on: Self.first)
      bench.post(token)
      bench.say(
        #"{"channelID":"\#(channel)","messageType":"unregister","code":\#(code)}"#,
        on: Self.first)
      #expect(
        bench.told(Self.first).last
          == #"{"messageType":"unregister","channelID":"\#(channel)","status":200}"#)
      #expect(bench.ledger.subscriptions.last?.end?.reason == reason)
      #expect(bench.post(token).status == 410)
    }
    #expect(bench.ends.prefix(3) == [.unsubscribed, nil, .unsubscribed])
  }

  @Test
  func `a subscription that is asked for again is the same, and no other may have its channel`() {
    var bench = PushBench()
    let token = bench.subscribe(on: Self.first)
    let again = bench.subscribe(on: Self.first)
    #expect(again == token)
    let key = Base64URL.encode([4] + [UInt8](repeating: 1, count: 64))
    bench.say(
      #"{"messageType":"register","channelID":"c","key":"\#(key)"}"#, on: Self.first)
    #expect(
      bench.told(Self.first).last == #"{"messageType":"register","channelID":"c","status":409}"#)
    #expect(bench.ledger.subscriptions.count == 1)
  }

  @Test func `what its handler does wrong is reported, in the name of that browser`() {
    var bench = PushBench()
    let token = bench.subscribe(on: Self.first)
    bench.post(token)
    let id = bench.ledger.messages[0].id
    bench.acknowledge(id, on: Self.first)
    bench.say(#"{"messageType":"nack","version":"\#(id)","code":302}"#, on: Self.first)
    #expect(
      bench.ledger.reports.last?.kind
        == .failed(.unhandledRejection, device: bench.agent(Self.first)))
  }

  @Test func `one acknowledges nothing that it was not told, and nothing of another's`() {
    var bench = PushBench()
    let token = bench.subscribe(on: Self.first)
    let agent = bench.agent(Self.first)
    bench.say(#"{"messageType":"hello"}"#, on: Self.second, peer: Self.stranger)
    bench.post(token)
    let id = bench.ledger.messages[0].id
    bench.acknowledge(id, on: Self.second)
    #expect(bench.ends == [nil])
    bench.machine.disconnected(Self.first)
    bench.hello(agent, on: ConnectionID(3))
    // The old connection has nothing to say any more.
    bench.acknowledge(id, on: Self.first)
    #expect(bench.ends == [nil])
    bench.acknowledge(id, on: ConnectionID(3))
    #expect(bench.ends == [.acknowledged])
  }

  @Test func `a code that is not known acknowledges all the same`() {
    var bench = PushBench()
    let token = bench.subscribe(on: Self.first)
    bench.post(token)
    bench.acknowledge(bench.ledger.messages[0].id, 199, on: Self.first)
    #expect(bench.ends == [.acknowledged])
    #expect(bench.ledger.reports.map(\.kind) == [.sent(attempt: 1)])
  }

  @Test
  func `a ping is answered, what Mozilla's service does beside is not, and hello comes first`() {
    var bench = PushBench()
    let isHeard = bench.say("{}", on: Self.first)
    #expect(!isHeard)
    _ = bench.subscribe(on: Self.first)
    let before = bench.told(Self.first).count
    bench.say("{}", on: Self.first)
    bench.say(#"{"messageType":"ping"}"#, on: Self.first)
    bench.say(
      #"{"messageType":"broadcast_subscribe","broadcasts":{"a":"0"}}"#, on: Self.first)
    #expect(bench.told(Self.first).dropFirst(before) == ["{}", "{}"])
    let isHeardTwice = bench.say(#"{"messageType":"hello"}"#, on: Self.first)
    #expect(!isHeardTwice)
  }

  @Test func `a second connection of one name takes the place of the first`() {
    var bench = PushBench()
    let token = bench.subscribe(on: Self.first)
    bench.hello(bench.agent(Self.first), on: Self.second)
    #expect(bench.closed == [Self.first])
    bench.machine.disconnected(Self.first)
    bench.post(token)
    #expect(bench.pushes(Self.second).count == 1)
    #expect(bench.machine.isConnected(PushBench.source))
    bench.machine.disconnected(Self.second)
    #expect(!bench.machine.isConnected(PushBench.source))
  }

  @Test(arguments: [
    "", "[]", "{", #"{"messageType":"register"}"#, #"{"messageType":"register","channelID":""}"#,
    #"{"messageType":"register","channelID":"c","key":"AAAA"}"#,
    #"{"messageType":"register","channelID":"c","key":7}"#, #"{"messageType":"ack"}"#,
    #"{"messageType":"nack","code":302}"#, #"{"messageType":"unregister","channelID":7}"#,
  ])
  func `what can't be meant is no message`(_ text: String) {
    #expect(FirefoxMessage(Array(text.utf8)) == nil)
  }
}
