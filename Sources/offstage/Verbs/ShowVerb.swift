import ArgumentParser
import JSON
import OffstageCore
import OffstageStore

struct ShowVerb: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Print one event, whole, with what its worker did around it; or one operation.",
    discussion: """
      EXAMPLES
        offstage show 42
        offstage show --operation 17
      """)

  @Argument(help: "The event's id, as `offstage events` prints it.")
  var id: Int64?

  @Option(
    help: ArgumentHelp(
      "An operation, by its number in `offstage operations`: its course, events and findings.",
      valueName: "number"))
  var operation: Int64?

  @Flag(help: "One JSON document.")
  var json = false

  @OptionGroup var common: CommonOptions

  /// What a worker did so long before and after an event belongs to its story.
  private static let neighbourhood = Interval.seconds(10)

  func validate() throws {
    if (id == nil) == (operation == nil) {
      throw ValidationError("Name an event by its id, or an operation with --operation.")
    }
  }

  func run() async throws {
    let store = try common.openExistingStore()
    if let id { try await show(event: id, store) }
    if let operation { try await show(operation: operation, store) }
    try await store?.close()
  }

  private func show(operation id: Int64, _ store: SQLiteEventStore?) async throws {
    guard let scene = try await store?.scene(ofOperation: id) else {
      throw UsageError(
        "There is no operation \(id).",
        hint: "offstage operations lists what there is, with numbers.")
    }
    if json {
      var writer = JSONWriter()
      scene.write(to: &writer)
      return try common.terminal.print(writer.string)
    }
    let lines = OperationLines(terminal: common.terminal).lines(scene, at: SystemClock().now())
    for line in lines { try common.terminal.print(line) }
  }

  private func show(event id: Int64, _ store: SQLiteEventStore?) async throws {
    guard let store, let event = try await store.event(id: id) else {
      let isOperation = try await store?.scene(ofOperation: id) != nil
      throw UsageError(
        "There is no event \(id).",
        hint: isOperation
          ? "There is an operation of that number: offstage show --operation \(id)"
          : "offstage events lists what there is, with ids.")
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
    let title = terminal.styled(
      logged.eventName.escapedForTerminal, logged.outcome == .failed ? .red : .bold)
    var lines = [title] + terminal.pairs(pairs)
    if let scene {
      lines += OperationLines(terminal: terminal).lines(scene, of: event, at: SystemClock().now())
    }
    return lines + WorkerLines(terminal: terminal).lines(context, since: logged.timestamp)
  }
}
