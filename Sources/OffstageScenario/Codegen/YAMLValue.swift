import JSON

/// A value as it is written in a YAML file.
enum YAMLValue {
  case text(String)
  case number(Int)
  case flag(Bool)
  case mapping([(String, YAMLValue)])
  case list([YAMLValue])

  /// Whether a reader of scenarios takes it for what it is: a `${name}` stands for a value there, and
  /// libyaml reads up to a NUL.
  var canBeWritten: Bool {
    switch self {
    case .text(let text): !text.holdsScenarioName && !text.utf8.contains(0)
    case .number, .flag: true
    case .mapping(let members): members.allSatisfy { $0.1.canBeWritten }
    case .list(let elements): elements.allSatisfy(\.canBeWritten)
    }
  }

  /// Within one line.
  var flow: String {
    switch self {
    case .text(let text): YAMLValue.isPlain(text) ? text : YAMLValue.quoted(text)
    case .number(let number): "\(number)"
    case .flag(let flag): "\(flag)"
    case .mapping(let members):
      "{ "
        + members.map { "\(YAMLValue.text($0).inFlow): \($1.inFlow)" }.joined(separator: ", ")
        + " }"
    case .list(let elements): "[" + elements.map(\.inFlow).joined(separator: ", ") + "]"
    }
  }

  /// As an element of a list of blocks: a member of its own stands as `key: value`.
  var block: String {
    if case .mapping(let members) = self, members.count == 1, let (key, value) = members.first {
      return "\(YAMLValue.text(key).flow): \(value.flow)"
    }
    return flow
  }

  private var inFlow: String {
    guard case .text(let text) = self else { return flow }
    return YAMLValue.isPlain(text) && !text.contains(where: ",[]{}".contains)
      ? text : YAMLValue.quoted(text)
  }

  /// What a reader takes for just this text. Rather quoted once too often.
  private static func isPlain(_ text: String) -> Bool {
    guard let first = text.unicodeScalars.first, let last = text.unicodeScalars.last else {
      return false
    }
    let isWord = { (scalar: Unicode.Scalar) in
      scalar.isASCII && (scalar.properties.isAlphabetic || scalar == "/" || scalar == "_")
    }
    return isWord(first) && last != ":" && last != " "
      && text.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value < 0x7F }
      && !text.contains(": ") && !text.contains(" #")
      && !["true", "false", "null", "yes", "no", "on", "off", "y", "n"].contains(text.lowercased())
  }

  /// JSON's text is YAML's (YAML 1.2.2, 1.3), but for what JSON leaves as it is and some YAML readers
  /// take for the end of a line.
  private static func quoted(_ text: String) -> String {
    let isSimple = text.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value < 0x7F }
    guard !isSimple else { return "'" + text.replacing("'", with: "''") + "'" }
    var writer = JSONWriter()
    writer.value(text)
    return writer.string.unicodeScalars.map { scalar in
      switch scalar.value {
      case 0x7F, 0x85, 0xA0, 0x2028, 0x2029, 0xFEFF:
        "\\u" + String(scalar.value + 0x1_0000, radix: 16).dropFirst()
      default: String(scalar)
      }
    }.joined()
  }
}
