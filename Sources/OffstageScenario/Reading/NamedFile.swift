import OffstageCore

/// What a scenario expects beside its own file. Whether it is there only who plays it can see.
package struct NamedFile: Sendable {
  package enum Kind: Sendable {
    case folder
    /// Or the key itself.
    case key
  }

  package var kind: Kind
  package var name: String
  package var place: ScenarioPlace

  package func mistake(_ message: String, hint: String) -> ScenarioMistake {
    ScenarioMistake(message, at: place, hint: hint)
  }
}

extension Scenario {
  /// Those whose names are known before it is played.
  package var files: [NamedFile] {
    var files: [NamedFile] = []
    if case .folder(let folder, _) = site.kind {
      files.append(NamedFile(kind: .folder, name: folder, place: site.place))
    }
    for step in steps {
      guard case .realPush(let push) = step.action, let key = push.key, key.names.isEmpty else {
        continue
      }
      files.append(NamedFile(kind: .key, name: key.text, place: key.place))
    }
    return files
  }
}
