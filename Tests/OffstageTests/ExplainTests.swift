import CDP
import Foundation
import Testing

@Suite(.timeLimit(.minutes(2))) struct ExplainTests {
  private static let corpus = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("Fixtures/corpus").path

  private func bench(
    with file: String, _ body: (Bench) async throws -> Void
  ) async throws {
    try await Bench.with { bench in
      let answer = try await bench.run("import", "\(Self.corpus)/\(file).jsonl")
      #expect(answer.status == .exited(0), "\(answer.errors)")
      try await body(bench)
    }
  }

  @Test func `explain says what was seen, what to do, and what shows it`() async throws {
    try await bench(with: "faults/a-push-whose-promise-is-rejected") { bench in
      let answer = try await bench.run("explain")
      #expect(answer.status == .exited(0))
      #expect(answer.output.contains("✕ error  push-rejected"))
      #expect(answer.output.contains("The promise of a push was rejected"))
      #expect(answer.output.contains("“Error: the server answered 503” (sw.js:8)"))
      #expect(answer.output.contains("  → Catch the failure"))
      #expect(answer.output.contains("events 1 2 · https://"))
      #expect(answer.errors.contains("1 error; 1 operation looked at."))
    }
  }

  @Test func `explain --json has the members that programs rely on`() async throws {
    try await bench(with: "faults/a-push-whose-promise-is-rejected") { bench in
      let json = try await bench.json("explain", "--json")
      #expect(json["counts"] as? [String: Int] == ["error": 1, "warning": 0, "info": 0])
      let finding = try #require((json["findings"] as? [[String: Any]])?.first)
      #expect(finding["rule"] as? String == "push-rejected")
      #expect(finding["severity"] as? String == "error")
      #expect(finding["service"] as? String == "pushMessaging")
      #expect(finding["origin"] as? String == "https://app.example")
      #expect(finding["instanceId"] as? String == "")
      #expect(finding["events"] as? [Int] == [1, 2])
      for member in ["message", "mend", "reference"] {
        #expect((finding[member] as? String)?.isEmpty == false)
      }
      let shown = try await bench.json("show", "2", "--json")
      let operation = try #require(shown["operation"] as? [String: Any])
      let findings = try #require(operation["findings"] as? [[String: Any]])
      #expect(findings.map { $0["rule"] as? String } == ["push-rejected"])
      let text = try await bench.run("show", "1").output
      #expect(text.contains("push-rejected"))
    }
  }

  @Test func `explain --fail is a verdict on errors and warnings alone`() async throws {
    try await bench(with: "faults/a-push-that-shows-nothing") { bench in
      let plain = try await bench.run("explain", "--fail")
      #expect(plain.status == .exited(1))
      let json = try await bench.run("explain", "--fail", "--json")
      #expect(json.status == .exited(1))
      let other = try await bench.run("explain", "--fail", "--service", "sync")
      #expect(other.status == .exited(0))
      #expect(other.errors.contains("No findings; 0 operations looked at."))
    }
    try await bench(with: "faults/a-page-aborts-its-fetch") { bench in
      let info = try await bench.run("explain", "--fail")
      #expect(info.status == .exited(0))
      #expect(info.output.contains("· info  fetch-aborted"))
    }
  }

  @Test func `a filter says which operations are meant`() async throws {
    try await bench(with: "faults/a-fetch-waits-behind-one-that-does-not-end") { bench in
      let rules = { (filter: String) async throws -> Set<String> in
        let list = try await bench.json("explain", filter, "--json")["findings"]
        return Set((list as? [[String: Any]] ?? []).compactMap { $0["rule"] as? String })
      }
      let big: Set = ["fetch-bad-status", "fetch-retried-silently"]
      for (filter, found) in [
        ("service:fetch", big.union(["fetch-queued"])), ("tag:small", ["fetch-queued"]),
        ("not tag:small", big), ("\"Response Status\":500", big), ("service:push", []),
      ] {
        let rules = try await rules(filter)
        #expect(rules == found, "\(filter)")
      }
      let mistaken = try await bench.run("explain", "(service:push")
      #expect(mistaken.status == .exited(2))
    }
  }

  @Test func `what is alike is said once`() async throws {
    try await bench(with: "faults/a-lease-has-run-out") { bench in
      let answer = try await bench.run("explain", "--service", "push")
      #expect(answer.output.contains("gap-lease-expired"))
    }
    try await Bench.with { bench in
      let files = ["a-push-that-shows-nothing", "a-push-without-a-handler"]
      for file in files {
        _ = try await bench.run("import", "\(Self.corpus)/faults/\(file).jsonl")
      }
      let answer = try await bench.run("explain")
      // Two sources: two findings.
      #expect(answer.output.components(separatedBy: "push-silent").count == 3)
    }
  }

  @Test func `explain finds nothing where nothing is recorded`() async throws {
    try await Bench.with { bench in
      let answer = try await bench.run("explain", "--fail")
      #expect(answer.status == .exited(0))
      #expect(answer.errors.contains("No findings; 0 operations looked at."))
    }
  }
}
