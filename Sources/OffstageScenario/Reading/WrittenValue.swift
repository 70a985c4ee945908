import JSON
import OffstageCore
import Yams

/// A value of a scenario file that has the shape that it must have.
package struct WrittenValue {
  let node: Node
  let file: String

  var place: ScenarioPlace { ScenarioPlace(of: node, in: file) }

  /// Nil where it is no mapping, or has no such key.
  func member(_ key: String) -> WrittenValue? {
    guard case .mapping(let mapping) = node else { return nil }
    return mapping.first { $0.key.scalar?.string == key }
      .map { WrittenValue(node: $0.value, file: file) }
  }

  /// The keys of a mapping, with their values.
  var members: [(key: WrittenText, value: WrittenValue)] {
    guard case .mapping(let mapping) = node else { return [] }
    return mapping.map { key, value in
      (
        WrittenText(key.scalar?.string ?? "", at: ScenarioPlace(of: key, in: file)),
        WrittenValue(node: value, file: file)
      )
    }
  }

  var elements: [WrittenValue] {
    guard case .sequence(let sequence) = node else { return [] }
    return sequence.map { WrittenValue(node: $0, file: file) }
  }

  /// Of a scalar.
  var scalar: WrittenText? {
    guard case .scalar(let scalar) = node else { return nil }
    var place = place
    let isQuoted = scalar.style == .singleQuoted || scalar.style == .doubleQuoted
    if isQuoted { place.column += 1 }
    let isVerbatim =
      isQuoted
      ? !scalar.string.contains { "\\'\"\n".contains($0) }
      : scalar.style == .plain && !scalar.string.contains("\n")
    return WrittenText(scalar.string, at: place, isVerbatim: isVerbatim)
  }

  // MARK: Kinds

  func texts() throws(ScenarioMistake) -> WrittenText {
    guard let scalar else { throw ScenarioMistake("A text belongs here.", at: place) }
    return scalar
  }

  /// The value itself where it is written short, else the member.
  func texts(_ key: String) throws(ScenarioMistake) -> WrittenText {
    try (member(key) ?? self).texts()
  }

  func optionalTexts(_ key: String) throws(ScenarioMistake) -> WrittenText? {
    if case .mapping = node { return try text(key) }
    return try texts()
  }

  func text(_ key: String) throws(ScenarioMistake) -> WrittenText? { try member(key)?.texts() }

  func name(_ key: String) throws(ScenarioMistake) -> WrittenText? { try text(key) }

  func flag(_ key: String) -> Bool? { member(key)?.node.bool }

  var number: Int? { node.int }

  func number(_ key: String) -> Int? { member(key)?.number }

  func interval(_ key: String) throws(ScenarioMistake) -> Interval? {
    guard let value = member(key) else { return nil }
    return try value.interval()
  }

  func interval() throws(ScenarioMistake) -> Interval {
    let text = try texts()
    do throws(UsageError) {
      return try Interval(parsing: text.text)
    } catch {
      throw ScenarioMistake(error.message, at: text.place, hint: error.hint)
    }
  }

  /// As JSON text.
  func json(_ key: String) throws(ScenarioMistake) -> (value: String, place: ScenarioPlace)? {
    guard let value = member(key) else { return nil }
    var writer = JSONWriter()
    try value.write(to: &writer)
    return (writer.string, value.place)
  }

  private func write(to writer: inout JSONWriter) throws(ScenarioMistake) {
    switch node {
    case .mapping:
      try writer.object { writer throws(ScenarioMistake) in
        for (key, value) in members {
          writer.key(key.text)
          try value.write(to: &writer)
        }
      }
    case .sequence:
      try writer.array { writer throws(ScenarioMistake) in
        for element in elements { try element.write(to: &writer) }
      }
    case .scalar(let scalar):
      if node.isNothing {
        writer.null()
      } else if scalar.style == .plain, let flag = node.bool {
        writer.value(flag)
      } else if scalar.style == .plain, let number = node.int {
        writer.value(number)
      } else if scalar.style == .plain, let number = node.float, number.isFinite {
        writer.value(number)
      } else {
        writer.value(scalar.string)
      }
    case .alias:
      throw ScenarioMistake("An alias can't stand here.", at: place)
    }
  }
}

extension Node {
  /// Nothing was written, or `null`.
  var isNothing: Bool {
    guard case .scalar(let scalar) = self, scalar.style == .plain || scalar.style == .any else {
      return false
    }
    return ["", "~", "null", "Null", "NULL"].contains(scalar.string)
  }
}

extension ScenarioPlace {
  init(of node: Node, in file: String) {
    self.init(file: file, line: node.mark?.line ?? 1, column: node.mark?.column ?? 1)
  }
}
