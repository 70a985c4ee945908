import OffstageCore

extension ScenarioReport.Failure {
  /// All that is said of it, as text; what others wrote is escaped.
  package var lines: [String] {
    var lines = ["\(place): \(step.map { "\($0): " } ?? "")\(message)".escapedForTerminal]
    if let hint {
      lines += hint.split(separator: "\n").map { "  " + String($0).escapedForTerminal }
    }
    if !events.isEmpty {
      lines.append("  events:")
      lines += events.map { "    " + $0.line }
    }
    for operation in operations {
      let stored = operation.operation
      let course = stored.course.isEmpty ? "" : ", \(stored.course)"
      let instance = operation.instanceId.isEmpty ? "" : " “\(operation.instanceId)”"
      lines.append(
        "  operation: \(operation.service.shortName)\(instance), \(stored.state.rawValue)\(course)"
          .escapedForTerminal)
    }
    for finding in findings {
      lines.append("  finding \(finding.rule): \(finding.message)".escapedForTerminal)
      lines.append("    → \(finding.mend)".escapedForTerminal)
    }
    for path in artifacts { lines.append("  see \(path)".escapedForTerminal) }
    return lines
  }
}

extension StoredEvent {
  fileprivate var line: String {
    let clock = CivilTime(logged.timestamp).clock(fractionDigits: 3)
    let mark = logged.outcome == .failed ? "✕ " : ""
    let instance = logged.instanceId.isEmpty ? "" : "  \(logged.instanceId)"
    let details = logged.metadata.map { "\($0.key): \($0.value)" }.joined(separator: " · ")
    let text = "\(clock)  \(logged.service.shortName)  \(mark)\(logged.eventName)\(instance)"
    return
      (details.isEmpty
      ? text : text + "  " + (details.count > 160 ? details.prefix(159) + "…" : details))
      .escapedForTerminal
  }
}
