import OffstageCore

/// A text of a scenario file, with where it stands.
package struct WrittenText: Sendable, Hashable {
  package var text: String
  package var place: ScenarioPlace
  /// Its scalars stand one by one in one line of the file, so that places within it are known.
  var isVerbatim: Bool

  init(_ text: String, at place: ScenarioPlace, isVerbatim: Bool = false) {
    self.text = text
    self.place = place
    self.isVerbatim = isVerbatim
  }

  /// Of the scalar at that offset.
  func place(at offset: Int) -> ScenarioPlace {
    var place = place
    if isVerbatim { place.column += offset }
    return place
  }

  // MARK: Values

  /// The names between `${` and `}`, with where they begin, in scalars.
  var names: [(name: String, offset: Int)] {
    text.placeholders.map { ($0.name, $0.range.lowerBound) }
  }

  func expanded(_ values: [String: String]) -> String { text.expanded(values) }
}

extension String {
  fileprivate struct Placeholder {
    var name: String
    var range: Range<Int>
  }

  fileprivate var placeholders: [Placeholder] {
    let scalars = Array(unicodeScalars)
    var found: [Placeholder] = []
    var start = 0
    while start + 3 < scalars.count {
      guard scalars[start] == "$", scalars[start + 1] == "{",
        let end = scalars[start...].firstIndex(of: "}")
      else {
        start += 1
        continue
      }
      let name = String(String.UnicodeScalarView(scalars[(start + 2)..<end]))
      guard name.isScenarioName else {
        start += 1
        continue
      }
      found.append(Placeholder(name: name, range: start..<end + 1))
      start = end + 1
    }
    return found
  }

  var holdsScenarioName: Bool { !placeholders.isEmpty }

  /// With the values of the names that are known; others stay as they are.
  package func expanded(_ values: [String: String]) -> String {
    let scalars = Array(unicodeScalars)
    var out = String.UnicodeScalarView()
    var last = 0
    for found in placeholders {
      guard let value = values[found.name] else { continue }
      out.append(contentsOf: scalars[last..<found.range.lowerBound])
      out.append(contentsOf: value.unicodeScalars)
      last = found.range.upperBound
    }
    out.append(contentsOf: scalars[last...])
    return String(out)
  }

  /// Letters, digits, `-` and `_`, and no digit first.
  var isScenarioName: Bool {
    guard let first = unicodeScalars.first, first.isASCII, !first.properties.isDigit else {
      return false
    }
    return unicodeScalars.allSatisfy {
      $0.isASCII && ($0.properties.isAlphabetic || $0.properties.isDigit || $0 == "-" || $0 == "_")
    }
  }
}

extension Unicode.Scalar.Properties {
  fileprivate var isDigit: Bool { numericType == .decimal }
}

extension EventFilter {
  /// With the values of its names. They are values of terms and nothing else, whatever they hold.
  func expanded(_ values: [String: String]) -> EventFilter {
    switch self {
    case .term(.named(let key, let value)): .term(.named(key, value.expanded(values)))
    case .term(.metadata(let key, let value)):
      .term(.metadata(key: key, value: value.expanded(values)))
    case .term(.word(let word)): .term(.word(word.expanded(values)))
    case .not(let filter): .not(filter.expanded(values))
    case .all(let parts): .all(parts.map { $0.expanded(values) })
    case .any(let parts): .any(parts.map { $0.expanded(values) })
    }
  }
}
