import CDP
import Testing

/// Expects a sentence and a hint on stderr, that exit status, and nothing on stdout unless it may.
func expectMistake(
  _ answer: Bench.Answer, _ status: Int32, mayPrint: Bool = false,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  let errors = answer.errors
  #expect(answer.status == .exited(status), "\(errors)", sourceLocation: sourceLocation)
  #expect(mayPrint || answer.output == "", sourceLocation: sourceLocation)
  let lines = errors.split(separator: "\n").filter { !$0.hasPrefix("warning: ") }
  let said = lines.drop { !$0.hasPrefix("offstage: ") && !$0.hasPrefix("Error: ") }
  #expect(!said.isEmpty, "no sentence: \(errors)", sourceLocation: sourceLocation)
  #expect(said.count >= 2, "no hint: \(errors)", sourceLocation: sourceLocation)
  expectPlainWords(errors, sourceLocation: sourceLocation)
}

/// Nothing that only who wrote the program can read.
func expectPlainWords(_ errors: String, sourceLocation: SourceLocation = #_sourceLocation) {
  for trace in ["Fatal error", "Swift/", "Crash", "NIO", "Error Domain", "CDPError", "rawValue"] {
    #expect(!errors.contains(trace), "\(errors)", sourceLocation: sourceLocation)
  }
}
