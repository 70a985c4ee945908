internal import JSON

/// The shape of a JSON value: JSON Schema 2020-12, of which OpenAPI 3.1 is made, as far as the API
/// needs it.
indirect enum Schema: Sendable {
  /// Anything at all.
  case any
  case null
  case boolean
  case string
  /// Such as `date-time` or `uuid`.
  case text(format: String)
  case integer(from: Int64?, to: Int64?)
  case oneOf([String])
  case array(Schema)
  /// Those of an object's members that are not `optional` are always there.
  case object(KeyValuePairs<String, Schema>)
  case optional(Schema)
  case orNull(Schema)
  /// Has a place of its own in the document, to which others refer.
  case named(String, Schema)
  case described(String, Schema)

  static let integer = Schema.integer(from: nil, to: nil)
  static let count = Schema.integer(from: 0, to: nil)

  func saying(_ sentence: String) -> Schema { .described(sentence, self) }

  var isOptional: Bool {
    switch self {
    case .optional: true
    case .described(_, let schema): schema.isOptional
    default: false
    }
  }

  func write(to writer: inout JSONWriter) {
    writer.object { writeMembers(to: &$0) }
  }

  private func writeMembers(to writer: inout JSONWriter) {
    switch self {
    case .any: break
    case .null: writer.member("type", "null")
    case .boolean: writer.member("type", "boolean")
    case .string: writer.member("type", "string")
    case .text(let format):
      writer.member("type", "string")
      writer.member("format", format)
    case .integer(let low, let high):
      writer.member("type", "integer")
      // Beyond 2^53 a client that reads numbers as doubles would lose digits.
      writer.member("format", "int64")
      if let low { writer.member("minimum", low) }
      if let high { writer.member("maximum", high) }
    case .oneOf(let words):
      writer.member("type", "string")
      writer.memberArray("enum") { writer in
        for word in words { writer.value(word) }
      }
    case .array(let items):
      writer.member("type", "array")
      writer.key("items")
      items.write(to: &writer)
    case .object(let members): Schema.write(members, to: &writer)
    case .optional(let schema): schema.writeMembers(to: &writer)
    case .orNull(let schema):
      writer.memberArray("anyOf") { writer in
        schema.write(to: &writer)
        Schema.null.write(to: &writer)
      }
    case .named(let name, _): writer.member("$ref", "#/components/schemas/\(name)")
    case .described(let sentence, let schema):
      schema.writeMembers(to: &writer)
      writer.member("description", sentence)
    }
  }

  private static func write(_ members: KeyValuePairs<String, Schema>, to writer: inout JSONWriter) {
    writer.member("type", "object")
    writer.memberObject("properties") { writer in
      for (name, schema) in members {
        writer.key(name)
        schema.write(to: &writer)
      }
    }
    let required = members.filter { !$0.value.isOptional }
    guard !required.isEmpty else { return }
    writer.memberArray("required") { writer in
      for (name, _) in required { writer.value(name) }
    }
  }

  /// Adds the schemas that this one refers to, and those that they refer to, by name.
  func collect(into named: inout [String: Schema]) {
    switch self {
    case .named(let name, let schema):
      guard named.updateValue(schema, forKey: name) == nil else { return }
      schema.collect(into: &named)
    case .object(let members):
      for (_, schema) in members { schema.collect(into: &named) }
    case .array(let schema), .optional(let schema), .orNull(let schema), .described(_, let schema):
      schema.collect(into: &named)
    case .any, .null, .boolean, .string, .text, .integer, .oneOf: break
    }
  }
}
