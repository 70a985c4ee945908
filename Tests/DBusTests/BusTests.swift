@testable import DBus
import Testing

@Suite struct BusTests {
  @Test(
    arguments: [
      // libdbus, GDBus, sd-bus, and one that only knows ANONYMOUS.
      [
        ("\0AUTH EXTERNAL 31303030\r\n", "OK"), ("NEGOTIATE_UNIX_FD\r\n", "ERROR"),
        ("BEGIN\r\n", ""),
      ],
      [
        ("\0", ""), ("AUTH\r\n", "REJECTED EXTERNAL ANONYMOUS"), ("AUTH EXTERNAL\r\n", "DATA"),
        ("DATA\r\n", "OK"), ("BEGIN\r\n", ""),
      ],
      [("\0AUTH EXTERNAL\r\nDATA\r\nNEGOTIATE_UNIX_FD\r\nBEGIN\r\n", "DATA OK ERROR")],
      [
        ("\0AUTH KERBEROS\r\n", "REJECTED EXTERNAL ANONYMOUS"), ("AUTH ANONYMOUS\r\n", "OK"),
        ("BEGIN\r\n", ""),
      ],
      [
        ("\0AUTH EXTERNAL 3\r\n", "REJECTED EXTERNAL ANONYMOUS"), ("NOT KNOWN\r\n", "ERROR"),
        ("AUTH EXTERNAL 31303030\r\n", "OK"), ("BEGIN\r\n", ""),
      ],
    ])
  func `the handshakes of all clients end well`(_ lines: [(String, String)]) throws {
    var desk = BusDesk()
    desk.connect(1)
    for (line, answer) in lines {
      let given = desk.handshake(1, line)
      #expect(given == answer, "after \(line)")
    }
    #expect(desk.call(1, "Hello").body == [.string(":1.1")])
  }

  @Test(
    arguments: [
      "x", "\0BEGIN\r\n", "\0AUTH EXTERNAL\n", "\0NEGOTIATE_UNIX_FD\r\nBEGIN\r\n",
      "\0AUTH EXTERNAL 30\r\nBEGIN\r\n", "\0" + String(repeating: "A", count: 5000),
      "\0" + String(repeating: "AUTH\r\n", count: 20),
    ])
  func `who begins otherwise is let go`(_ text: String) {
    var desk = BusDesk()
    desk.connect(1)
    #expect(desk.bus.receive(Array(text.utf8), from: BusClientID(1)).last == .close(BusClientID(1)))
  }

  @Test func `after bytes that are no message the connection ends`() {
    var desk = BusDesk(greeted: 1)
    let actions = desk.bus.receive(Array(repeating: 0x41, count: 16), from: BusClientID(1))
    #expect(actions == [.close(BusClientID(1))])
  }

  @Test func `the first call is Hello, and it is said once`() {
    var desk = BusDesk()
    desk.connect(1)
    _ = desk.handshake(1, "\0AUTH ANONYMOUS\r\nBEGIN\r\n")
    #expect(desk.call(1, "ListNames").errorName == "org.freedesktop.DBus.Error.AccessDenied")
    #expect(desk.call(1, "Hello").body == [.string(":1.1")])
    #expect(desk.call(1, "Hello").errorName == "org.freedesktop.DBus.Error.AccessDenied")
  }

  @Test func `names are had, asked for and given back`() {
    var desk = BusDesk(greeted: 1, 2)
    let name = WireValue.string("org.mpris.MediaPlayer2.chromium")
    #expect(desk.call(1, "RequestName", [name, .uint32(4)]).body == [.uint32(1)])
    #expect(desk.call(1, "RequestName", [name, .uint32(4)]).body == [.uint32(4)])
    #expect(desk.call(2, "RequestName", [name, .uint32(4)]).body == [.uint32(3)])
    #expect(desk.call(2, "NameHasOwner", [name]).body == [.boolean(true)])
    #expect(desk.call(2, "GetNameOwner", [name]).body == [.string(":1.1")])
    #expect(desk.call(2, "ReleaseName", [name]).body == [.uint32(3)])
    #expect(desk.call(1, "ReleaseName", [name]).body == [.uint32(1)])
    #expect(desk.call(1, "ReleaseName", [name]).body == [.uint32(2)])
    #expect(desk.call(2, "GetNameOwner", [name]).errorName?.hasSuffix("NameHasNoOwner") == true)
    for wrong in ["", ":1.9", "org", "org.freedesktop.DBus"] {
      let reply = desk.call(1, "RequestName", [.string(wrong), .uint32(0)])
      #expect(reply.errorName?.hasSuffix("InvalidArgs") == true, "\(wrong)")
    }
  }

  @Test func `the service is there, and can be started`() {
    var desk = BusDesk(greeted: 1)
    let name = WireValue.string("org.freedesktop.Notifications")
    #expect(desk.call(1, "NameHasOwner", [name]).body == [.boolean(true)])
    #expect(desk.call(1, "GetNameOwner", [name]).body == [.string(":1.0")])
    #expect(desk.call(1, "StartServiceByName", [name, .uint32(0)]).body == [.uint32(2)])
    #expect(desk.call(1, "ListActivatableNames").body.first?.strings?.last == name.string)
    let other = desk.call(1, "StartServiceByName", [.string("org.a11y.Bus"), .uint32(0)])
    #expect(other.errorName?.hasSuffix("ServiceUnknown") == true)
  }

  @Test func `what is not here is answered by an error, and asked for no reply by none`() {
    var desk = BusDesk(greeted: 1)
    let elsewhere = Message(
      .call, serial: 8, path: "/", interface: "org.freedesktop.secrets", member: "Open",
      destination: "org.freedesktop.secrets")
    #expect(desk.replies(1, elsewhere).first?.errorName?.hasSuffix("ServiceUnknown") == true)
    var quiet = elsewhere
    quiet.wantsNoReply = true
    #expect(desk.replies(1, quiet).isEmpty)
    #expect(desk.call(1, "BecomeMonitor").errorName?.hasSuffix("UnknownMethod") == true)
    let signal = Message(.signal, serial: 9, path: "/", interface: "a.b", member: "C")
    #expect(desk.replies(1, signal).isEmpty)
  }

  @Test func `signals go to those that want them`() throws {
    var desk = BusDesk(greeted: 1, 2, 3)
    let rules = [
      1: "type='signal',sender='org.freedesktop.Notifications',"
        + "interface='org.freedesktop.Notifications',member='ActionInvoked'",
      2: "type='signal',member='NotificationClosed'",
      3: "type='signal',sender='org.freedesktop.DBus',member='NameOwnerChanged',arg0='a.b'",
    ]
    for (client, rule) in rules { _ = desk.call(client, "AddMatch", [.string(rule)]) }
    func takers(_ actions: [Bus.Action]) -> [Int] {
      actions.compactMap { if case .send(_, let id) = $0 { id.number } else { nil } }
    }
    let emitted = desk.bus.emit(
      path: "/org/freedesktop/Notifications", interface: "org.freedesktop.Notifications",
      member: "ActionInvoked", body: [.uint32(1), .string("default")])
    #expect(takers(emitted) == [1])
    guard case .send(let bytes, _)? = emitted.first else { return }
    #expect(try Message(bytes: bytes).sender == ":1.0")
    let asked = desk.messages(2, "RequestName", [.string("a.b"), .uint32(0)])
    #expect(asked.filter { $0.1.member == "NameOwnerChanged" }.map(\.0) == [3])
    #expect(desk.bus.disconnected(BusClientID(2)).count == 1)
    _ = desk.call(1, "RemoveMatch", [.string(rules[1]!)])
    #expect(
      desk.bus.emit(
        path: "/", interface: "org.freedesktop.Notifications", member: "ActionInvoked", body: []
      ).isEmpty)
    #expect(
      desk.call(1, "RemoveMatch", [.string(rules[1]!)]).errorName?.hasSuffix("NotFound") == true)
  }

  @Test(
    arguments: [
      ("type='signal'", true), ("member=A", true), ("arg0='x y',member='A'", false),
      ("path='/other'", false), ("arg0=don\\'t", true), ("arg0='don'\\''t'", true),
      ("path_namespace='/x',eavesdrop='true',arg2path='/'", true), ("", true),
    ])
  func `a rule takes what it says`(_ text: String, _ isTaken: Bool) throws {
    let rule = try #require(MatchRule(parsing: text))
    let signal = Message(
      .signal, serial: 1, path: "/a", interface: "a.b", member: "A", body: [.string("don't")])
    #expect(rule.takes(signal, from: [":1.0"]) == isTaken)
  }

  @Test(arguments: ["type", "kind='signal'", "member='A", String(repeating: "a", count: 2000)])
  func `what is no rule is refused`(_ text: String) {
    var desk = BusDesk(greeted: 1)
    let reply = desk.call(1, "AddMatch", [.string(text)])
    #expect(reply.errorName?.hasSuffix("MatchRuleInvalid") == true)
  }

  @Test func `there is an end to clients, rules and names`() {
    var desk = BusDesk(greeted: 1)
    let taken = (2...Bus.mostClients + 5).filter { desk.bus.connected(BusClientID($0)) }
    #expect(taken == Array(2...Bus.mostClients))
    for _ in 0..<Bus.mostRules { _ = desk.call(1, "AddMatch", [.string("type='signal'")]) }
    let rule = desk.call(1, "AddMatch", [.string("type='signal'")])
    #expect(rule.errorName?.hasSuffix("LimitsExceeded") == true)
    for number in 0..<Bus.mostNames {
      _ = desk.call(1, "RequestName", [.string("a.b\(number)"), .uint32(0)])
    }
    let name = desk.call(1, "RequestName", [.string("a.c"), .uint32(0)])
    #expect(name.errorName?.hasSuffix("LimitsExceeded") == true)
  }
}

/// A bus, and clients that say something to it.
struct BusDesk {
  var bus = Bus(
    serviceName: NotificationServer.name, user: 1000, guid: String(repeating: "a", count: 32))

  init() {}

  init(greeted clients: Int...) {
    for client in clients {
      connect(client)
      _ = handshake(client, "\0AUTH ANONYMOUS\r\nBEGIN\r\n")
      _ = call(client, "Hello")
    }
  }

  mutating func connect(_ client: Int) { _ = bus.connected(BusClientID(client)) }

  /// The first words of the answers.
  mutating func handshake(_ client: Int, _ text: String) -> String {
    var words = ""
    for case .send(let bytes, _) in bus.receive(Array(text.utf8), from: BusClientID(client)) {
      words += String(decoding: bytes, as: UTF8.self)
    }
    return words.split(separator: "\r\n").map { line in
      line.hasPrefix("REJECTED") ? String(line) : String(line.prefix { $0 != " " })
    }.joined(separator: " ")
  }

  mutating func call(_ client: Int, _ member: String, _ body: [WireValue] = []) -> Message {
    messages(client, member, body).first {
      $0.0 == client && ($0.1.kind == .reply || $0.1.kind == .error)
    }?.1 ?? Message(.error, serial: 1, errorName: "no.reply")
  }

  mutating func messages(
    _ client: Int, _ member: String, _ body: [WireValue] = []
  ) -> [(Int, Message)] {
    let call = Message(
      .call, serial: 77, path: "/org/freedesktop/DBus", interface: "org.freedesktop.DBus",
      member: member, destination: "org.freedesktop.DBus", body: body)
    return sent(bus.receive(call.bytes, from: BusClientID(client)))
  }

  mutating func replies(_ client: Int, _ message: Message) -> [Message] {
    sent(bus.receive(message.bytes, from: BusClientID(client))).map(\.1)
  }

  private func sent(_ actions: [Bus.Action]) -> [(Int, Message)] {
    actions.compactMap { action in
      guard case .send(let bytes, let client) = action, let message = try? Message(bytes: bytes)
      else { return nil }
      return (client.number, message)
    }
  }
}
