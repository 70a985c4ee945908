import CDP
import Foundation
import Testing

/// Operations on the command line: listed, and one of them whole.
@Suite(.timeLimit(.minutes(2))) struct OperationVerbTests {
  private static let corpus = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("Fixtures/corpus").path

  private func bench(with file: String, _ body: (Bench) async throws -> Void) async throws {
    try await Bench.with { bench in
      let answer = try await bench.run("import", "\(Self.corpus)/\(file).jsonl")
      #expect(answer.status == .exited(0), "\(answer.errors)")
      try await body(bench)
    }
  }

  @Test func `an operation is shown with its course, its events and what was found`() async throws {
    try await bench(with: "faults/a-push-whose-promise-is-rejected") { bench in
      let answer = try await bench.run("show", "--operation", "1")
      #expect(answer.status == .exited(0), "\(answer.errors)")
      #expect(answer.output.hasPrefix("Push Messaging\n"), "\(answer.output)")
      #expect(answer.output.contains("\nid      1\nstate   failed\n"), "\(answer.output)")
      #expect(answer.output.contains("  Push event completed\n"))
      #expect(answer.output.contains("✕ error  push-rejected"))
      let json = try await bench.json("show", "--operation", "1", "--json")
      #expect((json["operation"] as? [String: Any])?["id"] as? Int == 1)
      #expect((json["events"] as? [Any])?.count == 2)
    }
  }

  @Test func `who takes one number for another is told how it is meant`() async throws {
    try await bench(with: "faults/a-push-whose-promise-is-rejected") { bench in
      for arguments in [["show"], ["show", "1", "--operation", "1"]] {
        let answer = try await bench.run(arguments)
        #expect(answer.status == .exited(2))
        #expect(answer.errors.contains("Name an event by its id, or an operation"))
      }
      expectMistake(try await bench.run("show", "--operation", "99"), 2)
      let listed = try await bench.run("operations", "1")
      #expect(listed.status == .exited(0))
      #expect(listed.errors.contains("One operation: offstage show --operation 1"))
    }
  }

  @Test func `a row is marked with the worst that was found of it`() async throws {
    try await bench(with: "faults/a-push-that-shows-nothing") { bench in
      let rows = try await bench.run("operations", "-n", "5").output
      #expect(rows.contains("▲ succeeded"), "\(rows)")
      let plain = try await bench.json("operations", "--json")
      #expect((plain["operations"] as? [[String: Any]])?.first?["state"] as? String == "succeeded")
    }
  }

  @Test func `how long it lasted is not said of what has only begun`() async throws {
    try await bench(with: "healthy/two-notifications-side-by-side") { bench in
      let row = try await bench.run("operations").output.split(separator: "\n").last ?? ""
      #expect(row.contains("shown") && row.contains("  –"), "\(row)")
      #expect(!row.contains("0.0 ms"), "\(row)")
    }
  }
}
