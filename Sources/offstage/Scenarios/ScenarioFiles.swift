import Foundation
import OffstageCore
import OffstageScenario

/// The files that a person means by paths of files and folders.
struct ScenarioFiles {
  let arguments: [String]

  init(_ arguments: [String]) {
    self.arguments = arguments
  }

  func paths() throws(UsageError) -> [String] {
    var paths: [String] = []
    for argument in arguments {
      var isFolder: ObjCBool = false
      guard FileManager.default.fileExists(atPath: argument, isDirectory: &isFolder) else {
        throw UsageError("There is no \(argument.escapedForTerminal).")
      }
      guard isFolder.boolValue else {
        paths.append(argument)
        continue
      }
      let names = (try? FileManager.default.contentsOfDirectory(atPath: argument)) ?? []
      let found = names.filter { $0.hasSuffix(".yaml") || $0.hasSuffix(".yml") }.sorted()
      guard !found.isEmpty else {
        throw UsageError("There is no .yaml file in \(argument.escapedForTerminal).")
      }
      paths += found.map { argument.hasSuffix("/") ? argument + $0 : "\(argument)/\($0)" }
    }
    return paths
  }

  /// What the scenario names and is not there, found before anything is played.
  static func missing(_ scenario: Scenario) -> [ScenarioMistake] {
    let own = URL(fileURLWithPath: scenario.place.file).deletingLastPathComponent()
    return scenario.files.compactMap { file in
      let path = URL(fileURLWithPath: file.name, relativeTo: own).standardizedFileURL.path
      var isFolder: ObjCBool = false
      let isThere = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
      switch file.kind {
      case .folder:
        guard !isThere || !isFolder.boolValue else { return nil }
        return file.mistake(
          "There is no folder \(path.escapedForTerminal).",
          hint: "It is meant from where the scenario lies.")
      case .key:
        guard !isThere, KeyArgument.looksLikeFile(file.name) else { return nil }
        return file.mistake(
          "There is no file \(path.escapedForTerminal), and it is no key.",
          hint: "A file is meant from where the scenario lies.")
      }
    }
  }

  static func text(_ path: String) throws(UsageError) -> String {
    guard let file = FileHandle(forReadingAtPath: path),
      let data = try? file.read(upToCount: ScenarioReader.sizeLimit + 1) ?? Data()
    else { throw UsageError("\(path.escapedForTerminal) can't be read.") }
    guard let text = String(validating: data, as: UTF8.self) else {
      throw UsageError("\(path.escapedForTerminal) is no UTF-8 text.")
    }
    return text
  }
}
