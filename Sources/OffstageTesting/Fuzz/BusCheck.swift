import DBus

/// What must hold for any bytes at all that a client of the bus sends.
package enum BusCheck {
  /// Nil if all of it holds.
  package static func problem(with bytes: [UInt8]) -> String? {
    // A size of its own for each text, the smallest ones too.
    let size = bytes.count % 61 + 1
    return framing(of: bytes, inPartsOf: size) ?? talk(bytes, inPartsOf: size)
  }

  private static func framing(of bytes: [UInt8], inPartsOf size: Int) -> String? {
    let whole = Framing(of: bytes, inPartsOf: bytes.count + 1)
    let parts = Framing(of: bytes, inPartsOf: size)
    if whole.items != parts.items { return "in parts of \(size) they are other messages" }
    if whole.fault != parts.fault { return "in parts of \(size) another fault is found" }
    for case .message(let message) in whole.items {
      for isLittleEndian in [true, false] {
        let written = message.bytes(isLittleEndian: isLittleEndian)
        guard let again = try? Message(bytes: written) else {
          return "a message is written as something that can't be read"
        }
        if again != message { return "a message is read as another one once it is written" }
        // Equal texts need not be the same bytes.
        if again.bytes(isLittleEndian: isLittleEndian) != written {
          return "a message is written as other bytes once it is read"
        }
      }
    }
    return nil
  }

  /// The same as bytes of a client, from its first one on and after its Hello.
  private static func talk(_ bytes: [UInt8], inPartsOf size: Int) -> String? {
    for text in [bytes, BusCorpus.greeting + bytes] {
      let whole = Talk(text, inPartsOf: text.count + 1)
      let parts = Talk(text, inPartsOf: size)
      if whole.actions != parts.actions || whole.handshake != parts.handshake {
        return "in parts of \(size) it is answered otherwise"
      }
      if let problem = whole.problem { return problem }
    }
    return nil
  }
}

private struct Framing {
  var items: [MessageFramer.Item] = []
  var fault: WireFault?

  init(of bytes: [UInt8], inPartsOf size: Int) {
    var framer = MessageFramer()
    do throws(WireFault) {
      for start in stride(from: 0, to: bytes.count, by: size) {
        framer.append(bytes[start..<min(start + size, bytes.count)])
        while let item = try framer.next() { items.append(item) }
      }
    } catch {
      fault = error
    }
  }
}

/// All that a bus with a notification server does about what one client sends.
private struct Talk {
  var handshake: [UInt8] = []
  var actions: [Bus.Action] = []
  var problem: String?

  init(_ bytes: [UInt8], inPartsOf size: Int) {
    let client = BusClientID(1)
    var bus = Bus(
      serviceName: NotificationServer.name, user: BusCorpus.user,
      guid: String(repeating: "0", count: 32))
    var server = NotificationServer(version: "1")
    _ = bus.connected(client)
    for start in stride(from: 0, to: bytes.count, by: size) {
      let more = bus.receive(bytes[start..<min(start + size, bytes.count)], from: client)
      for action in more where !actions.contains(.close(client)) {
        take(action)
        guard case .call(let call, _) = action else { continue }
        let reply: Reply =
          switch server.answer(call, from: client) {
          case .reply(let reply): reply
          case .shown(let shown): .values([.uint32(shown.number)])
          case .closed: .values([])
          }
        check(bus.reply(reply, to: call, from: client))
      }
      // The socket is closed then.
      if actions.contains(.close(client)) { break }
    }
    if server.shown.count > NotificationServer.mostShown { problem = "the screen has no end" }
    _ = server.disconnected(client)
    if !server.shown.isEmpty { problem = "something stays on the screen without its browser" }
  }

  private mutating func take(_ action: Bus.Action) {
    guard case .send(let bytes, let client) = action else { return actions.append(action) }
    guard var message = try? Message(bytes: bytes) else { return handshake += bytes }
    // They count in the order in which answers are made, and the service's come when they may.
    message.serial = 1
    actions.append(.send(message.bytes, to: client))
  }

  private mutating func check(_ replies: [Bus.Action]) {
    for case .send(let bytes, _) in replies {
      if (try? Message(bytes: bytes)) == nil { problem = "an answer can't be read" }
    }
  }
}
