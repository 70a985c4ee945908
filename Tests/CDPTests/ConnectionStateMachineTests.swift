import JSON
import Testing

@testable import CDP

@Suite struct ConnectionStateMachineTests {
  private let start = ContinuousClock.now
  private let session = SessionID(rawValue: "S1")

  private func call(_ method: String, session: SessionID? = nil, after seconds: Int = 30)
    -> ConnectionStateMachine.Pending
  {
    .init(method: method, kind: .call(deadline: start + .seconds(seconds)), session: session)
  }

  private func post(_ method: String, _ ticket: UInt64, session: SessionID? = nil)
    -> ConnectionStateMachine.Pending
  {
    .init(method: method, kind: .posted(ticket: ticket), session: session)
  }

  private func result(_ id: Int, _ text: String = "{}") -> ScannedReply {
    ScannedReply(id: id, outcome: .result(RawJSON(unchecked: Array(text.utf8))))
  }

  /// One line for each thing that happens.
  private func tell(_ action: ConnectionStateMachine.ReplyAction) -> String {
    switch action {
    case .resume(let id, let outcome): "resume \(id) \(tell(outcome))"
    case .deliver(let ticket, let outcome): "deliver \(ticket) \(tell(outcome))"
    case .drop: "drop"
    }
  }

  private func tell(_ outcome: Result<RawJSON, CDPError>) -> String {
    switch outcome {
    case .success(let json): "\(json)"
    case .failure(let error): "\(error.code): \(error.context)"
    }
  }

  @Test func `replies find their calls in any order`() {
    var machine = ConnectionStateMachine()
    #expect(machine.register(call("A.one")) == .send(id: 1))
    #expect(machine.register(call("A.two")) == .send(id: 2))
    #expect(machine.register(post("A.three", 77)) == .send(id: 3))
    #expect(tell(machine.receive(result(3, #"{"x":1}"#))) == #"deliver 77 {"x":1}"#)
    #expect(tell(machine.receive(result(2))) == "resume 2 {}")
    #expect(tell(machine.receive(result(1))) == "resume 1 {}")
    #expect(machine.pendingCount == 0)
  }

  @Test func `a reply to nothing is dropped`() {
    var machine = ConnectionStateMachine()
    #expect(tell(machine.receive(result(1))) == "drop")
    _ = machine.register(call("A.one"))
    #expect(tell(machine.receive(result(1))) == "resume 1 {}")
    #expect(tell(machine.receive(result(1))) == "drop")
    #expect(tell(machine.receive(result(-5))) == "drop")
  }

  @Test func `ids are never used again`() {
    var machine = ConnectionStateMachine()
    for expected in 1...100 {
      #expect(machine.register(call("A.one")) == .send(id: expected))
      _ = machine.receive(result(expected))
    }
  }

  @Test func `a remote error names the command`() {
    var machine = ConnectionStateMachine()
    _ = machine.register(call("Target.createTarget"))
    let error = RemoteError(code: -32602, message: "Invalid parameters", data: "url: missing")
    let action = machine.receive(ScannedReply(id: 1, outcome: .error(error)))
    guard case .resume(1, .failure(let failure)) = action else {
      Issue.record("\(action)")
      return
    }
    #expect(failure.code == .remote(code: -32602))
    #expect(failure.context.contains("Target.createTarget"))
    #expect(failure.context.contains("Invalid parameters"))
    #expect(failure.underlying == "url: missing")
  }

  @Test func `a reply after its deadline is dropped`() {
    var machine = ConnectionStateMachine()
    _ = machine.register(call("A.slow", after: 5))
    _ = machine.register(call("A.patient", after: 50))
    _ = machine.register(post("A.posted", 1))
    #expect(machine.expire(now: start + .seconds(4)) == [])
    let failures = machine.expire(now: start + .seconds(5))
    #expect(failures.map(\.id) == [1])
    #expect(failures.first?.error.code == .timedOut)
    #expect(failures.first?.error.context.contains("A.slow") == true)
    #expect(tell(machine.receive(result(1))) == "drop")
    #expect(machine.pendingCount == 2)
  }

  @Test func `a cancelled call is over once`() {
    var machine = ConnectionStateMachine()
    _ = machine.register(call("A.one"))
    #expect(machine.cancel(id: 1)?.error.code == .cancelled)
    #expect(machine.cancel(id: 1) == nil)
    #expect(tell(machine.receive(result(1))) == "drop")
  }

  @Test func `the end fails every call with the one cause and its own name`() {
    var machine = ConnectionStateMachine()
    _ = machine.register(call("A.one"))
    _ = machine.register(post("A.posted", 9))
    _ = machine.register(call("A.two", session: session))
    let cause = CDPError(.closed, "the browser closed its pipe")
    let failures = machine.end(cause)
    #expect(failures.map(\.id) == [1, 3])
    #expect(failures.map(\.error.code) == [.closed, .closed])
    #expect(
      failures.map(\.error.context) == [
        "A.one was not answered: the browser closed its pipe",
        "A.two was not answered: the browser closed its pipe",
      ])
    #expect(machine.end(CDPError(.timedOut, "later")) == [])
    #expect(machine.state == .closed(cause))
    #expect(machine.register(call("A.late")) == .fail(cause.ending("A.late")))
  }

  @Test func `while closing, replies come and no command goes`() {
    var machine = ConnectionStateMachine()
    _ = machine.register(call("A.one"))
    #expect(machine.beginClosing() == true)
    #expect(machine.beginClosing() == false)
    #expect(machine.register(call("A.two")) == .fail(CDPError.endedByUs.ending("A.two")))
    #expect(tell(machine.receive(result(1))) == "resume 1 {}")
  }

  @Test func `a session that ends fails what was asked on it and nothing else`() {
    var machine = ConnectionStateMachine()
    _ = machine.register(call("A.here", session: session))
    _ = machine.register(call("A.elsewhere", session: SessionID(rawValue: "S2")))
    _ = machine.register(call("A.browser"))
    _ = machine.register(post("A.posted", 5, session: session))
    let (calls, posts) = machine.detach(session)
    #expect(calls.map(\.id) == [1])
    #expect(calls.first?.error.code == .detached)
    #expect(posts.map(\.ticket) == [5])
    #expect(machine.pendingCount == 2)
    #expect(tell(machine.receive(result(4))) == "drop")
  }

  @Test func `calls have a bound, posts do not`() {
    var machine = ConnectionStateMachine()
    for _ in 0..<ConnectionStateMachine.maximumPending { _ = machine.register(call("A.one")) }
    guard case .fail(let error) = machine.register(call("A.over")) else {
      Issue.record("was taken")
      return
    }
    #expect(error.code == .busy)
    guard case .send = machine.register(post("A.posted", 1)) else {
      Issue.record("was refused")
      return
    }
  }
}
