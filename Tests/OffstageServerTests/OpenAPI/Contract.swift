import Testing

/// The API's own description, as its server gives it: every answer that a test gets is held
/// against it.
struct Contract: Sendable {
  let document: JSONValue

  private static let root = "/api/v1"

  /// Nil where the path is none that is described.
  func operation(_ method: String, _ path: String) -> JSONValue? {
    guard path.hasPrefix(Contract.root) else { return nil }
    let given = path.dropFirst(Contract.root.count).prefix { $0 != "?" }.split(separator: "/")
    let found = document["paths"]?.members?.filter { template, _ in
      let wanted = template.split(separator: "/")
      return wanted.count == given.count
        && zip(wanted, given).allSatisfy { $0 == $1 || $0.hasPrefix("{") }
    }
    // A path without braces is meant before one with some.
    let best = found?.min { left, _ in !left.key.contains("{") }
    return best?.value[method.lowercased()]
  }

  func check(
    _ answer: HTTPAnswer, to method: String, _ path: String, at location: SourceLocation
  ) throws {
    guard path.hasPrefix(Contract.root), method != "HEAD" else { return }
    let operation = operation(method, path)
    let what = "the answer \(answer.status) to \(method) \(path)"
    let check = SchemaCheck(document: document)
    let responses = operation?["responses"]
    let problem = JSONValue.object(["$ref": .string("#/components/responses/Problem")])
    var response = responses?["\(answer.status)"] ?? responses?["default"] ?? problem
    if let reference = response["$ref"]?.text {
      response = try #require(check.resolve(reference), sourceLocation: location)
    }
    let type = answer["Content-Type"] ?? ""
    guard let schema = response["content"]?[type]?["schema"] else {
      Issue.record(
        "\(what) is \(type), which its route does not say: see its `giving:`",
        sourceLocation: location)
      return
    }
    guard type == "application/json" || type.hasSuffix("+json") else { return }
    let faults = check.faults(of: try JSONValue(parsing: answer.body), by: schema)
    #expect(
      faults == [],
      "\(what) is not what its route says it gives: mend its `giving:`, or Schema+Shapes.swift",
      sourceLocation: location)
  }
}
