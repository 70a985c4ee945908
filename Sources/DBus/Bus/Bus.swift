/// A message bus towards the clients that we let in, as a value: bytes in, bytes out.
///
/// It is the bus and the one service on it. Clients do not reach one another through it: what they
/// call elsewhere is answered as on a bus where that is not installed.
package struct Bus: Sendable {
  package enum Action: Sendable, Hashable {
    case send([UInt8], to: BusClientID)
    /// For the service, which answers by `reply`.
    case call(Message, from: BusClientID)
    case close(BusClientID)
  }

  static let name = "org.freedesktop.DBus"
  /// The service's, as each connection has one.
  package static let serviceUniqueName = ":1.0"
  static let mostClients = 64
  static let mostRules = 512
  static let mostNames = 64

  /// Of the service.
  let serviceName: String
  let user: UInt32
  /// 32 hexadecimal digits, new for each bus.
  let guid: String
  var clients: [BusClientID: BusClient] = [:]
  private var lastUniqueNumber = 0
  private var lastSerial: UInt32 = 0

  package init(serviceName: String, user: UInt32, guid: String) {
    self.serviceName = serviceName
    self.user = user
    self.guid = guid
  }

  /// False if there are too many already.
  package mutating func connected(_ id: BusClientID) -> Bool {
    guard clients.count < Self.mostClients else { return false }
    clients[id] = BusClient(phase: .handshake(Authentication(user: user, guid: guid)))
    return true
  }

  package mutating func disconnected(_ id: BusClientID) -> [Action] {
    guard let client = clients.removeValue(forKey: id) else { return [] }
    return (client.names + [client.uniqueName].compactMap { $0 }).flatMap { name in
      ownerChanged(of: name, from: client.uniqueName ?? "", to: "")
    }
  }

  package mutating func receive(_ bytes: some Collection<UInt8>, from id: BusClientID) -> [Action] {
    switch clients[id]?.phase {
    case nil: return []
    case .handshake(var authentication):
      var answer: [UInt8] = []
      let step = authentication.receive(bytes, answer: &answer)
      let actions: [Action] = answer.isEmpty ? [] : [.send(answer, to: id)]
      switch step {
      case .wait:
        clients[id]?.phase = .handshake(authentication)
        return actions
      case .done:
        clients[id]?.phase = .messages(MessageFramer())
        return actions + receive(authentication.rest, from: id)
      case .fail: return actions + [.close(id)]
      }
    case .messages(var framer):
      // So that what is held is not copied for every read.
      clients[id]?.phase = .messages(MessageFramer())
      framer.append(bytes)
      var actions: [Action] = []
      do throws(WireFault) {
        while let item = try framer.next() { actions += take(item, from: id) }
        clients[id]?.phase = .messages(framer)
      } catch {
        actions.append(.close(id))
      }
      return actions
    }
  }

  // MARK: Messages

  private mutating func take(_ item: MessageFramer.Item, from id: BusClientID) -> [Action] {
    switch item {
    case .message(let message) where message.kind == .call: return answer(message, from: id)
    // Replies to what we never asked, and signals that nobody here wants.
    case .message: return []
    case .tooLong(let serial, wantsReply: true):
      return [
        send(
          .error(
            name: BusError.limitsExceeded,
            text: "A message may have \(WireLimits.message) bytes at most"),
          to: id, replyTo: serial, sender: Self.name)
      ]
    case .tooLong: return []
    }
  }

  private mutating func answer(_ call: Message, from id: BusClientID) -> [Action] {
    guard clients[id]?.uniqueName != nil || call.member == "Hello" else {
      return answered(
        call, from: id,
        .error(name: BusError.accessDenied, text: "The first call to a bus is Hello"))
    }
    switch call.destination {
    case nil, Self.name: return answerAsBus(call, from: id)
    case serviceName, Self.serviceUniqueName:
      return common(call).map { answered(call, from: id, $0) } ?? [.call(call, from: id)]
    case let other?:
      return answered(
        call, from: id,
        .error(name: BusError.unknownService, text: "There is no \(other) on this bus"))
    }
  }

  /// The answer of the service to one of its calls.
  package mutating func reply(_ reply: Reply, to call: Message, from id: BusClientID) -> [Action] {
    guard clients[id] != nil, !call.wantsNoReply else { return [] }
    return [send(reply, to: id, replyTo: call.serial, sender: Self.serviceUniqueName)]
  }

  /// A signal of the service, to all that want it.
  package mutating func emit(
    path: String, interface: String, member: String, body: [WireValue]
  ) -> [Action] {
    var signal = Message(
      .signal, serial: 1, path: path, interface: interface, member: member,
      sender: Self.serviceUniqueName, body: body)
    return broadcast(&signal, names: [serviceName, Self.serviceUniqueName])
  }

  mutating func answered(_ call: Message, from id: BusClientID, _ reply: Reply) -> [Action] {
    guard !call.wantsNoReply else { return [] }
    return [send(reply, to: id, replyTo: call.serial, sender: Self.name)]
  }

  mutating func ownerChanged(of name: String, from old: String, to new: String) -> [Action] {
    var signal = Message(
      .signal, serial: 1, path: "/org/freedesktop/DBus", interface: Self.name,
      member: "NameOwnerChanged", sender: Self.name,
      body: [.string(name), .string(old), .string(new)])
    return broadcast(&signal, names: [Self.name])
  }

  /// `NameAcquired` and `NameLost` go to the one that they are about.
  mutating func tell(_ id: BusClientID, _ member: String, _ name: String) -> Action {
    .send(
      Message(
        .signal, serial: nextSerial(), path: "/org/freedesktop/DBus", interface: Self.name,
        member: member, destination: clients[id]?.uniqueName, sender: Self.name,
        body: [.string(name)]
      ).bytes, to: id)
  }

  private mutating func broadcast(_ signal: inout Message, names: [String]) -> [Action] {
    signal.serial = nextSerial()
    let takers = clients.filter { $0.value.rules.contains { $0.takes(signal, from: names) } }
    let bytes = signal.bytes
    return takers.keys.sorted { $0.number < $1.number }.map { .send(bytes, to: $0) }
  }

  private mutating func send(
    _ reply: Reply, to id: BusClientID, replyTo serial: UInt32, sender: String
  ) -> Action {
    var message = Message(
      .reply, serial: nextSerial(), replySerial: serial, destination: clients[id]?.uniqueName,
      sender: sender)
    switch reply {
    case .values(let values): message.body = values
    case .error(let name, let text):
      message.kind = .error
      message.errorName = name
      message.body = [.string(text)]
    }
    return .send(message.bytes, to: id)
  }

  private mutating func nextSerial() -> UInt32 {
    lastSerial = lastSerial == .max ? 1 : lastSerial + 1
    return lastSerial
  }

  mutating func nextUniqueName() -> String {
    lastUniqueNumber += 1
    return ":1.\(lastUniqueNumber)"
  }
}
