internal import HTTPTypes
internal import JSON
internal import OffstageCore

/// What stands in braces in the paths of routes.
enum PathParameter: String, Sendable, CaseIterable {
  case id, service, code

  var description: ParameterDescription {
    switch self {
    case .id: ParameterDescription(.path, rawValue, "The event's id.", .integer(from: 1, to: nil))
    case .code: ParameterDescription(.path, rawValue, "What the path was given with.", .string)
    case .service:
      ParameterDescription(
        .path, rawValue, "The service, in CDP's spelling or the short one.",
        .oneOf(Service.allCases.flatMap { [$0.rawValue, $0.shortName] }.uniqued))
    }
  }
}

extension Route {
  /// The path within the API.
  var localPath: String { String(path.dropFirst(API.root.count)) }

  /// Nil for one that `PathParameter` does not know.
  var pathParameters: [PathParameter?] {
    path.split(separator: "/").filter { $0.hasPrefix("{") }
      .map { PathParameter(rawValue: String($0.dropFirst().dropLast())) }
  }

  var parameterDescriptions: [ParameterDescription] {
    pathParameters.compactMap { $0?.description } + headers.map(\.description)
      + parameters.map(\.description)
  }

  /// `getEventsIdWorker`.
  var operationId: String {
    let words = localPath.split { !$0.isLetter }
    return method.rawValue.lowercased()
      + words.map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
  }

  func writeOperation(to writer: inout JSONWriter) {
    writer.object { writer in
      writer.member("operationId", operationId)
      writer.member("summary", summary)
      if !RequestGuard.needsToken(path) { writer.memberArray("security") { _ in } }
      let parameters = parameterDescriptions
      if !parameters.isEmpty {
        let required = Set(required.map(\.rawValue))
        writer.memberArray("parameters") { writer in
          for parameter in parameters {
            parameter.write(isRequired: required.contains(parameter.name), to: &writer)
          }
        }
      }
      if let body { body.write(to: &writer) }
      writer.memberObject("responses") { writer in
        writer.memberObject("\(giving.status)") { giving.write(saying: summary, to: &$0) }
        writer.memberObject("default") { $0.member("$ref", "#/components/responses/Problem") }
      }
    }
  }
}

extension ParameterDescription {
  fileprivate func write(isRequired: Bool, to writer: inout JSONWriter) {
    writer.object { writer in
      writer.member("name", name)
      writer.member("in", place.rawValue)
      writer.member("description", summary)
      if place == .path || isRequired { writer.member("required", true) }
      writer.key("schema")
      (isRepeatable ? .array(schema) : schema).write(to: &writer)
    }
  }
}

extension RouteBody {
  fileprivate func write(to writer: inout JSONWriter) {
    writer.memberObject("requestBody") { writer in
      writer.member("required", isRequired)
      writer.member(content: contents)
    }
  }
}

extension RouteAnswer {
  fileprivate func write(saying summary: String, to writer: inout JSONWriter) {
    writer.member("description", summary)
    writer.member(content: contents)
    guard !messages.isEmpty else { return }
    // OpenAPI 3.1 has no words for what comes in a stream.
    writer.memberObject("x-offstage-messages") { writer in
      for (name, schema) in messages {
        writer.key(name)
        schema.write(to: &writer)
      }
    }
  }
}

extension JSONWriter {
  mutating func member(content: KeyValuePairs<String, Schema>) {
    memberObject("content") { writer in
      for (type, schema) in content {
        writer.memberObject(type) { writer in
          writer.key("schema")
          schema.write(to: &writer)
        }
      }
    }
  }
}

extension [String] {
  /// Without what was there before.
  fileprivate var uniqued: [String] {
    var seen: Set<String> = []
    return filter { seen.insert($0).inserted }
  }
}
