package import OffstageCore
import Yams

/// Reads a scenario file.
///
/// ```swift
/// switch ScenarioReader(file: "sync.yaml").read(text) {
/// case .success(let scenario): …
/// case .failure(let error): for mistake in error.mistakes { … }
/// }
/// ```
package struct ScenarioReader {
  package var file: String
  /// For a scenario that names none.
  package var timeout: Interval

  package init(file: String, timeout: Interval? = nil) {
    self.file = file
    self.timeout = timeout ?? Scenario.defaultTimeout
  }

  /// Larger files are refused, and deeper ones.
  package static let sizeLimit = 1 << 20
  private static let depthLimit = 64

  package func read(_ text: String) -> Result<Scenario, ScenarioMistakes> {
    do throws(ScenarioMistake) {
      let root = try compose(text)
      var check = ShapeCheck(file: file)
      check.check(root, ScenarioShape.file)
      let steps = steps(of: root, &check)
      guard check.mistakes.isEmpty else { return .failure(ScenarioMistakes(check.mistakes)) }
      let scenario = try Scenario(
        WrittenValue(node: root, file: file), steps: steps, timeout: timeout)
      let mistakes = ScenarioChecks(scenario).mistakes
      return mistakes.isEmpty ? .success(scenario) : .failure(ScenarioMistakes(mistakes))
    } catch {
      return .failure(ScenarioMistakes([error]))
    }
  }

  // MARK: Steps

  private func steps(of root: Node, _ check: inout ShapeCheck) -> [ScenarioStep] {
    guard case .sequence(let list)? = root.mapping?["steps"] else { return [] }
    guard list.count <= ScenarioShape.stepLimit else {
      check.note("More than \(ScenarioShape.stepLimit) steps are too many.", at: .sequence(list))
      return []
    }
    if list.isEmpty { check.note("There is no step.", at: .sequence(list)) }
    return list.compactMap { node in
      do throws(ScenarioMistake) {
        return try step(node, &check)
      } catch {
        check.add(error)
        return nil
      }
    }
  }

  /// `name: value`, or the bare name of a step that needs no value.
  private func step(
    _ node: Node, _ check: inout ShapeCheck
  ) throws(ScenarioMistake) -> ScenarioStep? {
    let place = ScenarioPlace(of: node, in: file)
    var (key, value): (Node, Node)
    switch node {
    case .scalar(let scalar):
      (key, value) = (node, Node("", .implicit, .plain))
      if case .scalar(var nothing) = value {
        nothing.mark = scalar.mark
        value = .scalar(nothing)
      }
    case .mapping(let mapping):
      guard mapping.count == 1, let only = mapping.first else {
        throw ScenarioMistake(
          "A step is one thing to do, and here are \(mapping.count).", at: place,
          hint: "Begin each step with a dash; what belongs to it is further to the right.")
      }
      (key, value) = (only.key, only.value)
    case .sequence, .alias:
      throw ScenarioMistake("A list is no step.", at: place, words: StepShape.all.map(\.name))
    }
    let name = key.scalar?.string ?? ""
    guard let shape = StepShape.named(name) else {
      throw .unknown(
        "step", name, at: ScenarioPlace(of: key, in: file), words: StepShape.all.map(\.name))
    }
    let before = check.mistakes.count
    check.check(value, of: shape)
    guard check.mistakes.count == before else { return nil }
    return ScenarioStep(
      name: name, place: place, action: try shape.make(WrittenValue(node: value, file: file)))
  }

  // MARK: YAML

  private func compose(_ text: String) throws(ScenarioMistake) -> Node {
    let start = ScenarioPlace(file: file, line: 1, column: 1)
    guard text.utf8.count <= Self.sizeLimit else {
      throw ScenarioMistake("A scenario of more than 1 MiB is too large.", at: start)
    }
    try checkDepth(text, start)
    let root: Node?
    do {
      root = try Yams.compose(yaml: text)
    } catch let error as YamlError {
      throw tab(text, error) ?? mistake(error, start)
    } catch {
      throw ScenarioMistake("This is no YAML: \(error).", at: start)
    }
    guard let root, !root.isNothing else {
      throw ScenarioMistake(
        "The file is empty.", at: start, hint: "A scenario has a name, a site and steps.")
    }
    return root
  }

  /// The parser goes one call deeper for each bracket and each indentation.
  private func checkDepth(_ text: String, _ start: ScenarioPlace) throws(ScenarioMistake) {
    var (depth, deepest) = (0, 0)
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "["), UInt8(ascii: "{"): depth += 1
      case UInt8(ascii: "]"), UInt8(ascii: "}"): depth = max(0, depth - 1)
      default: break
      }
      deepest = max(deepest, depth)
    }
    let indented = text.split(separator: "\n").map { $0.prefix { " -?:".contains($0) }.utf8.count }
    guard deepest <= Self.depthLimit, (indented.max() ?? 0) <= 4 * Self.depthLimit else {
      throw ScenarioMistake("What is nested this deep is no scenario.", at: start)
    }
  }

  /// YAML indents by spaces alone, and its parser calls a tab “character that cannot start any token”.
  private func tab(_ text: String, _ error: YamlError) -> ScenarioMistake? {
    guard case .scanner(_, _, let mark, _) = error else { return nil }
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    guard lines.indices.contains(mark.line - 1) else { return nil }
    let lead = lines[mark.line - 1].prefix { " \t-?:".contains($0) }
    guard let index = lead.firstIndex(of: "\t") else { return nil }
    let column = lead.distance(from: lead.startIndex, to: index) + 1
    return ScenarioMistake(
      "A tab stands here, and YAML takes spaces alone before what a line says.",
      at: ScenarioPlace(file: file, line: mark.line, column: column),
      hint: "Write two spaces for each step to the right.")
  }

  private func mistake(_ error: YamlError, _ start: ScenarioPlace) -> ScenarioMistake {
    let hint = "Quotes around a text help where it has a colon, a hash, a bracket or ${…}."
    switch error {
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
      .composer(_, let problem, let mark, _):
      return ScenarioMistake(
        "This is no YAML: \(problem.escapedForTerminal).",
        at: ScenarioPlace(file: file, line: mark.line, column: mark.column), hint: hint)
    case .duplicatedKeysInMapping(let duplicates, let context):
      let keys = duplicates.sorted().map { "“\($0.escapedForTerminal)”" }.joined(separator: ", ")
      return ScenarioMistake(
        "A key stands twice in one mapping: \(keys).",
        at: ScenarioPlace(file: file, line: context.mark.line, column: context.mark.column))
    case .reader(let problem, _, _, _):
      return ScenarioMistake("This is no YAML: \(problem.escapedForTerminal).", at: start)
    default:
      return ScenarioMistake("This is no YAML.", at: start, hint: hint)
    }
  }
}

/// All that was found wrong with a file.
package struct ScenarioMistakes: Error, Sendable {
  package var mistakes: [ScenarioMistake]

  init(_ mistakes: [ScenarioMistake]) {
    self.mistakes = mistakes.sorted { $0.place < $1.place }
  }
}
