import OffstageCore

/// A page's checks as a list for people.
struct OriginReportText {
  private let report: OriginReport
  /// Nil: lines may be of any length.
  private let width: Int?

  init(_ report: OriginReport, width: Int?) {
    self.report = report
    self.width = width
  }

  func print(to terminal: Terminal) throws {
    try terminal.print(terminal.styled(report.title.escapedForTerminal, .bold))
    var service: Service?
    for check in report.checks {
      if check.service != service, let title = check.service?.title {
        try terminal.print("\n\(terminal.styled(title, .bold))")
      }
      service = check.service
      try print(check, to: terminal)
    }
    try terminal.print("\n\(report.summary)")
  }

  private static let column = 13

  private func print(_ check: OriginCheck, to terminal: Terminal) throws {
    let (mark, style) = Self.mark(check.verdict)
    let name = check.name.padding(to: Self.column)
    let indent = String(repeating: " ", count: Self.column + 2)
    let lines = wrapped(check.message)
    try terminal.print("\(terminal.styled(mark, style)) \(name)\(lines.first ?? "")")
    for line in lines.dropFirst() { try terminal.print(indent + line) }
    guard check.verdict != .ok else { return }
    for (number, line) in wrapped(check.mend ?? "").enumerated() {
      try terminal.print((number == 0 ? String(indent.dropLast(2)) + "→ " : indent) + line)
    }
    if terminal.isVerbose, let reference = check.reference {
      try terminal.print(indent + terminal.styled(reference, .dim))
    }
  }

  private static func mark(_ verdict: OriginCheck.Verdict) -> (String, Terminal.Style) {
    switch verdict {
    case .ok: ("✓", .green)
    case .no: ("✕", .red)
    case .warning: ("!", .yellow)
    case .unknown: ("?", .yellow)
    case .note: ("·", .dim)
    }
  }

  private func wrapped(_ text: String) -> [String] {
    let text = text.escapedForTerminal
    guard let width else { return text.isEmpty ? [] : [text] }
    let room = max(width - Self.column - 3, 24)
    var lines: [String] = []
    for word in text.split(separator: " ") {
      if let last = lines.last, last.displayWidth + 1 + String(word).displayWidth <= room {
        lines[lines.count - 1] = last + " " + word
      } else {
        lines.append(String(word))
      }
    }
    return lines
  }
}

extension String {
  fileprivate func padding(to width: Int) -> String {
    self + String(repeating: " ", count: max(1, width - displayWidth))
  }
}
