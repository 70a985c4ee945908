import CDP
import Foundation
import OffstageTesting
import Testing

extension BrowserTests {
  /// What lies in `Examples/`.
  @Suite struct ExampleTests {
    private static let root = URL(fileURLWithPath: #filePath)
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("Examples").path

    private static func files(_ folder: String) throws -> [String] {
      try FileManager.default.contentsOfDirectory(atPath: "\(root)/\(folder)")
        .filter { $0.hasSuffix(".yaml") }.sorted()
    }

    private struct Played: Decodable {
      struct Scenario: Decodable {
        struct Attempt: Decodable {
          var failure: Failure?
        }

        var name: String
        var file: String
        var outcome: String
        var attempts: [Attempt]
      }

      struct Failure: Decodable {
        var line: Int
        var message: String
        var hint: String?
        var findings: [Finding]
        var operations: [Operation]
      }

      struct Finding: Decodable {
        var rule: String
      }

      struct Operation: Decodable {
        var service: String
        var instanceId: String
        var state: String
      }

      var scenarios: [Scenario]
    }

    private static func play(
      _ folder: String, ending status: Int32
    ) async throws -> [Played.Scenario] {
      try await Bench.with { bench in
        let answer = try await bench.run(
          "test", "\(root)/\(folder)", "--json", "--jobs", "2", within: .seconds(400))
        #expect(answer.status == .exited(status), "\(answer.errors)")
        #expect(await bench.leftovers() == [])
        return try JSONDecoder().decode(Played.self, from: Data(answer.output.utf8)).scenarios
      }
    }

    @Test(.timeLimit(.minutes(8)))
    func `all scenarios of Examples hold`() async throws {
      let played = try await Self.play("scenarios", ending: 0)
      #expect(played.count == (try Self.files("scenarios").count))
      for scenario in played {
        #expect(scenario.outcome == "passed", "\(scenario)")
      }
    }

    /// The line that ends in `# fails: TEXT` is the one, and TEXT says why: in the message or its hint,
    /// as the rule of a finding, or as an operation.
    @Test(.timeLimit(.minutes(8)))
    func `each planted fault fails for its reason, at its line`() async throws {
      let played = try await Self.play("faults", ending: 1)
      #expect(played.count == (try Self.files("faults").count))
      for scenario in played {
        let lines = try String(contentsOfFile: scenario.file, encoding: .utf8)
          .split(separator: "\n", omittingEmptySubsequences: false)
        let index = try #require(lines.firstIndex { $0.contains("# fails: ") })
        let reason = String(try #require(lines[index].components(separatedBy: "# fails: ").last))
        #expect(scenario.outcome == "failed", "\(scenario)")
        let failure = try #require(scenario.attempts.last?.failure)
        #expect(failure.line == index + 1, "\(scenario)")
        let said =
          [failure.message, failure.hint ?? ""] + failure.findings.map(\.rule)
          + failure.operations.map { "\($0.service) “\($0.instanceId)”, \($0.state)" }
        #expect(said.contains { $0.contains(reason) }, "\(scenario.name): \(said)")
      }
    }
  }
}
