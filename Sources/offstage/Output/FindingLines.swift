import OffstageCore

/// Findings for a person, the newest last. Those of one rule and instance are said once.
struct FindingLines {
  let terminal: Terminal

  private struct Kind: Hashable {
    var rule: String
    var source: SourceID?
    var origin: String?
    var instanceId: String
    var service: Service?
  }

  /// So many ids are enough to look one up.
  private static let eventLimit = 8

  func lines(_ findings: [Finding]) -> [String] {
    var counts: [Kind: Int] = [:]
    var newest: [Kind: Finding] = [:]
    for finding in findings {
      let kind = Kind(
        rule: finding.rule, source: finding.source?.id, origin: finding.origin,
        instanceId: finding.instanceId, service: finding.service)
      counts[kind, default: 0] += 1
      if newest[kind].map({ $0.at <= finding.at }) ?? true { newest[kind] = finding }
    }
    return newest.sorted { ($0.value.at, $0.key.rule) < ($1.value.at, $1.key.rule) }.flatMap {
      lines($0.value, count: counts[$0.key] ?? 1)
    }
  }

  private func lines(_ finding: Finding, count: Int) -> [String] {
    let place =
      finding.origin?.withoutTrailingSlash ?? finding.source.map { "source “\($0.name)”" }
      ?? "push service"
    let head =
      "\(Self.mark(finding.severity)) \(finding.severity.rawValue)  \(finding.rule)  "
    let about = "\(finding.at.minuteText)  \(finding.service?.shortName ?? "worker")  \(place)"
    var lines = [
      terminal.styled(head, Self.style(finding.severity))
        + terminal.styled(about.escapedForTerminal, .dim)
    ]
    lines.append("  " + finding.message.escapedForTerminal)
    lines.append("  → " + finding.mend.escapedForTerminal)
    var proof = finding.events.prefix(Self.eventLimit).map(String.init).joined(separator: " ")
    if finding.events.count > Self.eventLimit { proof += " …" }
    let more = count > 1 ? "the newest of \(count) alike · " : ""
    let events = proof.isEmpty ? "" : "events \(proof) · "
    let push = finding.pushId.map { "push \($0.escapedForTerminal) · " } ?? ""
    lines.append("  " + terminal.styled(more + events + push + finding.reference, .dim))
    lines.append("")
    return lines
  }

  /// Colour is never the only sign.
  static func mark(_ severity: Finding.Severity) -> String {
    switch severity {
    case .error: "✕"
    case .warning: "▲"
    case .info: "·"
    }
  }

  static func style(_ severity: Finding.Severity) -> Terminal.Style? {
    switch severity {
    case .error: .red
    case .warning: .yellow
    case .info: nil
    }
  }
}
