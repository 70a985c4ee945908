/// How a property is spelled, read and written in Swift.
indirect enum SwiftType {
  case string, int, double, bool, raw
  case named(String)
  /// A string with a type of its own.
  case text(String)
  case array(SwiftType)

  var spelling: String {
    switch self {
    case .string: "String"
    case .int: "Int"
    case .double: "Double"
    case .bool: "Bool"
    case .raw: "RawJSON"
    case .named(let name), .text(let name): name
    case .array(let element): "[\(element.spelling)]"
    }
  }

  /// The expression that reads one value.
  var read: String {
    switch self {
    case .string: "try reader.readString()"
    case .int: "try reader.readInt()"
    case .double: "try reader.readDouble()"
    case .bool: "try reader.readBool()"
    case .raw: "try reader.readRaw()"
    case .named(let name), .text(let name): "try \(name)(from: &reader)"
    case .array: "try reader.readList { reader throws(JSONError) in \(elementRead) }"
    }
  }

  private var elementRead: String {
    if case .array(let element) = self { return element.read }
    return read
  }

  /// The statements that write `value` under `key`.
  func write(key: String, value: String) -> [String] {
    switch self {
    case .string, .int, .double, .bool: ["writer.member(\"\(key)\", \(value))"]
    case .raw: ["writer.member(\"\(key)\", raw: \(value))"]
    case .named, .text: ["writer.key(\"\(key)\")", "\(value).encode(to: &writer)"]
    case .array(let element):
      ["writer.memberArray(\"\(key)\") { writer in", "for element in \(value) {"]
        + element.writeElement() + ["}", "}"]
    }
  }

  private func writeElement() -> [String] {
    switch self {
    case .string, .int, .double, .bool: ["writer.value(element)"]
    case .raw: ["writer.value(raw: element)"]
    case .named, .text: ["element.encode(to: &writer)"]
    case .array(let element):
      ["writer.array { writer in", "for element in element {"] + element.writeElement()
        + ["}", "}"]
    }
  }
}
