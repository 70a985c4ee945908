/// Swift spellings of the protocol's names.
enum Names {
  private static let keywords: Set<String> = [
    "as", "break", "case", "catch", "class", "continue", "default", "defer", "do", "else", "enum",
    "extension", "fallthrough", "false", "for", "func", "guard", "if", "import", "in", "init",
    "inout", "internal", "is", "let", "nil", "operator", "private", "protocol", "public", "repeat",
    "return", "self", "static", "struct", "subscript", "super", "switch", "throw", "throws", "true",
    "try", "typealias", "var", "where", "while",
  ]

  static func member(_ name: String) -> String {
    var words = name.split(whereSeparator: { !$0.isLetter && !$0.isNumber }).map(String.init)
    if name.hasPrefix("-") { words.insert("minus", at: 0) }
    var result = lowerFirst(words[0])
    for word in words.dropFirst() { result += upperFirst(word) }
    if result.first!.isNumber { result = "_" + result }
    return keywords.contains(result) ? "`\(result)`" : result
  }

  /// `Type` cannot be the name of a nested type.
  static func type(_ name: String) -> String { name == "type" ? "Kind" : upperFirst(name) }

  /// `Target.targetCreated` is `targetCreated`, `Inspector.detached` is `inspectorDetached`.
  static func eventCase(domain: String, event: String) -> String {
    let prefix = lowerFirst(domain)
    return event.hasPrefix(prefix) ? event : prefix + upperFirst(event)
  }

  static func upperFirst(_ text: String) -> String {
    text.prefix(1).uppercased() + text.dropFirst()
  }

  /// `CSPViolation` is `cspViolation`, `UserAction` is `userAction`.
  static func lowerFirst(_ text: String) -> String {
    let capitals = text.prefix(while: \.isUppercase).count
    let count = capitals > 1 && capitals < text.count ? capitals - 1 : max(capitals, 1)
    return text.prefix(count).lowercased() + text.dropFirst(count)
  }
}
