import OffstageCore
import OffstageTesting
import Testing

@testable import OffstagePush

/// Faults that somebody asks for.
@Suite struct FaultTests {
  private static let first = ConnectionID(1)

  private func bench(_ faults: String...) throws -> (PushBench, String) {
    var bench = PushBench()
    let token = bench.register()
    bench.login(Self.first)
    let orders = try faults.enumerated().map { index, text in
      let wish = try FaultWish(parsing: text)
      return PushOrder(id: Int64(index + 1), .inject(wish.fault), times: wish.times)
    }
    bench.perform(bench.machine.take(orders, at: bench.now))
    return (bench, token)
  }

  @Test func `an answer that is asked for has its headers, says so, and comes as often as asked`()
    throws
  {
    var (bench, token) = try bench("429:retry-after=5:times=2")
    for _ in 0..<2 {
      let answer = bench.post(token)
      #expect(answer.status == 429)
      #expect(answer.headers.value(of: "Retry-After") == "5")
      #expect(String(decoding: answer.body, as: UTF8.self).contains(#""code":"injected""#))
    }
    #expect(bench.post(token).status == 201)
    #expect(bench.ledger.messages.map(\.status) == [429, 429, 201])
    #expect(bench.ledger.messages.map { $0.injected != nil } == [true, true, false])
    #expect(bench.messages(of: Self.first).count == 1)
    #expect(bench.ledger.orders == [.orderTaken(1), .orderMet(1), .orderMet(1)])
  }

  @Test func `a push with which something is wrong is refused for that, and meets no fault`() throws
  {
    var (bench, token) = try bench("500:times=1")
    let wrong = PushPost(token: token, authority: "127.0.0.1:7789", headers: [], body: [])
    #expect(bench.post(wrong).status == 400)
    #expect(bench.post("nobody").status == 404)
    #expect(bench.post(token).status == 500)
  }

  @Test func `a push that is dropped is taken and never sent, also after a restart`() throws {
    var (bench, token) = try bench("drop:times=1")
    #expect(bench.post(token).status == 201)
    #expect(bench.ends == [.dropped])
    bench.restart()
    bench.login(Self.first)
    #expect(bench.messages(of: Self.first) == [])
  }

  @Test func `a delayed push comes when its time is over, also after a restart`() throws {
    var (bench, token) = try bench("delay=30s:times=1")
    bench.post(token, ttl: 600)
    #expect(bench.messages(of: Self.first) == [])
    bench.wait(seconds: 29)
    #expect(bench.machine.nextDeadline == bench.now + .seconds(1))
    bench.restart()
    bench.login(Self.first)
    #expect(bench.messages(of: Self.first) == [])
    bench.wait(seconds: 1)
    #expect(bench.messages(of: Self.first) == bench.ledger.messages.map(\.id))
  }

  @Test func `a delay that is longer than the TTL ends the push`() throws {
    var (bench, token) = try bench("delay=30s")
    bench.post(token, ttl: 10)
    bench.wait(seconds: 11)
    bench.wait(seconds: 30)
    #expect(bench.ends == [.expired])
    #expect(bench.messages(of: Self.first) == [])
  }

  @Test func `a push that is doubled comes twice, as two messages`() throws {
    var (bench, token) = try bench("duplicate:times=1")
    bench.post(token, topic: "news", body: "sealed")
    #expect(bench.messages(of: Self.first).count == 2)
    #expect(Set(bench.messages(of: Self.first)).count == 2)
    #expect(bench.ledger.messages.map(\.injected) == [.duplicate, .copy])
    #expect(bench.frames(of: Self.first).suffix(2).map { $0.text(21) } == ["sealed", "sealed"])
  }

  @Test func `a push lets the next one go first, or waits a while for it`() throws {
    var (bench, token) = try bench("reorder:times=1")
    bench.post(token, body: "one")
    #expect(bench.messages(of: Self.first) == [])
    bench.post(token, body: "two")
    #expect(bench.frames(of: Self.first).suffix(2).map { $0.text(21) } == ["two", "one"])
    var (alone, other) = try self.bench("reorder:times=1")
    alone.post(other, body: "one")
    alone.wait(seconds: 10)
    #expect(alone.messages(of: Self.first).count == 1)
  }

  @Test func `every other push lets the next one go first, also to a browser that is away`() throws
  {
    var (bench, token) = try bench("reorder")
    for body in ["one", "two", "three", "four"] { bench.post(token, body: body) }
    #expect(
      bench.frames(of: Self.first).suffix(4).map { $0.text(21) } == ["two", "one", "four", "three"])
    bench.machine.disconnected(Self.first)
    for body in ["five", "six"] { bench.post(token, body: body) }
    let again = ConnectionID(9)
    bench.login(again, received: bench.messages(of: Self.first))
    #expect(bench.frames(of: again).suffix(2).map { $0.text(21) } == ["six", "five"])
  }

  @Test func `a push that is refused anyway uses up no fault`() throws {
    var (bench, token) = try bench("500:times=1")
    bench.machine.disconnected(Self.first)
    bench.perform(bench.machine.take([], at: bench.now))
    for _ in 0..<MessageQueue.limit { bench.post(token, ttl: 600) }
    let order = PushOrder(id: 2, .inject(.respond(500, headers: [])), times: 1, isTaken: true)
    bench.perform(bench.machine.take([order], at: bench.now))
    #expect(bench.post(token, ttl: 600).status == 429)
    bench.wait(seconds: 601)
    #expect(bench.post(token, ttl: 600).status == 500)
  }

  @Test func `a fault of one subscription is met by no other, and ends when it is taken back`()
    throws
  {
    var bench = PushBench()
    let token = bench.register()
    var other = PushBench.app
    other.subtype = "wp:http://localhost:8000/#B-V2"
    let second = bench.register(other)
    let order = PushOrder(
      id: 1, .inject(.respond(503, headers: [])), subscription: second, isTaken: true)
    bench.perform(bench.machine.take([order], at: bench.now))
    #expect(bench.post(token).status == 201)
    #expect(bench.post(second).status == 503)
    bench.perform(bench.machine.take([], at: bench.now))
    #expect(bench.post(second).status == 201)
    #expect(bench.ledger.orders == [.orderMet(1)])
  }

  @Test func `what the store has not heard of yet is not done again`() throws {
    var (bench, token) = try bench("500:times=1")
    #expect(bench.post(token).status == 500)
    let late = PushOrder(id: 1, .inject(.respond(500, headers: [])), times: 1, isTaken: true)
    bench.perform(bench.machine.take([late], at: bench.now))
    #expect(bench.post(token).status == 201)
  }

  @Test func `a subscription that expires gets 410, and what waits for it is lost`() throws {
    var bench = PushBench()
    let token = bench.register()
    bench.post(token)
    bench.perform(
      bench.machine.take([PushOrder(id: 7, .expire, subscription: token)], at: bench.now))
    #expect(bench.ends == [.unsubscribed])
    let answer = bench.post(token)
    #expect(answer.status == 410)
    #expect(String(decoding: answer.body, as: UTF8.self).contains("push expire"))
    #expect(bench.ledger.orders == [.orderDone(7)])
    // The browser may still say that it goes.
    bench.unregister()
    #expect(bench.ledger.subscriptions.first?.end?.reason == .expired)
  }

  @Test(arguments: [
    "429", "429:retry-after=5", "503:retry-after=Fri, 1 Jan 2027 00.00.00 GMT:x-a=", "drop",
    "delay=5s", "delay=90s", "delay=1500ms", "duplicate", "reorder", "copy",
  ])
  func `a fault is read as it is written`(_ text: String) throws {
    #expect(try InjectedFault(parsing: text).text == text)
  }

  @Test(arguments: [
    "", "200", "399", "600", "rot", "429:retry-after", "429:=5", "429:a b=c", "429:x=\u{7}",
    "429:x=a\r\nSet-Cookie: b", "429:Content-Length=0", "429:transfer-encoding=chunked", "delay",
    "delay=", "delay=soon", "drop:x=y", "drop=1", "429:times=0", "429:times=-1", "429:times=x",
    "times=3", "copy", "expire", "99999999999999999999", "delay=99999999999999w",
  ])
  func `what is no fault is refused, with what to write`(_ text: String) {
    #expect(throws: UsageError.self) { try FaultWish(parsing: text) }
    do {
      _ = try FaultWish(parsing: text)
    } catch {
      #expect(error.hint != nil)
    }
  }
}
