/// The tables of `Docs/scenarios.md`, made of the shapes that the reader uses.
package enum ScenarioReference {
  package static var text: String {
    (["## The file", ""] + table(ScenarioShape.file, level: 0)
      + ["", "## Steps", ""] + StepShape.all.flatMap(lines)).joined(separator: "\n")
  }

  private static func lines(_ step: StepShape) -> [String] {
    var lines = [
      "### `\(step.name)`", "", step.about, "", "```yaml", "- \(step.example)", "```", "",
    ]
    for shape in step.value.alternatives {
      guard case .object(let object) = shape else { continue }
      lines += table(object, level: 0) + [""]
    }
    return lines
  }

  private static func table(_ object: ObjectShape, level: Int) -> [String] {
    var lines = ["| key | value | |", "| --- | --- | --- |"]
    append(object, "", to: &lines)
    return lines
  }

  private static func append(_ object: ObjectShape, _ path: String, to lines: inout [String]) {
    for field in object.fields {
      let name = path + field.name
      let required = field.isRequired ? " (needed)" : ""
      lines.append("| `\(name)`\(required) | \(kind(of: field)) | \(field.about) |")
      for shape in field.value.alternatives { append(within: shape, name, to: &lines) }
    }
  }

  private static func append(within shape: ValueShape, _ name: String, to lines: inout [String]) {
    switch shape {
    case .object(let object): append(object, name + ".", to: &lines)
    case .map(let element, let keys) where keys.isEmpty:
      for shape in element.alternatives {
        if case .object(let object) = shape { append(object, name + ".*.", to: &lines) }
      }
    default: break
    }
  }

  private static func kind(of field: FieldShape) -> String {
    field.value.alternatives.map { shape -> String in
      switch shape {
      case .object: "a mapping"
      case .map(_, let keys) where !keys.isEmpty:
        "a mapping of \(keys.map { "`\($0)`" }.joined(separator: ", "))"
      case .list(.anything): "a list of steps"
      case .word(let words) where words.count > 20: "a word"
      case .word(let words): words.map { "`\($0)`" }.joined(separator: ", ")
      case .list: "a list of such"
      default: shape.kindText
      }
    }.joined(separator: "; or ")
  }
}
