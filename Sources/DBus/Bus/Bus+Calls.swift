/// The bus's own object,
/// <https://dbus.freedesktop.org/doc/dbus-specification.html#message-bus-messages>.
extension Bus {
  mutating func answerAsBus(_ call: Message, from id: BusClientID) -> [Action] {
    switch call.member {
    case "Hello": return hello(call, from: id)
    case "RequestName": return requestName(call, from: id)
    case "ReleaseName": return releaseName(call, from: id)
    case "AddMatch", "RemoveMatch": return answered(call, from: id, changeRules(call, of: id))
    default:
      let reply = common(call) ?? answer(about: call, from: id)
      return answered(call, from: id, reply)
    }
  }

  private mutating func hello(_ call: Message, from id: BusClientID) -> [Action] {
    guard clients[id]?.uniqueName == nil else {
      return answered(
        call, from: id, .error(name: BusError.accessDenied, text: "Hello was said already"))
    }
    let name = nextUniqueName()
    clients[id]?.uniqueName = name
    return answered(call, from: id, .values([.string(name)])) + [tell(id, "NameAcquired", name)]
      + ownerChanged(of: name, from: "", to: name)
  }

  // MARK: Names

  private mutating func requestName(_ call: Message, from id: BusClientID) -> [Action] {
    let text = call.body.first?.string ?? ""
    guard WireName.isBusName(text), !WireName.isUniqueName(text), text != Self.name,
      call.body.count == 2
    else { return answered(call, from: id, .invalid("That is no name to be had")) }
    let unique = clients[id]?.uniqueName ?? ""
    switch owner(of: text) {
    case unique?: return answered(call, from: id, .values([.uint32(4)]))
    // Somebody else has it. Nobody waits here for a name.
    case _?: return answered(call, from: id, .values([.uint32(3)]))
    case nil: break
    }
    guard clients[id]?.names.count ?? 0 < Self.mostNames else {
      return answered(
        call, from: id, .error(name: BusError.limitsExceeded, text: "These are too many names"))
    }
    clients[id]?.names.append(text)
    return [tell(id, "NameAcquired", text)] + answered(call, from: id, .values([.uint32(1)]))
      + ownerChanged(of: text, from: "", to: unique)
  }

  private mutating func releaseName(_ call: Message, from id: BusClientID) -> [Action] {
    guard let text = call.body.first?.string else {
      return answered(call, from: id, .invalid("ReleaseName takes a name"))
    }
    guard let place = clients[id]?.names.firstIndex(of: text) else {
      return answered(call, from: id, .values([.uint32(owner(of: text) == nil ? 2 : 3)]))
    }
    clients[id]?.names.remove(at: place)
    return [tell(id, "NameLost", text)] + answered(call, from: id, .values([.uint32(1)]))
      + ownerChanged(of: text, from: clients[id]?.uniqueName ?? "", to: "")
  }

  /// The unique name of who has it.
  private func owner(of name: String) -> String? {
    if name == Self.name { return name }
    if name == serviceName || name == Self.serviceUniqueName { return Self.serviceUniqueName }
    return clients.values.first { $0.uniqueName == name || $0.names.contains(name) }?.uniqueName
  }

  private mutating func changeRules(_ call: Message, of id: BusClientID) -> Reply {
    guard let text = call.body.first?.string, let rule = MatchRule(parsing: text) else {
      return .error(name: BusError.badRule, text: "That is no match rule")
    }
    let rules = clients[id]?.rules ?? []
    if call.member == "AddMatch" {
      guard rules.count < Self.mostRules else {
        return .error(name: BusError.limitsExceeded, text: "These are too many match rules")
      }
      clients[id]?.rules.append(rule)
    } else {
      guard let place = rules.lastIndex(of: rule) else {
        return .error(name: BusError.noRule, text: "There is no such match rule")
      }
      clients[id]?.rules.remove(at: place)
    }
    return .values([])
  }

  // MARK: Questions

  private func answer(about call: Message, from id: BusClientID) -> Reply {
    let name = call.body.first?.string
    switch call.member {
    case "NameHasOwner":
      return name.map { .values([.boolean(owner(of: $0) != nil)]) } ?? .invalid("Which name?")
    case "GetNameOwner": return ofOwner(name) { [.string($0)] }
    case "ListQueuedOwners": return ofOwner(name) { [.strings([$0])] }
    case "GetConnectionUnixUser": return ofOwner(name) { _ in [.uint32(user)] }
    case "GetConnectionCredentials":
      return ofOwner(name) { _ in [.properties([("UnixUserID", .uint32(user))])] }
    case "ListNames": return .values([.strings(names)])
    case "ListActivatableNames": return .values([.strings([Self.name, serviceName])])
    case "StartServiceByName":
      // 2: it runs already.
      return ofOwner(name, orElse: BusError.unknownService) { _ in [.uint32(2)] }
    case "GetId": return .values([.string(guid)])
    default:
      return .error(
        name: BusError.unknownMethod, text: "The bus has no method \(call.member ?? "")")
    }
  }

  private var names: [String] {
    [Self.name, serviceName, Self.serviceUniqueName]
      + clients.sorted { $0.key.number < $1.key.number }.flatMap { _, client in
        [client.uniqueName].compactMap { $0 } + client.names
      }
  }

  private func ofOwner(
    _ name: String?, orElse error: String = BusError.noOwner, _ values: (String) -> [WireValue]
  ) -> Reply {
    guard let name else { return .invalid("Which name?") }
    return owner(of: name).map { .values(values($0)) }
      ?? .error(name: error, text: "Nobody has the name \(name)")
  }

  /// What every object understands.
  func common(_ call: Message) -> Reply? {
    switch (call.interface, call.member) {
    case ("org.freedesktop.DBus.Peer", "Ping"): .values([])
    case ("org.freedesktop.DBus.Peer", "GetMachineId"): .values([.string(guid)])
    case ("org.freedesktop.DBus.Introspectable", "Introspect"): .values([.string("<node/>")])
    case ("org.freedesktop.DBus.Properties", "GetAll"): .values([.properties(properties(call))])
    case ("org.freedesktop.DBus.Properties", "Get"):
      properties(call).first { $0.0 == call.body.dropFirst().first?.string }
        .map { .values([.variant($0.1)]) }
        ?? .error(name: BusError.unknownProperty, text: "There is no such property")
    default: nil
    }
  }

  private func properties(_ call: Message) -> [(String, WireValue)] {
    guard call.body.first?.string == Self.name else { return [] }
    return [("Features", .strings([])), ("Interfaces", .strings([]))]
  }
}

extension Reply {
  static func invalid(_ text: String) -> Reply {
    .error(name: BusError.invalidArguments, text: text)
  }
}
