extension Generator {
  // MARK: Members of a struct

  func stored(_ members: [Property], in domain: String, isShared: Bool = false) -> String {
    var out = ""
    for member in members {
      out += comment(member.description)
      let mark = member.optional == true ? "?" : ""
      out += "package \(isShared ? "let" : "var") \(Names.member(member.name)): "
      out += "\(swiftType(member, in: domain).spelling)\(mark)\n"
    }
    return out
  }

  func initializer(_ members: [Property], in domain: String, keeps: Bool = false) -> String {
    guard !members.isEmpty else { return "package init() {}\n" }
    let required = members.filter { $0.optional != true }
    let optional = members.filter { $0.optional == true }
    var parameters = required.map {
      "\(Names.member($0.name)): \(swiftType($0, in: domain).spelling)"
    }
    parameters += optional.map {
      "\(Names.member($0.name)): \(swiftType($0, in: domain).spelling)? = nil"
    }
    if keeps { parameters.append("extra: RawJSON? = nil") }
    var out = "package init(\(parameters.joined(separator: ", "))) {\n"
    for member in required + optional {
      let name = Names.member(member.name)
      out += "self.\(name) = \(name)\n"
    }
    if keeps { out += "self.extra = extra\n" }
    return out + "}\n"
  }

  /// What must be there and has an empty value starts with that, and a bit says that it was not
  /// read: an optional would be copied, with a count up and down for each string in it.
  func decoder(_ members: [Property], in domain: String, keeps: Bool) -> String {
    let counted = members.filter { $0.optional != true && empty($0, in: domain) != nil }
    let others = members.filter { $0.optional != true && empty($0, in: domain) == nil }
    let names = members.map { "\"\($0.name)\"" }.joined(separator: ", ")
    var out = "private static let memberNames: JSONMemberNames = [\(names)]\n\n"
    out += "package init(from reader: inout JSONReader) throws(JSONError) {\n"
    for member in members {
      let name = Names.member(member.name)
      if member.optional != true, let empty = empty(member, in: domain) {
        out += "var \(name)\(empty)\n"
      } else {
        out += "var \(name): \(swiftType(member, in: domain).spelling)?\n"
      }
    }
    if keeps { out += "var extra = UnknownMembers()\n" }
    if !counted.isEmpty {
      out += "var missing = 0b\(String(repeating: "1", count: counted.count))\n"
    }
    out += "var last = -1\n"
    out += "try reader.enterObject()\n"
    out += "while try reader.nextMember(of: Self.memberNames, after: &last) {\nswitch last {\n"
    for (index, member) in members.enumerated() {
      out += "case \(index):\n"
      out += "\(Names.member(member.name)) = \(swiftType(member, in: domain).read)\n"
      if let bit = counted.firstIndex(where: { $0.name == member.name }) {
        out += "missing &= ~0b1\(String(repeating: "0", count: bit))\n"
      }
    }
    out += "default: \(keeps ? "try extra.keep(&reader)" : "try reader.skipValue()")\n}\n}\n"
    let conditions =
      (counted.isEmpty ? [] : ["missing == 0"])
      + others.map { "let \(Names.member($0.name)) = consume \(Names.member($0.name))" }
    if !conditions.isEmpty {
      out += "guard \(conditions.joined(separator: ", ")) else {\n"
      out += "throw reader.error(.missingMember)\n}\n"
    }
    for member in members {
      let name = Names.member(member.name)
      out += "self.\(name) = \(counts(member, in: domain) ? "consume " : "")\(name)\n"
    }
    if keeps { out += "self.extra = extra.object\n" }
    return out + "}\n"
  }

  /// Whether copying it counts references. What an optional was emptied into is consumed already.
  private func counts(_ member: Property, in domain: String) -> Bool {
    guard member.optional != true else { return false }
    switch swiftType(member, in: domain) {
    case .string, .array, .text: return true
    case .int, .double, .bool, .named, .raw: return false
    }
  }

  /// What the compiler writes for a struct.
  func equality(_ name: String, _ members: [Property], keeps: Bool) -> String {
    let names = members.map { Names.member($0.name) } + (keeps ? ["extra"] : [])
    let equal = names.map { "left.\($0) == right.\($0)" }.joined(separator: " && ")
    let hashed = names.map { "hasher.combine(\($0))\n" }.joined()
    return """
      package static func == (left: \(name), right: \(name)) -> Bool {
      \(equal)
      }

      package func hash(into hasher: inout Hasher) {
      \(hashed)}

      """
  }

  /// How a variable begins that holds nothing yet; nil if the type has no such value.
  private func empty(_ property: Property, in domain: String) -> String? {
    let type = swiftType(property, in: domain)
    switch type {
    case .string: return " = \"\""
    case .int: return " = 0"
    case .double: return " = 0.0"
    case .bool: return " = false"
    case .array: return ": \(type.spelling) = []"
    case .text(let name): return " = \(name)(rawValue: \"\")"
    case .named, .raw: return nil
    }
  }

  func encoder(_ members: [Property], in domain: String) -> String {
    var out = "package func encode(to writer: inout JSONWriter) {\n"
    if members.isEmpty { return out + "writer.object { _ in }\n}\n" }
    out += "writer.object { writer in\n"
    for member in members {
      let name = Names.member(member.name)
      let lines = swiftType(member, in: domain).write(key: member.name, value: name)
      if member.optional == true { out += "if let \(name) {\n" }
      out += lines.joined(separator: "\n") + "\n"
      if member.optional == true { out += "}\n" }
    }
    return out + "}\n}\n"
  }

  /// The type of a property that lists its values in place.
  func enumeration(_ property: Property) -> String? {
    guard let values = property.enum ?? property.items?.enum else { return nil }
    return string(Names.type(property.name), comment: property.description, values: values)
  }

  // MARK: Types

  func swiftType(_ property: Property, in domain: String) -> SwiftType {
    if property.enum != nil { return .text(Names.type(property.name)) }
    if property.items?.enum != nil { return .array(.text(Names.type(property.name))) }
    return swiftType(
      type: property.type, reference: property.reference, items: property.items, in: domain)
  }

  private func swiftType(
    type: String?, reference: String?, items: ProtocolDescription.Items?, in domain: String
  ) -> SwiftType {
    if let reference {
      return named(ProtocolDescription.qualify(reference, in: domain), in: domain)
    }
    switch type {
    case "string", "binary": return .string
    case "integer": return .int
    case "number": return .double
    case "boolean": return .bool
    case "array":
      guard let items else { return .array(.raw) }
      return .array(
        swiftType(type: items.type, reference: items.reference, items: nil, in: domain))
    default: return .raw
    }
  }

  private func named(_ full: String, in domain: String) -> SwiftType {
    if let swift = used.swift[full] { return swift == "SessionID" ? .text(swift) : .named(swift) }
    guard !used.raw.contains(full), let type = types[full] else { return .raw }
    let home = String(full.prefix { $0 != "." })
    switch type.type {
    case "string": break
    case "object" where type.properties != nil: break
    default:
      return swiftType(type: type.type, reference: nil, items: type.items, in: home)
    }
    let name = home == domain ? Names.type(type.id) : "\(home).\(Names.type(type.id))"
    return type.type == "string" ? .text(name) : .named(name)
  }

  // MARK: Events

  func events() -> String {
    let all = description.domains.flatMap { domain in
      (domain.events ?? []).map { (domain.domain, $0) }
    }
    var out = "/// An event of one of the domains in use.\n"
    out += "///\n/// Indirect, because an event goes through several hands and some are large.\n"
    out += "package enum ProtocolEvent: Hashable, Sendable {\n"
    for (domain, event) in all {
      out += isSmall(event, in: domain) ? "" : "indirect "
      out += "case \(Names.eventCase(domain: domain, event: event.name))"
      out += hasPayload(event) ? "(\(domain).\(Names.type(event.name)))\n" : "\n"
    }
    out += """
      /// An event that Offstage has no use for, or does not know yet.
      indirect case unknown(method: String, params: RawJSON)
      /// A known event in an unknown shape.
      indirect case undecodable(method: String, params: RawJSON, error: JSONError)

      /// Reads the parameters of `method`; nil if the event is not in use.
      package init?(method: JSONKey, params reader: inout JSONReader) throws(JSONError) {
      switch method {

      """
    for (domain, event) in all {
      let name = Names.eventCase(domain: domain, event: event.name)
      out += "case \"\(domain).\(event.name)\":\n"
      if hasPayload(event) {
        out += "self = .\(name)(try \(domain).\(Names.type(event.name))(from: &reader))\n"
      } else {
        out += "try reader.skipValue()\nself = .\(name)\n"
      }
    }
    return out + "default: return nil\n}\n}\n}\n"
  }

  /// It is one reference, or nothing.
  private func isSmall(_ event: ProtocolDescription.Event, in domain: String) -> Bool {
    let members = event.parameters ?? []
    guard let only = members.first else { return true }
    let type = only.reference.map { ProtocolDescription.qualify($0, in: domain) }
    return members.count == 1 && type.map(used.share.contains) == true
  }

  private func hasPayload(_ event: ProtocolDescription.Event) -> Bool {
    !(event.parameters ?? []).isEmpty
  }

  // MARK: Text

  /// The text as a documentation comment, wrapped.
  func comment(_ text: String?) -> String {
    guard let text, !text.isEmpty else { return "" }
    var out = ""
    for paragraph in text.split(separator: "\n") {
      var line = "///"
      for word in paragraph.split(separator: " ") {
        if line.count + 1 + word.count > 84 {
          out += line + "\n"
          line = "///"
        }
        line += " " + word
      }
      out += line + "\n"
    }
    return out
  }
}
