/// What may stand at a place of a scenario file. The reader, the JSON Schema and the page in `Docs/`
/// all follow from it.
package indirect enum ValueShape: Sendable {
  case text(TextForm)
  case flag
  case number(ClosedRange<Int>)
  /// One of these.
  case word([String])
  /// Whatever JSON can say.
  case anything
  /// Keys of one's own, or one of those given.
  case map(of: ValueShape, keys: [String])
  case list(ValueShape)
  case object(ObjectShape)
  /// Nothing stands there, as after `offline:`.
  case nothing
  /// The first that is of the kind that is written.
  case oneOf([ValueShape])
}

package enum TextForm: String, Sendable, CaseIterable {
  case plain
  /// JavaScript.
  case script
  /// The filter language.
  case filter
  case duration
  /// What stands between `${` and `}`.
  case name
}

/// A mapping with known keys.
package struct ObjectShape: Sendable {
  package var fields: [FieldShape]
  /// Of each group exactly one key is there.
  package var oneOf: [[String]]

  package init(_ fields: [FieldShape], oneOf: [[String]] = []) {
    self.fields = fields
    self.oneOf = oneOf
  }

  package func field(_ name: String) -> FieldShape? { fields.first { $0.name == name } }
}

package struct FieldShape: Sendable {
  package var name: String
  package var value: ValueShape
  package var isRequired: Bool
  /// A sentence for people.
  package var about: String

  package init(
    _ name: String, _ value: ValueShape, isRequired: Bool = false, _ about: String
  ) {
    self.name = name
    self.value = value
    self.isRequired = isRequired
    self.about = about
  }
}

extension ValueShape {
  /// What can be written there, for a person.
  package var kindText: String {
    switch self {
    case .text(.plain): "a text"
    case .text(.script): "a script"
    case .text(.filter): "a filter"
    case .text(.duration): "a duration, such as 500ms or 5s"
    case .text(.name): "a name"
    case .flag: "true or false"
    case .number(let range):
      range.upperBound == Int.max
        ? "a number from \(range.lowerBound) on"
        : "a number from \(range.lowerBound) to \(range.upperBound)"
    case .word(let words): "one of \(words.joined(separator: ", "))"
    case .anything: "any value"
    case .map: "a mapping"
    case .list(let element): "a list, each of it \(element.kindText)"
    case .object(let object):
      "a mapping with \(object.fields.map(\.name).joined(separator: ", "))"
    case .nothing: "nothing"
    case .oneOf(let shapes): shapes.map(\.kindText).joined(separator: ", or ")
    }
  }

  var alternatives: [ValueShape] {
    if case .oneOf(let shapes) = self { shapes } else { [self] }
  }
}
