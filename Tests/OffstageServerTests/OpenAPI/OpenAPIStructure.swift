/// What the OpenAPI Specification 3.1.1 asks of a document, as far as this one uses it.
struct OpenAPIStructure: Sendable {
  let document: JSONValue

  private static let methods: Set<String> = ["get", "put", "post", "delete", "patch"]

  func faults() -> [String] {
    var faults: [String] = []
    if document["openapi"]?.text?.hasPrefix("3.1.") != true { faults.append("openapi: no 3.1") }
    for name in ["title", "version"] where document["info"]?[name]?.text == nil {
      faults.append("info.\(name) is missing")
    }
    faults += unknown(
      document, ["openapi", "info", "servers", "security", "paths", "components"], at: "document")
    for server in document["servers"]?.items ?? [] where server["url"]?.text == nil {
      faults.append("a server has no url")
    }
    faults += security(document, at: "document")
    var names: [String] = []
    for (path, operations) in document["paths"]?.members ?? [:] {
      if !path.hasPrefix("/") { faults.append("\(path) does not begin with a slash") }
      for (method, operation) in operations.members ?? [:] {
        if !Self.methods.contains(method) { faults.append("\(path): \(method) is no method") }
        names.append(operation["operationId"]?.text ?? "")
        faults += self.faults(of: operation, at: "\(method) \(path)", path: path)
      }
    }
    if Set(names).count != names.count { faults.append("operationId repeats in \(names)") }
    return faults + references()
  }

  private func faults(of operation: JSONValue, at place: String, path: String) -> [String] {
    var faults = unknown(
      operation,
      ["operationId", "summary", "parameters", "requestBody", "responses", "security"], at: place)
    let parameters = operation["parameters"]?.items ?? []
    for parameter in parameters {
      let name = "\(place), \(parameter["name"]?.text ?? "a parameter without a name")"
      let kind = parameter["in"]?.text ?? ""
      if !["query", "path", "header"].contains(kind) { faults.append("\(name) is in “\(kind)”") }
      if kind == "path", parameter["required"] != .boolean(true) {
        faults.append("\(name) is not required")
      }
      faults += schema(parameter["schema"], at: name)
      faults += unknown(parameter, ["name", "in", "description", "required", "schema"], at: name)
    }
    let inPath = parameters.filter { $0["in"]?.text == "path" }.compactMap { $0["name"]?.text }
    let braces = path.split(separator: "/").filter { $0.hasPrefix("{") }
      .map { String($0.dropFirst().dropLast()) }
    if inPath != braces { faults.append("\(place): \(inPath) are not the braces of its path") }
    if let body = operation["requestBody"] { faults += content(of: body, at: "\(place), body") }
    let responses = operation["responses"]?.members ?? [:]
    if !responses.keys.contains(where: { $0.hasPrefix("2") }) {
      faults.append("\(place) has no good answer")
    }
    for (status, response) in responses where response["$ref"] == nil {
      faults += answer(response, at: "\(place), \(status)")
    }
    return faults + security(operation, at: place)
  }

  private func answer(_ response: JSONValue, at place: String) -> [String] {
    (response["description"]?.text == nil ? ["\(place) has no description"] : [])
      + content(of: response, at: place)
  }

  private func content(of value: JSONValue, at place: String) -> [String] {
    let content = value["content"]?.members ?? [:]
    return (content.isEmpty ? ["\(place) has no content"] : [])
      + content.flatMap { type, media in
        (type.contains("/") ? [] : ["\(place): \(type) is no content type"])
          + schema(media["schema"], at: "\(place), \(type)")
      }
  }

  /// Every keyword has to be one that `SchemaCheck` holds values against.
  private func schema(_ schema: JSONValue?, at place: String) -> [String] {
    guard let schema, let members = schema.members else { return ["\(place) has no schema"] }
    var faults = unknown(schema, SchemaCheck.keywords, at: place)
    let types = ["null", "boolean", "object", "array", "number", "string", "integer"]
    if let type = schema["type"], !types.contains(type.text ?? "") {
      faults.append("\(place): \(type) is no type")
    }
    for (name, property) in members["properties"]?.members ?? [:] {
      faults += self.schema(property, at: "\(place).\(name)")
    }
    for name in members["required"]?.items ?? [] where schema["properties"]?[name.text ?? ""] == nil
    {
      faults.append("\(place) requires \(name), which it does not describe")
    }
    for part in (members["anyOf"]?.items ?? []) + [members["items"]].compactMap({ $0 }) {
      faults += self.schema(part, at: place)
    }
    return faults
  }

  private func security(_ value: JSONValue, at place: String) -> [String] {
    (value["security"]?.items ?? []).flatMap { $0.members?.keys.map { String($0) } ?? [] }
      .filter { document["components"]?["securitySchemes"]?[$0] == nil }
      .map { "\(place): there is no security scheme \($0)" }
  }

  private func unknown(_ value: JSONValue, _ known: Set<String>, at place: String) -> [String] {
    (value.members ?? [:]).keys.filter { !known.contains($0) && !$0.hasPrefix("x-") }
      .map { "\(place): nobody knows \($0)" }
  }

  /// Each reference leads to something, and each component is referred to.
  private func references() -> [String] {
    var used: Set<String> = []
    func walk(_ value: JSONValue) {
      if let reference = value["$ref"]?.text { used.insert(reference) }
      for part in value.members.map({ Array($0.values) }) ?? value.items { walk(part) }
    }
    walk(document)
    var there: Set<String> = []
    var faults: [String] = []
    for (name, component) in document["components"]?["schemas"]?.members ?? [:] {
      there.insert("#/components/schemas/\(name)")
      faults += schema(component, at: name)
    }
    for (name, component) in document["components"]?["responses"]?.members ?? [:] {
      there.insert("#/components/responses/\(name)")
      faults += answer(component, at: name)
    }
    return faults + used.subtracting(there).map { "there is no \($0)" }
      + there.subtracting(used).map { "nothing refers to \($0)" }
  }
}
