import Foundation
import OffstageCore

/// Holds values against the schemas of a document: those keywords of JSON Schema 2020-12 that it
/// uses. Stricter than the standard in one point: what a schema does not name must not be there, so
/// that no member goes undescribed.
struct SchemaCheck: Sendable {
  let document: JSONValue

  static let keywords: Set<String> = [
    "$ref", "anyOf", "description", "enum", "format", "items", "maximum", "minimum", "properties",
    "required", "type",
  ]

  /// What is wrong with `value`, each with its place.
  func faults(of value: JSONValue, by schema: JSONValue, at place: String = "$") -> [String] {
    if let reference = schema["$ref"]?.text {
      guard let target = resolve(reference) else { return ["\(place): there is no \(reference)"] }
      return self.faults(of: value, by: target, at: place)
    }
    if let choices = schema["anyOf"]?.items {
      let all = choices.map { self.faults(of: value, by: $0, at: place) }
      return all.contains([]) ? [] : all.min { $0.count < $1.count } ?? []
    }
    var faults: [String] = []
    if let type = schema["type"]?.text, !SchemaCheck.fits(value, type) {
      return ["\(place) is a \(value.typeName), not a \(type)"]
    }
    if let words = schema["enum"]?.items, !words.contains(value) {
      faults.append("\(place) is \(value), which is none of its enum")
    }
    if let number = value.integer {
      if let low = schema["minimum"]?.integer, number < low { faults.append("\(place) < \(low)") }
      if let high = schema["maximum"]?.integer, number > high {
        faults.append("\(place) > \(high)")
      }
    }
    if let format = schema["format"]?.text, let text = value.text {
      faults += SchemaCheck.fits(text, format: format) ? [] : ["\(place) is no \(format): \(text)"]
    }
    if let items = schema["items"] {
      for (index, item) in value.items.enumerated() {
        faults += self.faults(of: item, by: items, at: "\(place)[\(index)]")
      }
    }
    if let properties = schema["properties"]?.members, let members = value.members {
      faults += self.faults(of: members, properties, schema["required"]?.items ?? [], at: place)
    }
    return faults
  }

  private func faults(
    of members: [String: JSONValue], _ properties: [String: JSONValue], _ required: [JSONValue],
    at place: String
  ) -> [String] {
    var faults = required.compactMap(\.text).filter { members[$0] == nil }
      .map { "\(place).\($0) is missing" }
    for (name, value) in members {
      if let schema = properties[name] {
        faults += self.faults(of: value, by: schema, at: "\(place).\(name)")
      } else {
        faults.append("\(place).\(name) is not described")
      }
    }
    return faults
  }

  /// `#/components/schemas/Event`
  func resolve(_ reference: String) -> JSONValue? {
    guard reference.hasPrefix("#/") else { return nil }
    return reference.dropFirst(2).split(separator: "/").reduce(document as JSONValue?) {
      value, name in
      value?[String(name)]
    }
  }

  private static func fits(_ value: JSONValue, _ type: String) -> Bool {
    value.typeName == type || type == "number" && value.typeName == "integer"
  }

  private static func fits(_ text: String, format: String) -> Bool {
    switch format {
    case "date-time": (try? TimeBound(parsing: text, now: Bench.start)) != nil && text.contains("T")
    case "uuid": UUID(uuidString: text) != nil
    default: true
    }
  }
}
