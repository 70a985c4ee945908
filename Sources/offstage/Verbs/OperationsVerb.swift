import ArgumentParser
import JSON
import OffstageCore
import OffstageStore

struct OperationsVerb: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "operations",
    abstract: "Print the stories that events make: each push, sync, fetch, notification, payment.")

  @OptionGroup var choice: ChoiceOptions

  @Option(help: "Only operations in this state, such as failed, retrying, running. Repeatable.")
  var state: [String] = []

  @Option(help: "The newest so many; 0 for all.")
  var limit = 100

  @Flag(help: "One JSON document.")
  var json = false

  @OptionGroup var common: CommonOptions

  func validate() throws {
    guard limit >= 0 else { throw ValidationError("--limit must be 0 or more.") }
  }

  func run() async throws {
    let terminal = common.terminal
    let store = try common.openExistingStore()
    let now = SystemClock().now()
    let selection = try await choice.selection(store: store, now: now)
    let states = try Set(state.map { try OperationState(parsing: $0) })
    var page = OperationPage(operations: [], next: nil)
    var query = OperationQuery(selection, states: states, limit: limit)
    repeat {
      query.limit = limit == 0 ? 10_000 : limit
      let more = try await store?.operations(query)
      page.operations += more?.operations ?? []
      page.next = more?.next
      query.after = more?.next
    } while limit == 0 && query.after != nil
    if json {
      var writer = JSONWriter()
      page.write(to: &writer)
      try terminal.print(writer.string)
    } else if page.operations.isEmpty {
      terminal.say("No operations: nothing was recorded that matches.")
    } else {
      try table(page.operations.reversed(), at: now).print(to: terminal)
    }
    try await store?.close()
  }

  /// The oldest first, as `events` prints them.
  private func table(_ operations: [StoredOperation], at now: Timestamp) -> Table {
    var table = Table([
      Table.Column(title: "#", priority: 6), Table.Column(title: "Began", priority: 9),
      Table.Column(title: "Service", priority: 7),
      Table.Column(title: "Instance", minimum: 8, priority: 5),
      Table.Column(title: "State", priority: 8), Table.Column(title: "Lasted", priority: 4),
      Table.Column(title: "Course", minimum: 12, priority: 3),
      Table.Column(title: "Origin", minimum: 12, priority: 2),
    ])
    for stored in operations {
      let operation = stored.operation
      table.rows.append([
        Table.Cell("\(stored.id)"), Table.Cell(operation.began.minuteText),
        Table.Cell(stored.service.shortName), Table.Cell(stored.instanceId),
        Table.Cell(operation.stateText(at: now), operation.style(at: now)),
        Table.Cell((operation.changed - operation.began).short),
        Table.Cell(operation.course), Table.Cell(stored.origin.withoutTrailingSlash),
      ])
    }
    return table
  }
}

extension Operation {
  fileprivate func style(at now: Timestamp) -> Terminal.Style? {
    switch state {
    case .failed: .red
    case .retrying, .unfinished: .yellow
    case .running: isStalled(at: now) ? .yellow : nil
    case .waiting, .shown, .clicked, .succeeded, .aborted, .closed, .replaced, .unregistered,
      .simulated, .delivered:
      nil
    }
  }
}
