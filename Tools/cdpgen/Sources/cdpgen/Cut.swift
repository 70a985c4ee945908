import Foundation

typealias Property = ProtocolDescription.Property

extension ProtocolDescription {
  /// The protocol with nothing in it but what `used` names and the types that those need.
  func cut(to used: Used) throws -> ProtocolDescription {
    var commands: [String: [Command]] = [:]
    var events: [String: [Event]] = [:]
    var wanted: [String] = []
    for domain in domains {
      for command in domain.commands ?? []
      where used.commands.contains("\(domain.domain).\(command.name)") {
        commands[domain.domain, default: []].append(command)
        wanted += Self.references(
          (command.parameters ?? []) + (command.returns ?? []), in: domain.domain)
      }
      for event in domain.events ?? []
      where used.events.contains("\(domain.domain).\(event.name)") {
        events[domain.domain, default: []].append(event)
        wanted += Self.references(event.parameters ?? [], in: domain.domain)
      }
    }
    try Self.check(used.commands, commands.mapValues { $0.map(\.name) }, "command")
    try Self.check(used.events, events.mapValues { $0.map(\.name) }, "event")

    let types = reachable(from: wanted, opaque: used.raw.union(used.swift.keys))
    var result = self
    result.domains = domains.compactMap { domain in
      var cut = domain
      cut.commands = commands[domain.domain]
      cut.events = events[domain.domain]
      cut.types = domain.types?.filter { types.contains("\(domain.domain).\($0.id)") }
      if cut.types?.isEmpty == true { cut.types = nil }
      return cut.commands == nil && cut.events == nil && cut.types == nil ? nil : cut
    }
    result.domains.sort { $0.domain < $1.domain }
    return result
  }

  private func reachable(from start: [String], opaque: Set<String>) -> Set<String> {
    var byName: [String: (domain: String, type: TypeDescription)] = [:]
    for domain in domains {
      for type in domain.types ?? [] {
        byName["\(domain.domain).\(type.id)"] = (domain.domain, type)
      }
    }
    var seen: Set<String> = []
    var queue = start
    while let name = queue.popLast() {
      guard seen.insert(name).inserted, !opaque.contains(name), let found = byName[name] else {
        continue
      }
      queue += Self.references(found.type.properties ?? [], in: found.domain)
      if let reference = found.type.items?.reference {
        queue.append(Self.qualify(reference, in: found.domain))
      }
    }
    return seen
  }

  private static func references(_ properties: [Property], in domain: String) -> [String] {
    properties.compactMap { $0.reference ?? $0.items?.reference }.map { qualify($0, in: domain) }
  }

  static func qualify(_ reference: String, in domain: String) -> String {
    reference.contains(".") ? reference : "\(domain).\(reference)"
  }

  private static func check(
    _ names: Set<String>, _ found: [String: [String]], _ kind: String
  ) throws {
    let known = Set(found.flatMap { domain, members in members.map { "\(domain).\($0)" } })
    for name in names.sorted() where !known.contains(name) {
      throw Failure("the protocol has no \(kind) \(name)")
    }
  }
}
