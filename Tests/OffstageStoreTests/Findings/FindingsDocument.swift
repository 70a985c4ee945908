import Foundation
import OffstageCore

/// `Docs/findings.md`: the rules, and what they find in the corpus. `Scripts/findings-table` prints
/// and writes it.
struct FindingsDocument {
  struct Row {
    var file: Corpus.File
    var operations: Int
    var findings: [Finding]
  }

  var faults: [Row] = []
  var healthy: [Row] = []

  init() async throws {
    for file in Corpus.faults { faults.append(try await Self.row(file)) }
    for file in Corpus.healthy { healthy.append(try await Self.row(file)) }
  }

  private static func row(_ file: Corpus.File) async throws -> Row {
    try await file.imported { store in
      let result = try await FindingSearch().run(store: store)
      return Row(file: file, operations: result.operations, findings: result.findings)
    }
  }

  static let path = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("Docs/findings.md").path

  var text: String {
    [Self.introduction, rules, faultTable, healthyTable, Self.unseen].joined(separator: "\n\n")
      + "\n"
  }

  private static let introduction = """
    # Findings

    A finding says in plain words what went wrong, by what was recorded: what was seen, the events
    that show it, what to do next, and where that is written. `offstage explain` prints them,
    `GET /api/v1/findings` gives them, `offstage show ID` tells those of an event's operation.

    - **error**: something did not work. **warning**: a person may miss something. **info**: worth
      knowing, nothing is wrong by that alone. `explain --fail` ends with 1 on the first two.
    - Rules are pure: they look at one operation with what was around it (other operations, what the
      worker reported, gaps, how long it was watched), and ask no clock. Some look at a message that was
      posted to the push service: it has a `pushId` (`offstage push messages`), and no operation where
      the browser never got it.
    - Nothing follows from what is missing of an operation whose beginning was not recorded, and the
      browser logs no end of a sync that was dispatched over CDP: neither is ever a finding.
    - A rule's id never changes.

    This page is written by `Scripts/findings-table`; a test holds it against the rules and the corpus.
    """

  private var rules: String {
    var lines = ["## Rules", "", "| rule | severity | finds | see |", "| --- | --- | --- | --- |"]
    for note in Findings.notes {
      lines.append(
        "| `\(note.id)` | \(note.severity.rawValue) | \(note.about) | <\(note.reference)> |")
    }
    return lines.joined(separator: "\n")
  }

  private var faultTable: String {
    let found = faults.filter { Set($0.findings.map(\.rule)).isSuperset(of: $0.file.rules) }.count
    var lines = [
      "## Planted faults", "",
      "Each is a file in `Tests/Fixtures/corpus/faults`, recorded by `Scripts/record-corpus` with a "
        + "real Chromium (pushes are real ones, through Offstage's push service), or written by hand "
        + "from [browser-facts](browser-facts.md): *unrecorded*, with the reason.",
      "", "\(found) of \(faults.count) are found by the rules that must find them.", "",
      "| fault | found by | |", "| --- | --- | --- |",
    ]
    for row in faults {
      let rules = Set(row.findings.map(\.rule))
      let marks = row.file.rules.map { rules.contains($0) ? "`\($0)`" : "**not** `\($0)`" }
      lines.append(
        "| \(row.file.sentence) | \(marks.joined(separator: ", ")) | "
          + "\(row.file.unrecorded.map { "unrecorded: \($0)" } ?? "") |")
    }
    return lines.joined(separator: "\n")
  }

  private var healthyTable: String {
    let operations = healthy.map(\.operations).reduce(0, +)
    let trouble = healthy.flatMap(\.findings).count { $0.severity > .info }
    var lines = [
      "## What is healthy", "",
      "Files in `Tests/Fixtures/corpus/healthy`, recorded likewise: what the specifications' own "
        + "examples do, the demo without its planted faults, and many operations in a row.",
      "",
      "\(trouble) findings above info in \(operations) operations.", "",
      "| site | operations | above info | info |", "| --- | --- | --- | --- |",
    ]
    for row in healthy {
      let above = row.findings.count { $0.severity > .info }
      let info = Set(row.findings.filter { $0.severity == .info }.map(\.rule)).sorted()
      lines.append(
        "| \(row.file.sentence) | \(row.operations) | \(above) | "
          + "\(info.map { "`\($0)`" }.joined(separator: ", ")) |")
    }
    return lines.joined(separator: "\n")
  }

  private static let unseen = """
    ## What can't be found

    The browser logs nothing of these, and nobody else tells of them, so no rule speaks of them:

    - a background fetch that a page is refused, such as its second one without a click;
    - a page's `new Notification()`;
    - the registration of a sync that a page is refused.

    The page itself sees the refusal: the promise is rejected.
    """
}

extension Corpus.File {
  /// `a push that shows nothing`
  var sentence: String { name.replacing("-", with: " ") }
}
