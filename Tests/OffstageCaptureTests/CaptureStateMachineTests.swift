import CDP
import JSON
import OffstageCapture
import OffstageCore
import Testing

/// The capture recipe, as a transcript of messages in and actions out.
@Suite struct CaptureStateMachineTests {
  /// Feeds a machine with messages and writes down what it does.
  struct Desk {
    var machine: CaptureStateMachine
    var sequence: UInt64 = 0
    static let now = Timestamp(micros: 1_795_356_129_000_000)

    init(recordsOthers: Bool = true) {
      machine = CaptureStateMachine(recordsOthers: recordsOthers)
    }

    mutating func start(context: String? = "main") -> [String] {
      machine.start(defaultContextId: context).map(Self.describe)
    }

    mutating func event(_ event: ProtocolEvent, session: String? = nil) -> [String] {
      receive(.event(event), session: session)
    }

    mutating func reply(_ ticket: UInt64, _ json: String) -> [String] {
      receive(.reply(ticket: ticket, .success(RawJSON(unchecked: Array(json.utf8)))), session: nil)
    }

    mutating func failure(_ ticket: UInt64) -> [String] {
      receive(.reply(ticket: ticket, .failure(CDPError(.remote(code: -32601), "no"))), session: nil)
    }

    private mutating func receive(
      _ content: InboundMessage.Content, session: String?
    ) -> [String] {
      sequence += 1
      var actions: [CaptureStateMachine.Action] = []
      machine.receive(
        InboundMessage(
          sequence: sequence, session: session.map(SessionID.init(rawValue:)), content: content),
        at: Self.now, into: &actions)
      return actions.map(Self.describe)
    }

    /// The ticket of the command that was described as `text#ticket`.
    static func ticket(_ text: String) -> UInt64 {
      UInt64(text.split(separator: "#").last ?? "") ?? 0
    }

    static func describe(_ action: CaptureStateMachine.Action) -> String {
      switch action {
      case .post(let command, _, let ticket): "\(command)#\(ticket.rawValue)"
      case .open(let number): "open \(number.rawValue)"
      case .signal(let number, let signal): "\(number.rawValue): \(signal)"
      case .ignored(let contextId): "ignored \(contextId)"
      case .unreadable: "unreadable"
      case .failed(let number, _): "failed \(number.rawValue)"
      }
    }
  }

  private func page(_ id: String, in context: String) -> ProtocolEvent {
    .targetCreated(
      Target.TargetCreated(
        targetInfo: Target.TargetInfo(
          targetId: Target.TargetID(rawValue: id), type: "page", title: "", url: "https://a/",
          attached: false, canAccessOpener: false,
          browserContextId: Browser.BrowserContextID(rawValue: context))))
  }

  private func destroyed(_ id: String) -> ProtocolEvent {
    .targetDestroyed(Target.TargetDestroyed(targetId: Target.TargetID(rawValue: id)))
  }

  private func detached(_ session: String) -> ProtocolEvent {
    .targetDetachedFromTarget(
      Target.DetachedFromTarget(sessionId: SessionID(rawValue: session)))
  }

  /// Makes the hidden target of the context whose creation was asked for, and attaches to it.
  private func attach(_ desk: inout Desk, _ create: String, as name: String) -> [String] {
    let attach = desk.reply(Desk.ticket(create), #"{"targetId":"hidden-\#(name)"}"#)
    return desk.reply(Desk.ticket(attach[0]), #"{"sessionId":"session-\#(name)"}"#)
  }

  @Test func `the default context gets one hidden target and one session`() {
    var desk = Desk()
    let start = desk.start()
    #expect(start[0].hasPrefix("discoverTargets"))
    #expect(start[1].hasPrefix("createHiddenTarget"))
    let actions = attach(&desk, start[1], as: "main")
    #expect(actions[0] == "open 1")
    #expect(actions[1].hasPrefix("enableServiceWorker"))
    #expect(desk.machine.contexts.count == 1)
  }

  @Test func `pages of the default context open no other`() {
    var desk = Desk()
    _ = attach(&desk, desk.start()[1], as: "main")
    #expect(desk.event(page("p1", in: "main")) == [])
  }

  @Test func `another context gets a target of its own, closed with its last page`() throws {
    var desk = Desk()
    _ = attach(&desk, desk.start()[1], as: "main")
    let create = desk.event(page("p1", in: "private"))
    try #require(create.count == 1)
    #expect(create[0].contains("private"))
    #expect(attach(&desk, create[0], as: "private")[0] == "open 2")
    #expect(desk.event(page("p2", in: "private")) == [])
    #expect(desk.event(destroyed("p1")) == [])
    let close = desk.event(destroyed("p2"))
    #expect(close.count == 1 && close[0].contains("hidden-private"))
    let end = desk.event(detached("session-private"))
    #expect(end.count == 1 && end[0].contains("closed"))
    #expect(desk.machine.contexts.count == 1)
  }

  @Test func `other contexts are left alone, and that is said once, unless asked for`() {
    var desk = Desk(recordsOthers: false)
    _ = attach(&desk, desk.start()[1], as: "main")
    #expect(desk.event(page("p1", in: "private")) == ["ignored private"])
    #expect(desk.event(page("p2", in: "private")) == [])
  }

  @Test func `a browser that does not name its default context shows it by our target`() {
    var desk = Desk()
    let start = desk.start(context: nil)
    let attach = desk.reply(Desk.ticket(start[1]), #"{"targetId":"hidden-main"}"#)
    #expect(desk.event(page("hidden-main", in: "main")) == [])
    _ = desk.reply(Desk.ticket(attach[0]), #"{"sessionId":"session-main"}"#)
    #expect(desk.event(page("p1", in: "main")) == [])
    #expect(desk.machine.contexts.count == 1)
  }

  @Test func `a hidden target that somebody closed is made anew`() throws {
    var desk = Desk()
    _ = attach(&desk, desk.start()[1], as: "main")
    let actions = desk.event(detached("session-main"))
    try #require(actions.count == 2)
    #expect(actions[0].contains("ended(OffstageCapture") || actions[0].contains("left"))
    #expect(actions[1].hasPrefix("createHiddenTarget"))
    #expect(attach(&desk, actions[1], as: "again")[0] == "open 2")
  }

  @Test func `where no target can be made, a page serves`() throws {
    var desk = Desk()
    let start = desk.start()
    #expect(desk.event(page("p1", in: "main")) == [])
    let actions = desk.failure(Desk.ticket(start[1]))
    try #require(actions.count == 1)
    #expect(actions[0].contains("attach") && actions[0].contains("p1"))
  }

  @Test func `without a target and a page the context has failed`() {
    var desk = Desk()
    let start = desk.start()
    #expect(desk.failure(Desk.ticket(start[1])) == ["failed 1"])
  }

  @Test func `the reply to startObserving is the end of that service's history`() throws {
    var desk = Desk()
    let actions = attach(&desk, desk.start()[1], as: "main")
    try #require(actions.count == 2)
    let number = try #require(desk.machine.contexts.keys.first)
    let ticket = Ticket(number, .startObserving(.pushMessaging)).rawValue
    let signals = desk.reply(ticket, "{}")
    #expect(signals.count == 1)
    #expect(signals[0].contains("replayEnded") && signals[0].contains("pushMessaging"))
    let refused = desk.failure(ticket)
    #expect(refused[0].contains("observationFailed"))
  }

  @Test func `an event that can't be read is told, not dropped in silence`() {
    var desk = Desk()
    _ = attach(&desk, desk.start()[1], as: "main")
    let nonsense = ProtocolEvent.undecodable(
      method: "BackgroundService.backgroundServiceEventReceived",
      params: RawJSON.emptyObject, error: JSONError(reason: .missingMember, offset: 0))
    #expect(desk.event(nonsense, session: "session-main") == ["unreadable"])
  }
}
