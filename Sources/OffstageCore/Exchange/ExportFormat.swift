/// What recorded events are saved as.
package enum ExportFormat: String, Sendable, CaseIterable {
  /// What the Save button of DevTools' panes writes: an array of the events as CDP gives them.
  case devtools
  /// Everything that is known, one JSON object a line; the form in which stores exchange it.
  case jsonl
  /// For spreadsheets.
  case csv
  /// The pages themselves on what is saved in them, as one file for a bug report.
  case html

  package var fileExtension: String {
    switch self {
    case .devtools: "json"
    case .jsonl: "jsonl"
    case .csv: "csv"
    case .html: "html"
    }
  }

  package var mediaType: String {
    switch self {
    case .devtools: "application/json"
    // There is no registered type for JSON lines.
    case .jsonl: "application/x-ndjson"
    case .csv: "text/csv; charset=utf-8"
    case .html: "text/html; charset=utf-8"
    }
  }

  /// Whether an export takes out what may be secret unless it is told otherwise.
  package var isRedactedByDefault: Bool {
    switch self {
    case .devtools, .jsonl, .csv: false
    case .html: true
    }
  }

  package init(parsing text: String) throws(UsageError) {
    guard let format = ExportFormat(rawValue: text) else {
      throw UsageError(
        "There is no format “\(text.escapedForTerminal)”.", hint: "Formats are \(Self.list).")
    }
    self = format
  }

  /// By the name of the file; nil if it does not tell.
  package init?(fileName: String) {
    let found = ExportFormat.allCases.first { fileName.hasSuffix("." + $0.fileExtension) }
    guard let found else { return nil }
    self = found
  }

  package static let list = allCases.map(\.rawValue).joined(separator: ", ")
}
