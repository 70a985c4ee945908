import OffstageCore
import Yams

/// Holds what is written against the shape that it must have, and collects what is not so.
struct ShapeCheck {
  let file: String
  private(set) var mistakes: [ScenarioMistake] = []

  init(file: String) {
    self.file = file
  }

  /// Of a document that is a joke nobody reads all mistakes.
  private static let limit = 50

  /// What a step has too much or lacks is said by its name.
  mutating func check(_ node: Node, of step: StepShape) {
    if node.isNothing, !step.isWord {
      return note("“\(step.name)” needs a value.", at: node, hint: "Such as - \(step.example)")
    }
    if case .nothing = step.value, !node.isNothing {
      return note(
        "“\(step.name)” takes no value.", at: node, hint: "Write it alone: - \(step.name)")
    }
    check(node, step.value)
  }

  mutating func check(_ node: Node, _ shape: ValueShape) {
    guard mistakes.count < Self.limit else { return }
    guard let fitting = shape.alternatives.first(where: { $0.isKind(of: node) }) else {
      return note(
        node.isNothing ? "A value is missing here." : "\(node.kindText) can't stand here.",
        at: node,
        hint: shape.kindText.asSentence)
    }
    switch fitting {
    case .text(let form): checkText(node, form)
    case .flag:
      if node.bool == nil { wrong(node, fitting) }
    case .number(let range):
      if node.int.map(range.contains) != true { wrong(node, fitting) }
    case .word(let words):
      let text = node.scalar?.string ?? ""
      if !words.contains(text) {
        mistakes.append(.unknown("word", text, at: place(node), words: words))
      }
    case .anything, .nothing: break
    case .map(let element, let keys): checkMap(node, element, keys)
    case .list(let element):
      for node in node.sequence ?? [] { check(node, element) }
    case .object(let object): check(node, object)
    case .oneOf(let shapes): check(node, .oneOf(shapes))
    }
  }

  mutating func check(_ node: Node, _ object: ObjectShape) {
    guard case .mapping(let mapping) = node else {
      return note(
        "\(node.kindText) can't stand here.", at: node,
        hint: ValueShape.object(object).kindText.asSentence)
    }
    let names = object.fields.map(\.name)
    var found: [String] = []
    for (key, value) in mapping {
      let name = key.scalar?.string ?? ""
      guard let field = object.field(name) else {
        mistakes.append(.unknown("key", name, at: place(key), words: names))
        continue
      }
      found.append(name)
      check(value, field.value)
    }
    // What is missing was likely mistyped.
    guard mapping.allSatisfy({ names.contains($0.key.scalar?.string ?? "") }) else { return }
    for field in object.fields where field.isRequired && !found.contains(field.name) {
      note("“\(field.name)” is missing.", at: node, hint: field.about)
    }
    for group in object.oneOf where group.filter(found.contains).count != 1 {
      note("One of \(group.joined(separator: ", ")) belongs here.", at: node)
    }
  }

  private mutating func checkMap(_ node: Node, _ element: ValueShape, _ keys: [String]) {
    for (key, value) in node.mapping ?? [:] {
      let name = key.scalar?.string ?? ""
      if !keys.isEmpty, !keys.contains(name) {
        mistakes.append(.unknown("key", name, at: place(key), words: keys))
      }
      check(value, element)
    }
  }

  private mutating func checkText(_ node: Node, _ form: TextForm) {
    guard let text = WrittenValue(node: node, file: file).scalar else { return }
    switch form {
    case .plain, .script: break
    case .filter:
      do throws(FilterMistake) {
        _ = try WrittenFilter(parsing: text.text)
      } catch {
        mistakes.append(
          ScenarioMistake(
            error.message, at: text.place(at: error.range.lowerBound), hint: error.hint,
            guess: error.guess))
      }
    case .duration:
      do throws(ScenarioMistake) {
        _ = try WrittenValue(node: node, file: file).interval()
      } catch {
        mistakes.append(error)
      }
    case .name:
      if !text.text.isScenarioName {
        note(
          "“\(text.text.escapedForTerminal)” can't be a name.", at: node,
          hint: "Letters, digits, - and _ make one.")
      }
    }
  }

  private mutating func wrong(_ node: Node, _ shape: ValueShape) {
    let text = (node.scalar?.string ?? "").escapedForTerminal
    note("“\(text)” can't stand here.", at: node, hint: shape.kindText.asSentence)
  }

  mutating func note(_ message: String, at node: Node, hint: String? = nil) {
    mistakes.append(ScenarioMistake(message, at: place(node), hint: hint))
  }

  mutating func add(_ mistake: ScenarioMistake) { mistakes.append(mistake) }

  private func place(_ node: Node) -> ScenarioPlace { ScenarioPlace(of: node, in: file) }
}

extension ValueShape {
  fileprivate func isKind(of node: Node) -> Bool {
    switch (self, node) {
    case (.anything, _): true
    case (.nothing, .scalar): node.isNothing
    case (.text, .scalar), (.flag, .scalar), (.number, .scalar), (.word, .scalar): !node.isNothing
    case (.map, .mapping), (.object, .mapping): true
    case (.list, .sequence): true
    default: false
    }
  }
}

extension Node {
  fileprivate var kindText: String {
    switch self {
    case .scalar: isNothing ? "Nothing" : "A single value"
    case .mapping: "A mapping"
    case .sequence: "A list"
    case .alias: "An alias"
    }
  }
}

extension String {
  /// What can stand somewhere, as a sentence of its own.
  fileprivate var asSentence: String { "What can is \(self)." }
}
