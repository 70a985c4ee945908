import ArgumentParser
import JSON
import OffstageCore
import OffstageStore

struct ExplainVerb: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain",
    abstract: "Say what went wrong, why, and what to do next.",
    discussion: """
      Each finding says what was seen, names the events that show it (offstage show ID), and what to \
      do. What is alike is said once. Errors and warnings are trouble; an info is worth knowing.

      EXAMPLES
        offstage explain --since 1h
        offstage explain 'service:sync tag:outbox'
        offstage explain --origin http://localhost:3000 --fail     for a script: exit 1 on trouble
      """)

  @OptionGroup var choice: ChoiceOptions

  @Option(
    name: [.customLong("limit"), .customShort("n")],
    help: "Look at the newest so many operations; 0 for all.")
  var limit = FindingSearch.defaultOperations

  @Flag(help: "End with status 1 if there is an error or a warning.")
  var fail = false

  @Flag(help: "One JSON document.")
  var json = false

  @OptionGroup var common: CommonOptions

  func validate() throws {
    guard limit >= 0 else { throw ValidationError("--limit must be 0 or more.") }
  }

  func run() async throws {
    let terminal = common.terminal
    let store = try common.openExistingStore()
    let now = SystemClock().now()
    let selection = try await choice.selection(store: store, now: now)
    let search = FindingSearch(selection, operations: limit == 0 ? .max : limit)
    let result =
      try await store.asyncMap { try await search.run(store: $0) }
      ?? FindingSearch.Result()
    if json {
      var writer = JSONWriter()
      result.write(to: &writer)
      try terminal.print(writer.string)
    } else {
      for line in FindingLines(terminal: terminal).lines(result.findings) {
        try terminal.print(line)
      }
      terminal.say(summary(result))
    }
    try await store?.close()
    if fail, result.isTrouble { throw VerdictNo() }
  }

  private func summary(_ result: FindingSearch.Result) -> String {
    let counts = Finding.Severity.allCases.reversed().compactMap { severity -> String? in
      let count = result.count(severity)
      return count == 0 ? nil : "\(count) \(severity.name(count))"
    }
    let found = counts.isEmpty ? "No findings" : counts.joined(separator: ", ")
    let looked =
      "\(result.operations) \(result.operations == 1 ? "operation" : "operations") looked at"
    let rest = result.next == nil ? "." : "; older ones were not: --limit 0 looks at all."
    return "\(found); \(looked)\(rest)"
  }
}

extension Optional {
  fileprivate func asyncMap<Result>(
    _ body: (Wrapped) async throws -> Result
  ) async rethrows -> Result? {
    guard let self else { return nil }
    return try await body(self)
  }
}

extension Finding.Severity {
  func name(_ count: Int) -> String {
    switch self {
    case .error: count == 1 ? "error" : "errors"
    case .warning: count == 1 ? "warning" : "warnings"
    case .info: "info"
    }
  }
}
