import ArgumentParser
import Foundation
import OffstageCore
import OffstageStore

struct ExportVerb: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Save recorded events into a file.",
    discussion: """
      FORMATS
        devtools  what DevTools' Save writes: an array of the events as the browser gives them
        jsonl     all that is known, for `offstage import` elsewhere
        csv       for spreadsheets
        html      a report: the pages of the UI with these events in them, one file that any browser \
      opens without a network; redacted unless told otherwise

      With --redact payloads, texts of notifications, tokens, queries of URLs and whatever else is \
      not known to be harmless are replaced by their lengths and by codes, the same ones for the \
      same texts. Names of sites, tags and the paths of URLs stay: look at a file before you send it.

      EXAMPLES
        offstage export --service push -o pushMessaging.json
        offstage export 'outcome:failed since:1d' -o failed.csv
        offstage export --since 1d -o yesterday.jsonl
        offstage export --source default --since 1h -o report.html
        offstage export --redact --since 1d -o for-others.jsonl
        offstage export --format devtools --source app.json | jq length
      """)

  @OptionGroup var choice: ChoiceOptions

  @Option(
    help: "devtools, jsonl, csv or html. Default: by the end of the file's name.",
    completion: .list(ExportFormat.allCases.map(\.rawValue)))
  var format: String?

  @Option(
    name: [.customShort("o"), .customLong("output")],
    help: ArgumentHelp(
      "The file, which is replaced once all is written; - or none for stdout.", valueName: "out"),
    completion: .file())
  var output: String?

  @Flag(
    inversion: .prefixedNo,
    help: "Replace what may be secret by its length and a code. Default: for html only.")
  var redact: Bool?

  @OptionGroup var common: CommonOptions

  func run() async throws {
    let format = try chosenFormat()
    let store = try common.openExistingStore()
    let now = SystemClock().now()
    let selection = try await choice.selection(store: store, now: now)
    guard let store else {
      throw UsageError(
        "Nothing has been recorded yet.",
        hint: "offstage open URL and offstage attach record; offstage import reads a file.")
    }
    let isRedacted = redact ?? format.isRedactedByDefault
    try await export(Export(format, of: selection, isRedacted: isRedacted), from: store)
    try await store.close()
  }

  private func chosenFormat() throws -> ExportFormat {
    if let format { return try ExportFormat(parsing: format) }
    guard let format = output.flatMap(ExportFormat.init(fileName:)) else {
      throw UsageError(
        "Which format is wanted?", hint: "Add --format with one of \(ExportFormat.list).")
    }
    return format
  }

  private func export(_ export: Export, from store: SQLiteEventStore) async throws {
    let terminal = common.terminal
    let page = export.format == .html ? try ReportPage.embedded() : nil
    guard let output, output != "-" else {
      return try await export.run(store: store, page: page) { try await terminal.send($0) }
    }
    // Nothing is begun that can't be done.
    try await export.check(store)
    let file = try OutputFile(path: output)
    var bytes = 0
    try await export.run(store: store, page: page) { part in
      try file.write(part)
      bytes += part.count
      terminal.progress("\(output): \(bytes.byteText)")
    }
    try file.finish()
    terminal.say("Saved \(bytes.byteText) to \(output).")
  }
}

extension Int {
  /// Such as `812 bytes` or `1.4 MB`.
  var byteText: String {
    if self < 1000 { return self == 1 ? "1 byte" : "\(self) bytes" }
    let (unit, name) = self < 1_000_000 ? (1000.0, "kB") : (1_000_000.0, "MB")
    return "\((Double(self) / unit * 10).rounded() / 10) \(name)"
  }
}
