extension Generator {
  // MARK: Members of a struct

  func stored(_ members: [Property], in domain: String) -> String {
    var out = ""
    for member in members {
      out += comment(member.description)
      let mark = member.optional == true ? "?" : ""
      out += "package var \(Names.member(member.name)): "
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

  func decoder(_ members: [Property], in domain: String, keeps: Bool) -> String {
    var out = "package init(from reader: inout JSONReader) throws(JSONError) {\n"
    for member in members {
      out += "var \(Names.member(member.name)): \(swiftType(member, in: domain).spelling)?\n"
    }
    if keeps { out += "var extra = UnknownMembers()\n" }
    out += "try reader.readObject { jsonKey, reader throws(JSONError) in\n"
    out += "switch jsonKey {\n"
    for member in members {
      out += "case \"\(member.name)\": "
      out += "\(Names.member(member.name)) = \(swiftType(member, in: domain).read)\n"
    }
    out += "default: \(keeps ? "try extra.keep(jsonKey, &reader)" : "try reader.skipValue()")\n"
    out += "}\n}\n"
    let required = members.filter { $0.optional != true }.map { Names.member($0.name) }
    if !required.isEmpty {
      out += "guard\n" + required.map { "let \($0)" }.joined(separator: ",\n")
      out += "\nelse { throw reader.error(.missingMember) }\n"
    }
    for member in members {
      let name = Names.member(member.name)
      out += "self.\(name) = \(name)\n"
    }
    if keeps { out += "self.extra = extra.object\n" }
    return out + "}\n"
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
    if property.enum != nil { return .named(Names.type(property.name)) }
    if property.items?.enum != nil { return .array(.named(Names.type(property.name))) }
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

  private func named(_ name: String, in domain: String) -> SwiftType {
    if let swift = used.swift[name] { return .named(swift) }
    guard !used.raw.contains(name), let type = types[name] else { return .raw }
    let home = String(name.prefix { $0 != "." })
    switch type.type {
    case "string": break
    case "object" where type.properties != nil: break
    default:
      return swiftType(type: type.type, reference: nil, items: type.items, in: home)
    }
    let spelling = Names.type(type.id)
    return .named(home == domain ? spelling : "\(home).\(spelling)")
  }

  // MARK: Events

  func events() -> String {
    let all = description.domains.flatMap { domain in
      (domain.events ?? []).map { (domain.domain, $0) }
    }
    var out = "/// An event of one of the domains in use.\n"
    out += "package enum ProtocolEvent: Hashable, Sendable {\n"
    for (domain, event) in all {
      out += "case \(Names.eventCase(domain: domain, event: event.name))"
      out += hasPayload(event) ? "(\(domain).\(Names.type(event.name)))\n" : "\n"
    }
    out += """
      /// An event that Offstage has no use for, or does not know yet.
      case unknown(method: String, params: RawJSON)
      /// A known event in an unknown shape.
      case undecodable(method: String, params: RawJSON, error: JSONError)

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
