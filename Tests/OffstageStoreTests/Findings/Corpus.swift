import Foundation
import JSON
import OffstageCore
import OffstageStore
import OffstageTesting
import Testing

/// The recorded faults and healthy sites of `Tests/Fixtures/corpus`, which `Scripts/record-corpus`
/// writes.
struct Corpus {
  struct File: Sendable, CustomTestStringConvertible {
    /// The fact that it holds.
    var name: String
    var path: String
    /// The rules that must find it; empty for what is healthy.
    var rules: [String]
    /// Why it is written by hand, from `Docs/browser-facts.md`; nil for what was recorded.
    var unrecorded: String?

    var testDescription: String { name }
  }

  static let faults = files("faults")
  static let healthy = files("healthy")

  private static func files(_ folder: String) -> [File] {
    let root = URL(fileURLWithPath: #filePath)
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("Fixtures/corpus/\(folder)").path
    let names = (try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []
    return names.filter { $0.hasSuffix(".jsonl") }.sorted().compactMap { name in
      let path = "\(root)/\(name)"
      guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { return nil }
      var file = File(
        name: String(name.dropLast(".jsonl".count)), path: path, rules: [])
      for line in text.split(separator: "\n").prefix(2).dropFirst() {
        guard
          let json = try? JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any],
          json["type"] as? String == "planted"
        else { continue }
        file.rules = json["rules"] as? [String] ?? []
        file.unrecorded = json["unrecorded"] as? String
      }
      return file
    }
  }
}

extension Corpus.File {
  /// What is found in a store that the file was imported into.
  func findings() async throws -> [Finding] {
    try await imported { try await FindingSearch().run(store: $0).findings }
  }

  func imported<Result>(
    _ body: (SQLiteEventStore) async throws -> Result
  ) async throws -> Result {
    try await withScratchFolder { folder in
      let store = try SQLiteEventStore.open(at: folder + "/offstage.sqlite")
      _ = try await Import(ImportFile.open(at: path)).run(store: store, clock: SystemClock())
      let result = try await body(store)
      try await store.close()
      return result
    }
  }
}
