import OffstageCore

/// What a service worker did, for people.
struct WorkerLines {
  let terminal: Terminal

  /// With the distance of each from a moment.
  func lines(_ entries: [WorkerContextEntry], since moment: Timestamp) -> [String] {
    guard !entries.isEmpty else { return [] }
    // Which of it belongs to an event the browser does not say.
    let title = "What the same worker did around it, of whatever event"
    return [terminal.styled(title, .dim)] + entries.map { line($0, since: moment) }
  }

  private func line(_ entry: WorkerContextEntry, since moment: Timestamp) -> String {
    let text = (entry.at - moment).signed
    let clock = String(repeating: " ", count: max(0, 8 - text.displayWidth)) + text
    let context = entry.context
    let script = context.scriptURL?.escapedForTerminal ?? ""
    switch context.kind {
    case .version:
      let state = [context.text, context.runningStatus].compactMap { $0 }.joined(separator: ", ")
      return "  \(clock)  version \(context.versionId.escapedForTerminal) \(state)  \(script)"
    case .network: return "  \(clock)  network: \(context.text.escapedForTerminal)"
    case .error:
      let place = context.line.map { ":\($0 + 1)" } ?? ""
      let text = context.text.escapedForTerminal
      return "  \(clock)  " + terminal.styled("✕ \(text)", .red) + "  \(script)\(place)"
    }
  }
}

extension Interval {
  /// Before or after a moment.
  var signed: String { (micros < 0 ? "−" : "+") + Interval(micros: abs(micros)).short }
}

extension Terminal {
  /// Names and what stands behind them, in two columns.
  func pairs(_ pairs: [(String, String)]) -> [String] {
    let width = pairs.map(\.0.displayWidth).max() ?? 0
    return pairs.map { name, value in
      let name = name.escapedForTerminal
      let padding = String(repeating: " ", count: max(0, width - name.displayWidth))
      return styled(name, .dim) + padding + "  " + value.escapedForTerminal
    }
  }
}
