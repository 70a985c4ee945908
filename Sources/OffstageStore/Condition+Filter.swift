internal import GRDB
internal import JSON
internal import OffstageCore

/// The one place where what the filter language can say becomes SQL.
extension Condition {
  /// Beside services, sources, outcomes and the like, which minutes are counted by too.
  mutating func add(filterOf selection: EventSelection) {
    if !selection.names.isEmpty {
      let list = selection.names.map { placeholder($0) }.joined(separator: ", ")
      add("event.name IN (SELECT id FROM text WHERE value COLLATE NOCASE IN (\(list)))")
    }
    if let isTrigger = selection.isTrigger {
      add("event.trigger IS \(isTrigger ? "NOT NULL" : "NULL")")
    }
    for pair in selection.pairs { add(pair: pair) }
    for expression in selection.rest {
      let part = sql(of: expression)
      add(part)
    }
  }

  /// With as few brackets as will do: SQLite's parser takes few in one another. AND may stand in it
  /// bare, OR not.
  private mutating func sql(of expression: SelectionExpression) -> String {
    switch expression {
    case .selection(let selection):
      let outer = terms
      _ = takeSQL()
      add(selection)
      let inner = takeSQL()
      for term in outer { add(term) }
      return inner
    case .not(.any(let expressions)) where !expressions.isEmpty:
      return "NOT \(joined(expressions, by: " OR ", none: "0"))"
    case .not(let expression):
      return "NOT (\(sql(of: expression)))"
    case .any(let expressions):
      return joined(expressions, by: " OR ", none: "0")
    case .all(let expressions):
      return joined(expressions, by: " AND ", none: "1")
    }
  }

  private mutating func joined(
    _ expressions: [SelectionExpression], by word: String, none: String
  ) -> String {
    guard !expressions.isEmpty else { return none }
    var parts: [String] = []
    for expression in expressions { parts.append(sql(of: expression)) }
    return "(\(parts.joined(separator: word)))"
  }

  // MARK: Where the worker is

  /// Origins, hosts and scopes, over a table of what has a registration.
  mutating func add(registrationsOf selection: EventSelection, in table: String) {
    if !selection.origins.isEmpty || !selection.hosts.isEmpty {
      var origins: [String] = []
      if !selection.origins.isEmpty {
        let list = selection.originSpellings.map { placeholder($0) }.joined(separator: ", ")
        origins.append("value IN (\(list))")
      }
      for host in selection.hosts { origins.append(sql(ofHost: host)) }
      add(
        """
        \(table).registration IN (SELECT id FROM registration
          WHERE origin IN (SELECT id FROM text WHERE \(origins.joined(separator: " OR "))))
        """)
    }
    if !selection.scopes.isEmpty {
      let list = selection.scopes.map { scope in
        let text = placeholder(scope)
        return scope.utf8.first == UInt8(ascii: "/")
          ? "scope = (SELECT \(Self.withoutSlash("value")) FROM text WHERE id = origin) || \(text)"
          : "scope = \(text)"
      }
      add(
        """
        \(table).registration IN (SELECT id FROM registration
          WHERE scope IS NOT NULL AND (\(list.joined(separator: " OR "))))
        """)
    }
  }

  private mutating func sql(ofHost host: String) -> String {
    let authority = """
      CASE instr(value, '://') WHEN 0 THEN value ELSE substr(value, instr(value, '://') + 3) END
      """
    let (whole, slashed) = (placeholder(host), placeholder(host + "/"))
    let withPort = placeholder(host + ":")
    return """
      (\(authority) IN (\(whole), \(slashed))
        OR substr(\(authority), 1, length(\(withPort))) = \(withPort))
      """
  }

  private static func withoutSlash(_ text: String) -> String {
    "CASE substr(\(text), -1) WHEN '/' THEN substr(\(text), 1, length(\(text)) - 1) ELSE \(text) END"
  }

  // MARK: Its operation

  /// Looked up for each event: the list of all operations of a state may be longer than what is asked.
  mutating func add(statesOf selection: EventSelection) {
    let list = selection.states.map { placeholder(Int64($0.code)) }.joined(separator: ", ")
    add(
      """
      coalesce((SELECT state FROM operation WHERE operation.id = event.operation), 0) IN (\(list))
      """)
  }

  // MARK: Metadata

  /// Metadata lies there as one JSON object. In it the pair follows a brace or a comma; what looks
  /// alike inside of a key or a value has its quotes escaped.
  private mutating func add(pair: LoggedEvent.Metadata) {
    var json = JSONWriter()
    json.object { $0.member(pair.key, pair.value) }
    let text = json.string.dropFirst().dropLast()
    let first = placeholder(Self.pattern("{" + text) + "%")
    let later = placeholder("%" + Self.pattern("," + text) + "%")
    var condition = """
      (event.metadata LIKE \(first) ESCAPE '\\' OR event.metadata LIKE \(later) ESCAPE '\\')
      """
    // A quote that ends a text can be taken for one that begins such a key, and for no other.
    if pair.key == ":" || pair.key == "," {
      let (key, value) = (placeholder(pair.key), placeholder(pair.value))
      condition += """
         AND EXISTS (SELECT 1 FROM json_each(event.metadata) AS pair
          WHERE pair.key = \(key) AND pair.value = \(value) COLLATE NOCASE)
        """
    }
    add(condition)
  }

  /// What LIKE takes literally.
  private static func pattern(_ text: some StringProtocol) -> String {
    var pattern = ""
    for scalar in text.unicodeScalars {
      if scalar == "%" || scalar == "_" || scalar == "\\" { pattern += "\\" }
      pattern.unicodeScalars.append(scalar)
    }
    return pattern
  }
}
