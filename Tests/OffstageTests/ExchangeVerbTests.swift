import CDP
import Foundation
import JSON
import OffstageCore
import OffstageStore
import OffstageTesting
import Testing

@Suite(.timeLimit(.minutes(2))) struct ExchangeVerbTests {
  @Test func `a saved file is imported as a source that saves back the same`() async throws {
    try await Bench.with { bench in
      try await bench.fill()
      let file = bench.folder + "/a file.json"
      let saved = try await bench.run("export", "--service", "push", "-o", file)
      #expect(saved.status == .exited(0))
      #expect(saved.output.isEmpty)
      let bytes = try Data(contentsOf: URL(fileURLWithPath: file))
      let imported = try await bench.run("import", file)
      #expect(imported.status == .exited(0))
      #expect(imported.output == "a file.json: 3 events added, source “a file.json”")
      let again = try await bench.run(
        "export", "--source", "a file.json", "--format", "devtools", "-o", "-")
      #expect(again.output == String(decoding: bytes, as: UTF8.self))
      let second = try await bench.json("import", "--json", file)
      let result = try #require((second["imports"] as? [[String: Any]])?.first)
      #expect(result["added"] as? Int == 0)
      #expect(result["known"] as? Int == 3)
      #expect(try await bench.isSound())
    }
  }

  @Test func `stdin is imported, and a format is known by the file's name`() async throws {
    try await Bench.with { bench in
      try await bench.fill()
      let file = bench.folder + "/all.jsonl"
      _ = try await bench.run("export", "-o", file)
      let other = Bench(folder: bench.folder + "/other")
      let command = "exec '\(Bench.executable)' import - < '\(file)'"
      let shell = try RunningProgram(
        "/bin/sh", ["-c", command], environment: ["OFFSTAGE_DATA": other.data])
      let imported = try await shell.answer()
      #expect(imported.output == "stdin: 6 events added, source “default”")
      let again = try await other.run("export", "--format", "jsonl")
      #expect(again.output + "\n" == (try String(contentsOfFile: file, encoding: .utf8)))
    }
  }

  @Test func `a stdin that can't be read is told`() async throws {
    try await Bench.with { bench in
      let command = "exec '\(Bench.executable)' import - < '\(bench.folder)'"
      let shell = try RunningProgram(
        "/bin/sh", ["-c", command], environment: ["OFFSTAGE_DATA": bench.data])
      let answer = try await shell.answer()
      #expect(answer.status == .exited(2))
      #expect(answer.errors.contains("stdin can't be read: Is a directory"))
    }
  }

  @Test func `of files with a name that is not there nothing is imported`() async throws {
    try await Bench.with { bench in
      let file = bench.folder + "/a.json"
      try Data("[]".utf8).write(to: URL(fileURLWithPath: file))
      let answer = try await bench.run("import", file, bench.folder + "/missing.json")
      #expect(answer.status == .exited(2))
      #expect(answer.errors.contains("missing.json can't be opened: No such file"))
      #expect(!FileManager.default.fileExists(atPath: bench.storePath))
    }
  }

  @Test func `a file that is no export is refused with what it is`() async throws {
    try await Bench.with { bench in
      let answer = try await bench.run(
        "import", bench.noExport("id,timestamp,timestampMicros,service\n"))
      #expect(answer.status == .exited(2))
      #expect(answer.errors.contains("“no.json” is a table of events, which can't be imported."))
    }
  }

  @Test func `a line that can't be read is named, the rest is stored, and the verdict is no`()
    async throws
  {
    try await Bench.with { bench in
      try await bench.fill()
      let saved = try await bench.run("export", "--format", "jsonl")
      let lines = saved.output.split(separator: "\n")
      let bad =
        (lines[..<3] + ["{\"type\":\"event\",\"event\":7}", "{\"type\":\"hop\"}"] + lines[3...])
        .joined(separator: "\n")
      let file = try bench.noExport(bad)
      let other = Bench(folder: bench.folder + "/other")
      let imported = try await other.run("import", file)
      #expect(imported.status == .exited(1))
      #expect(
        imported.output
          == "no.json: 6 events added, 1 skipped that can't be read, "
          + "lines of kinds not known here: 1 “hop”, source “default”")
      #expect(imported.errors.contains("Skipped: “no.json”, line 4, column 25, is not what"))
      let again = try await other.run("export", "--format", "jsonl")
      #expect(again.output == saved.output)
      let json = try await other.run("import", "--json", file)
      #expect(json.status == .exited(1))
      #expect(json.output.contains("\"skipped\":1,\"faults\":[{\"text\":\"is not what"))
    }
  }

  @Test(arguments: ["/", "/dev/null", "/dev/zero"])
  func `what is no file is refused by its name`(_ path: String) async throws {
    try await Bench.with { bench in
      let answer = try await bench.run("import", path)
      #expect(answer.status == .exited(2))
      #expect(answer.errors.contains("\(path) is no file."))
    }
  }

  @Test func `an export is redacted when it is told to be`() async throws {
    try await Bench.with { bench in
      try await bench.fill()
      for format in ["devtools", "jsonl", "csv"] {
        let plain = try await bench.run("export", "--format", format)
        #expect(!plain.output.contains("redacted"))
        let same = try await bench.run("export", "--format", format, "--no-redact")
        #expect(same.output == plain.output)
        let redacted = try await bench.run("export", "--format", format, "--redact")
        #expect(redacted.output.contains("⟨redacted 7 bytes, "))
        #expect(!redacted.output.contains("caf\u{E9}"))
      }
    }
  }

  @Test func `an export that can't be written leaves the old file`() async throws {
    try await Bench.with { bench in
      try await bench.fill()
      let old = try bench.noExport("old")
      let answer = try await bench.run(
        "export", "--format", "csv", "--since", "tomorrow", "-o", old)
      #expect(answer.status == .exited(2))
      #expect(try String(contentsOfFile: old, encoding: .utf8) == "old")
      let nowhere = try await bench.run("export", "-o", bench.folder + "/no/folder.csv")
      #expect(nowhere.status == .exited(3))
      #expect(nowhere.errors.contains("can't be written: No such file or directory"))
      let replaced = try await bench.run("export", "--format", "csv", "-o", old)
      #expect(replaced.status == .exited(0))
      #expect(try String(contentsOfFile: old, encoding: .utf8).hasPrefix("id,timestamp"))
      // Nothing half-written lies about.
      #expect(
        try FileManager.default.contentsOfDirectory(atPath: bench.folder).sorted() == [
          "data", "no.json",
        ])
    }
  }

  @Test func `a file that is replaced keeps who may read it`() async throws {
    try await Bench.with { bench in
      try await bench.fill()
      let file = try bench.noExport("old")
      for mode in [0o600, 0o664] {
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: file)
        #expect(try await bench.run("export", "--format", "csv", "-o", file).status == .exited(0))
        let facts = try FileManager.default.attributesOfItem(atPath: file)
        #expect(facts[.posixPermissions] as? Int == mode)
      }
    }
  }

  @Test func `without a format, or without a store, it is said what is missing`() async throws {
    try await Bench.with { bench in
      let format = try await bench.run("export", "-o", "x.txt")
      #expect(format.status == .exited(2))
      #expect(format.errors.contains("Add --format with one of devtools, jsonl, csv, html."))
      let store = try await bench.run("export", "--format", "csv")
      #expect(store.status == .exited(2))
      #expect(store.errors.contains("Nothing has been recorded yet."))
      #expect(!FileManager.default.fileExists(atPath: bench.data))
    }
  }
}

extension Bench {
  /// A push and a sync.
  fileprivate func fill() async throws {
    try await withStore { store in
      let source = try await store.openSource(.test("default"), at: ManualClock.start).source
      let events =
        LoggedEvent.push(at: ManualClock.start, message: "0:1%a", payload: "caf\u{E9}\u{0}\n")
        + LoggedEvent.sync(at: ManualClock.start + .seconds(1), tag: "outbox")
      _ = try await store.write(
        [SourceWrites(source: source.id, writes: events.map { .event($0) })],
        receivedUntil: ManualClock.start)
    }
  }

  fileprivate func noExport(_ content: String) throws -> String {
    let path = folder + "/no.json"
    try Data(content.utf8).write(to: URL(fileURLWithPath: path))
    return path
  }
}
