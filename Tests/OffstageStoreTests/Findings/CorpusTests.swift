import OffstageCore
import Testing

/// Every planted fault is found, and nothing in what is healthy.
@Suite struct CorpusTests {
  @Test(arguments: Corpus.faults)
  func `a planted fault is found by its rule`(file: Corpus.File) async throws {
    let findings = try await file.findings()
    let rules = Set(findings.map(\.rule))
    let lines = findings.map(\.line).joined(separator: "\n")
    #expect(rules.isSuperset(of: file.rules), "\(lines)")
    // And no other rule takes it for something else.
    let others = Set(findings.filter { $0.severity > .info }.map(\.rule)).subtracting(file.rules)
    #expect(others.isEmpty, "\(lines)")
    for finding in findings where file.rules.contains(finding.rule) {
      #expect(!finding.message.isEmpty && finding.message.hasSuffix("."), "\(finding.message)")
      #expect(finding.mend.hasSuffix("."), "\(finding.mend)")
      #expect(finding.reference.hasPrefix("https://"))
    }
  }

  @Test(arguments: Corpus.healthy)
  func `nothing above info is found in what is healthy`(file: Corpus.File) async throws {
    let findings = try await file.findings().filter { $0.severity > .info }
    #expect(findings.isEmpty, "\(findings.map(\.line).joined(separator: "\n"))")
  }

  @Test func `there are forty planted faults and more`() {
    #expect(Corpus.faults.count >= 40)
    #expect(Corpus.faults.allSatisfy { !$0.rules.isEmpty })
    #expect(Corpus.healthy.count >= 10)
  }

  @Test func `each rule has a fault that it must find`() {
    let planted = Set(Corpus.faults.flatMap(\.rules))
    let rules = Set(Findings.notes.map(\.id))
    #expect(rules.subtracting(planted).sorted() == [])
    #expect(planted.subtracting(rules).sorted() == [])
  }

  @Test func `a rule is named once`() {
    #expect(Set(Findings.notes.map(\.id)).count == Findings.notes.count)
  }
}

extension Finding {
  var line: String { "\(severity) \(rule) \(instanceId): \(message) → \(mend) \(events)" }
}
