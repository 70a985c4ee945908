import JSON
import OffstageCore

/// The JSON Schema of scenario files, for editors. Made of the shapes that the reader uses.
package enum JSONSchema {
  package static var text: String {
    var writer = JSONWriter()
    writer.object { writer in
      writer.member("$schema", "https://json-schema.org/draft/2020-12/schema")
      writer.member("title", "Offstage scenario")
      write(ScenarioShape.file, to: &writer)
      writer.memberObject("$defs") { writer in
        for (key, pattern) in [("duration", durationPattern), ("name", namePattern)] {
          writer.memberObject(key) { writer in
            writer.member("type", "string")
            writer.member("pattern", pattern)
          }
        }
        writer.memberObject("step") { writer in
          writer.memberArray("anyOf") { writer in
            writer.object { writer in
              writer.member("enum", StepShape.all.filter(\.isWord).map(\.name))
            }
            for step in StepShape.all { write(step, to: &writer) }
          }
        }
      }
    }
    var bytes: [UInt8] = []
    JSONLayout.appendIndented(writer.bytes, depth: 0, to: &bytes)
    return String(decoding: bytes, as: UTF8.self) + "\n"
  }

  private static let durationPattern = "^([0-9]+(w|d|h|m|s|ms|us))+$"
  private static let namePattern = "^[A-Za-z_-][A-Za-z0-9_-]*$"

  private static func write(_ step: StepShape, to writer: inout JSONWriter) {
    writer.object { writer in
      writer.member("type", "object")
      writer.member("description", step.about)
      writer.member("required", [step.name])
      writer.member("additionalProperties", false)
      writer.memberObject("properties") { writer in
        writer.memberObject(step.name) { writer in
          writer.member("description", step.about)
          write(step.value, to: &writer)
        }
      }
    }
  }

  /// The members of the schema of an object.
  private static func write(_ object: ObjectShape, to writer: inout JSONWriter) {
    writer.member("type", "object")
    writer.member("additionalProperties", false)
    writer.memberObject("properties") { writer in
      for field in object.fields {
        writer.memberObject(field.name) { writer in
          writer.member("description", field.about)
          if field.name == "steps" {
            writer.member("type", "array")
            writer.member("minItems", 1)
            writer.member("maxItems", ScenarioShape.stepLimit)
            writer.memberObject("items") { $0.member("$ref", "#/$defs/step") }
          } else {
            write(field.value, to: &writer)
          }
        }
      }
    }
    let required = object.fields.filter(\.isRequired).map(\.name)
    if !required.isEmpty { writer.member("required", required) }
    guard !object.oneOf.isEmpty else { return }
    writer.memberArray("allOf") { writer in
      for group in object.oneOf {
        writer.object { writer in
          writer.memberArray("oneOf") { writer in
            for key in group { writer.object { $0.member("required", [key]) } }
          }
        }
      }
    }
  }

  private static func write(_ shape: ValueShape, to writer: inout JSONWriter) {
    switch shape {
    case .text(.duration): writer.member("$ref", "#/$defs/duration")
    case .text(.name): writer.member("$ref", "#/$defs/name")
    // YAML takes an unquoted 5 for a number; the reader takes it as the text that it is.
    case .text: writer.member("type", ["string", "number", "boolean"])
    case .flag: writer.member("type", "boolean")
    case .number(let range):
      writer.member("type", "integer")
      writer.member("minimum", range.lowerBound)
      if range.upperBound != .max { writer.member("maximum", range.upperBound) }
    case .word(let words): writer.member("enum", words)
    case .anything: break
    case .nothing: writer.member("type", "null")
    case .map(let element, let keys):
      writer.member("type", "object")
      if !keys.isEmpty { writer.memberObject("propertyNames") { $0.member("enum", keys) } }
      writer.memberObject("additionalProperties") { write(element, to: &$0) }
    case .list(let element):
      writer.member("type", "array")
      writer.memberObject("items") { write(element, to: &$0) }
    case .object(let object): write(object, to: &writer)
    case .oneOf(let shapes):
      writer.memberArray("anyOf") { writer in
        for shape in shapes { writer.object { write(shape, to: &$0) } }
      }
    }
  }
}

extension JSONWriter {
  fileprivate mutating func member(_ key: String, _ texts: [String]) {
    memberArray(key) { writer in
      for text in texts { writer.value(text) }
    }
  }
}
