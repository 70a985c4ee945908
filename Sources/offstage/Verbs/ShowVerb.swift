import ArgumentParser
import JSON
import OffstageCore
import OffstageStore

struct ShowVerb: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Print one event, whole, with what its worker did around it.")

  @Argument(help: "The event's id, as `offstage events` prints it.")
  var id: Int64

  @Flag(help: "One JSON document.")
  var json = false

  @OptionGroup var common: CommonOptions

  /// What a worker did so long before and after an event belongs to its story.
  private static let neighbourhood = Interval.seconds(10)

  func run() async throws {
    let store = try common.openExistingStore()
    guard let store, let event = try await store.event(id: id) else {
      throw UsageError(
        "There is no event \(id).", hint: "offstage events lists what there is, with ids.")
    }
    let context = try await store.workerContext(of: event, within: Self.neighbourhood)
    let scene: OperationScene? =
      if let operation = event.operationId {
        try await store.scene(ofOperation: operation)
      } else { nil }
    let terminal = common.terminal
    if json {
      try terminal.print(document(event, context, scene))
    } else {
      for line in lines(event, context, scene, terminal) { try terminal.print(line) }
    }
    try await store.close()
  }

  private func document(
    _ event: StoredEvent, _ context: [WorkerContextEntry], _ scene: OperationScene?
  ) -> String {
    var writer = JSONWriter()
    writer.object { writer in
      writer.key("event")
      event.write(to: &writer)
      writer.memberArray("worker") { writer in
        for entry in context { entry.write(to: &writer) }
      }
      writer.key("operation")
      if let scene { scene.write(to: &writer) } else { writer.null() }
    }
    return writer.string
  }

  private func lines(
    _ event: StoredEvent, _ context: [WorkerContextEntry], _ scene: OperationScene?,
    _ terminal: Terminal
  ) -> [String] {
    let logged = event.logged
    var pairs = [
      ("id", "\(event.id)"), ("time", logged.timestamp.iso8601),
      ("service", logged.service.title), ("instance", logged.instanceId),
      ("origin", logged.origin.withoutTrailingSlash), ("storage key", logged.storageKey ?? "–"),
      ("registration", logged.serviceWorkerRegistrationId), ("scope", event.scope ?? "not known"),
      ("source", "\(event.source.name) (\(event.source.id))"), ("captured", event.capture.name),
      ("received", event.received.iso8601), ("outcome", logged.outcome?.rawValue ?? "–"),
    ]
    if let trigger = event.triggerId { pairs.append(("caused by", "trigger \(trigger)")) }
    pairs += logged.metadata.map { ("  " + $0.key, $0.value) }
    let width = pairs.map(\.0.displayWidth).max() ?? 0
    var lines = [
      terminal.styled(
        logged.eventName.escapedForTerminal, logged.outcome == .failed ? .red : .bold)
    ]
    lines += pairs.map { name, value in
      let name = name.escapedForTerminal
      let padding = String(repeating: " ", count: max(0, width - name.displayWidth))
      return terminal.styled(name, .dim) + padding + "  " + value.escapedForTerminal
    }
    if let scene { lines += story(scene, of: event, terminal) }
    if !context.isEmpty {
      // Which of it belongs to this event the browser does not say.
      lines.append(
        terminal.styled("What the same worker did, 10 s before and after, of whatever event", .dim))
      lines += context.map { line($0, since: logged.timestamp, terminal) }
    }
    return lines
  }

  private func story(
    _ scene: OperationScene, of event: StoredEvent, _ terminal: Terminal
  ) -> [String] {
    let operation = scene.operation.operation
    let state = operation.stateText(at: SystemClock().now())
    let course = operation.course.isEmpty ? "" : " (\(operation.course))"
    var lines = [terminal.styled("Operation \(operation.id): \(state)\(course)", .dim)]
    lines += scene.events.map { other in
      let mark = other.id == event.id ? "▸" : " "
      let distance = (other.logged.timestamp - operation.began).short
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
      let distance = hop.at - operation.began
      let sign = distance.micros < 0 ? "−" : "+"
      return "  \(sign)\(Interval(micros: abs(distance.micros)).short)  \(hop.name)"
    }
    lines += scene.shown.map { "  on the screen: \($0.words.escapedForTerminal)" }
    let findings = Findings.of(scene)
    if !findings.isEmpty { lines.append("") }
    return lines + FindingLines(terminal: terminal).lines(findings).dropLast()
  }

  private func line(
    _ entry: WorkerContextEntry, since moment: Timestamp, _ terminal: Terminal
  ) -> String {
    let distance = entry.at - moment
    let sign = distance.micros < 0 ? "−" : "+"
    let text = sign + Interval(micros: abs(distance.micros)).short
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
