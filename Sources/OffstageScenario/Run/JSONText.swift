import JSON

extension String {
  /// As JSON, whatever the order of members and the spelling of numbers.
  func isSameJSON(as other: String) -> Bool {
    guard let mine = JSONValue(parsing: self), let theirs = JSONValue(parsing: other) else {
      return self == other
    }
    return mine == theirs
  }

  /// The text of a JSON string; nil for any other value.
  var jsonText: String? {
    guard case .text(let text)? = JSONValue(parsing: self) else { return nil }
    return text
  }
}

private enum JSONValue: Hashable {
  case null
  case flag(Bool)
  case number(Double)
  case text(String)
  case list([JSONValue])
  case object([String: JSONValue])

  init?(parsing text: String) {
    var reader = JSONReader(Array(text.utf8))
    guard let value = try? JSONValue(&reader), reader.isAtEnd() else { return nil }
    self = value
  }

  private init(_ reader: inout JSONReader) throws(JSONError) {
    switch try reader.peekKind() {
    case .object:
      var members: [String: JSONValue] = [:]
      try reader.readObject { key, reader throws(JSONError) in
        members[key.string] = try JSONValue(&reader)
      }
      self = .object(members)
    case .array:
      var elements: [JSONValue] = []
      try reader.readArray { reader throws(JSONError) in elements.append(try JSONValue(&reader)) }
      self = .list(elements)
    case .string: self = .text(try reader.readString())
    case .number: self = .number(try reader.readDouble())
    case .bool: self = .flag(try reader.readBool())
    case .null:
      _ = try reader.readNull()
      self = .null
    }
  }
}
