import JSON
import OffstageCore
import Testing

@testable import OffstagePush

@Suite struct PostTests {
  private static func post(
    _ token: String, _ headers: [String: String] = [:], body: [UInt8] = Array("sealed".utf8)
  ) -> PushPost {
    var all = ["TTL": "60", "Content-Encoding": "aes128gcm"]
    all.merge(headers) { $1 }
    return PushPost(
      token: token, authority: "127.0.0.1:7789",
      headers: all.filter { $0.value != "-" }.map { PushMessage.Header($0.key, $0.value) },
      body: body)
  }

  @Test func `a post is answered with the message's address and the TTL that it gets`() throws {
    var bench = PushBench()
    let token = bench.register()
    let answer = bench.post(Self.post(token, ["ttl": "5", "TTL": "-", "Urgency": "high"]))
    #expect(answer.status == 201)
    let message = try #require(bench.ledger.messages.first)
    #expect(message.ttl == 5)
    #expect(message.urgency == .high)
    #expect(answer.headers == [.init("Location", "/m/\(message.id)"), .init("TTL", "5")])
    // Four weeks at most.
    #expect(
      bench.post(Self.post(token, ["TTL": "99999999"])).headers.last == .init("TTL", "2419200"))
  }

  @Test(
    arguments: [
      (["TTL": "-"], 400, "ttl-missing"), (["TTL": "soon"], 400, "ttl-malformed"),
      (["TTL": "-5"], 400, "ttl-malformed"), (["TTL": "+5"], 400, "ttl-malformed"),
      (["Urgency": "urgent"], 400, "urgency-unknown"),
      (["Topic": "with a space"], 400, "topic-malformed"),
      (["Topic": String(repeating: "a", count: 33)], 400, "topic-malformed"),
      (["Content-Encoding": "-"], 400, "encoding-missing"),
      (["Content-Encoding": "gzip"], 415, "encoding-unknown"),
    ] as [([String: String], Int, String)])
  func `what is wrong with a post is said by a code and a sentence`(
    _ headers: [String: String], _ status: Int, _ code: String
  ) throws {
    var bench = PushBench()
    let token = bench.register()
    let answer = bench.post(Self.post(token, headers))
    #expect(answer.status == status)
    let problem = try JSONObject(parsing: answer.body)
    #expect(problem["code"]?.description == "\"\(code)\"")
    #expect(problem["detail"] != nil)
    #expect(problem["hint"] != nil)
    // It is kept, with its reason, and waits for nobody.
    #expect(bench.ledger.messages.map(\.refusal?.code) == [code])
    #expect(bench.ledger.state.waiting == [])
  }

  @Test func `more than 4096 bytes are refused, and 4096 are not`() {
    var bench = PushBench()
    let token = bench.register()
    #expect(bench.post(Self.post(token, body: .init(repeating: 1, count: 4096))).status == 201)
    #expect(bench.post(Self.post(token, body: .init(repeating: 1, count: 4097))).status == 413)
  }

  @Test func `a subscription that never was is not found, one that ended is gone`() {
    var bench = PushBench()
    let token = bench.register()
    #expect(bench.post(Self.post("never")).status == 404)
    let answer = bench.unregister()
    #expect(answer.body.starts(with: Array("token=".utf8)))
    #expect(bench.post(Self.post(token)).status == 410)
    bench.restart()
    #expect(bench.post(Self.post(token)).status == 410)
    // A new one of the same page is another one.
    #expect(bench.register() != token)
  }

  @Test func `messages of a subscription that ends are not delivered`() {
    var bench = PushBench()
    let token = bench.register()
    bench.post(token)
    bench.unregister()
    bench.login(ConnectionID(1))
    #expect(bench.messages(of: ConnectionID(1)) == [])
    #expect(bench.ends == [.unsubscribed])
  }

  @Test func `registering again gives the same subscription`() {
    var bench = PushBench()
    let token = bench.register()
    #expect(bench.register() == token)
    bench.restart()
    #expect(bench.register() == token)
  }

  @Test func `a browser for which too much waits gets no more`() {
    var bench = PushBench()
    let token = bench.register()
    bench.post(token, topic: "news")
    for _ in 1..<MessageQueue.limit { bench.post(token) }
    #expect(bench.post(token).status == 429)
    // What takes another's place needs no room.
    #expect(bench.post(token, topic: "news").status == 201)
    #expect(bench.post(token, topic: "else").status == 429)
  }

  @Test func `a page that posts at random pushes nothing out of what is kept`() {
    var bench = PushBench()
    #expect(bench.post(Self.post("never", ["Origin": "http://a"])).status == 404)
    #expect(bench.ledger.messages == [])
    #expect(bench.post(Self.post("never")).status == 404)
    #expect(bench.ledger.messages.count == 1)
  }

  @Test func `a browser that only checks in leaves nothing, and says another's name in vain`() {
    var bench = PushBench()
    #expect(bench.machine.checkin(Checkin()).status == 200)
    #expect(bench.ledger.devices == [])
    _ = bench.register()
    #expect(bench.ledger.devices.count == 1)
    #expect(bench.machine.checkin(Checkin(device: 1, securityToken: 2)).status == 200)
    #expect(bench.machine.checkin(Checkin(device: 1, securityToken: 3)).status == 401)
  }

  @Test func `a waiting message can be taken back by its address, one on its way can't`() {
    var bench = PushBench()
    let token = bench.register()
    bench.post(token)
    let (answer, effects) = bench.machine.cancel(bench.ledger.messages[0].id, at: bench.now)
    bench.perform(effects)
    #expect(answer.status == 204)
    #expect(bench.ends == [.cancelled])
    bench.login(ConnectionID(1))
    bench.post(token)
    #expect(bench.machine.cancel(bench.ledger.messages[1].id, at: bench.now).0.status == 404)
  }

  // MARK: Whom it comes from

  private static let key = VAPIDKey()

  private static func keyed(_ key: String) -> MCSRegistration {
    var registration = PushBench.app
    registration.sender = key
    return registration
  }

  private static func signed(
    _ bench: PushBench, _ token: String, audience: String = "http://127.0.0.1:7789",
    lasting: Interval = .hours(1), by key: VAPIDKey = key
  ) -> PushPost {
    let credentials = VAPIDToken(
      audience: audience, expires: bench.now + lasting, subject: "mailto:a@b.example"
    ).signed(by: key)
    return post(token, ["Authorization": credentials.authorization])
  }

  @Test func `a subscription knows its page and the key of its application server`() throws {
    var bench = PushBench()
    _ = bench.register(Self.keyed(Self.key.applicationServerKey))
    let subscription = try #require(bench.ledger.subscriptions.first)
    #expect(subscription.origin == "http://localhost:8000")
    #expect(subscription.applicationServerKey == Self.key.applicationServerKey)
  }

  @Test func `a subscription with a key takes pushes that are signed with it, under either scheme`()
    throws
  {
    var bench = PushBench()
    let token = bench.register(Self.keyed(Self.key.applicationServerKey))
    for audience in ["http://127.0.0.1:7789", "https://127.0.0.1:7789"] {
      let post = Self.signed(bench, token, audience: audience)
      #expect(bench.post(post).status == 201)
    }
    // What lets others send is not kept.
    #expect(bench.ledger.messages.allSatisfy { $0.header("Authorization") == nil })
  }

  @Test func `a push that is not signed, or not rightly, is refused by what is wrong`() throws {
    var bench = PushBench()
    let token = bench.register(Self.keyed(Self.key.applicationServerKey))
    let codes = [
      bench.post(Self.post(token)),
      bench.post(Self.signed(bench, token, audience: "https://fcm.googleapis.com")),
      bench.post(Self.signed(bench, token, lasting: .seconds(-60))),
      bench.post(Self.signed(bench, token, lasting: .hours(25))),
      bench.post(Self.signed(bench, token, by: VAPIDKey())),
    ].map(\.status)
    #expect(codes == [401, 403, 403, 403, 403])
    #expect(
      bench.ledger.messages.map(\.refusal?.code) == [
        VAPIDFault.missing.code,
        VAPIDFault.audienceWrong(["https://fcm.googleapis.com"], expected: "").code,
        VAPIDFault.expired(.seconds(60)).code, VAPIDFault.expiresTooLate(.hours(25)).code,
        VAPIDFault.keyOfAnother.code,
      ])
  }

  @Test func `our own key is taken for any subscription, if what it signs is right`() {
    let own = VAPIDKey()
    var bench = PushBench(ownKey: own.publicKey)
    let token = bench.register(Self.keyed(Self.key.applicationServerKey))
    #expect(bench.post(Self.signed(bench, token, by: own)).status == 201)
    #expect(bench.post(Self.signed(bench, token)).status == 201)
    #expect(bench.post(Self.signed(bench, token, lasting: .seconds(-60), by: own)).status == 403)
    #expect(bench.post(Self.signed(bench, token, by: VAPIDKey())).status == 403)
    // Its key is no secret, what is signed with it is.
    let others = VAPIDToken(
      audience: "http://127.0.0.1:7789", expires: bench.now + .hours(1),
      subject: "mailto:a@b.example"
    ).signed(by: VAPIDKey())
    let forged = "vapid t=\(others.token), k=\(own.applicationServerKey)"
    #expect(bench.post(Self.post(token, ["Authorization": forged])).status == 403)
  }
}
