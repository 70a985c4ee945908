import OffstageCore

/// An operation for people: its course, what belongs to it, and what is to be said of it.
struct OperationLines {
  let terminal: Terminal

  /// All that there is to one, under its own title.
  func lines(_ scene: OperationScene, at now: Timestamp) -> [String] {
    let stored = scene.operation
    let operation = stored.operation
    var pairs = [
      ("id", "\(stored.id)"), ("state", operation.stateText(at: now)), ("course", operation.course),
      ("instance", stored.instanceId), ("began", operation.began.iso8601),
      ("lasted", operation.lastedText), ("origin", stored.origin.withoutTrailingSlash),
      ("scope", stored.scope ?? "not known"),
      ("source", "\(stored.source.name) (\(stored.source.id))"),
    ]
    pairs.removeAll { $0.1.isEmpty }
    let title = terminal.styled(stored.service.title, operation.outcome == .failed ? .red : .bold)
    var lines = [title] + terminal.pairs(pairs)
    lines.append(terminal.styled("Its events", .dim))
    lines += course(scene, marking: nil)
    lines += WorkerLines(terminal: terminal).lines(scene.worker, since: operation.began)
    return lines + findings(scene)
  }

  /// In what is shown of one of its events.
  func lines(_ scene: OperationScene, of event: StoredEvent, at now: Timestamp) -> [String] {
    let operation = scene.operation.operation
    let course = operation.course.isEmpty ? "" : " (\(operation.course))"
    let title = "Operation \(operation.id): \(operation.stateText(at: now))\(course)"
    return [terminal.styled(title, .dim)] + self.course(scene, marking: event.id)
      + findings(scene)
  }

  private func course(_ scene: OperationScene, marking event: Int64?) -> [String] {
    let began = scene.operation.operation.began
    var lines = scene.events.map { other in
      let mark = other.id == event ? "▸" : " "
      let distance = (other.logged.timestamp - began).short
      let text = "\(other.id)  +\(distance)  \(other.logged.eventName.escapedForTerminal)"
      return "\(mark) " + terminal.styled(text, other.logged.outcome == .failed ? .red : nil)
    }
    lines += scene.links.map { link in
      let other = link.operation
      let name =
        other.instanceId.isEmpty ? "without a tag" : "“\(other.instanceId.escapedForTerminal)”"
      return "  \(link.sentence): \(other.service.title) \(name), operation \(other.id)"
    }
    lines += (scene.push?.hops ?? []).map { hop in
      "  \((hop.at - began).signed)  \(hop.name)"
    }
    return lines + scene.shown.map { "  on the screen: \($0.words.escapedForTerminal)" }
  }

  private func findings(_ scene: OperationScene) -> [String] {
    let findings = Findings.of(scene)
    guard !findings.isEmpty else { return [] }
    return [""] + FindingLines(terminal: terminal).lines(findings).dropLast()
  }
}

extension Operation {
  /// From its first event to its last: nothing can be said of one that has only begun.
  var lastedText: String { events > 1 ? (changed - began).short : "–" }
}
