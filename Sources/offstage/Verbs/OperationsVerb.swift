import ArgumentParser
import JSON
import OffstageCore
import OffstageStore

struct OperationsVerb: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "operations",
    abstract: "Print the stories that events make: each push, sync, fetch, notification, payment.",
    discussion: """
      Of what is marked with ✕, ▲ or · there is a finding, as severe as in `offstage explain`. \
      `offstage show --operation NUMBER` has all of one.

      EXAMPLES
        offstage operations service:push since:2h
        offstage operations --state failed -n 20
      """)

  @OptionGroup var choice: ChoiceOptions

  @Option(
    help: "Only operations in this state, such as failed, retrying, running. Repeatable.",
    completion: .states)
  var state: [String] = []

  @Option(name: [.customLong("limit"), .customShort("n")], help: "The newest so many; 0 for all.")
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
    let query = OperationQuery(selection, states: states)
    if json {
      var writer = JSONWriter()
      let page = try await page(query, store)
      page.write(to: &writer)
      try terminal.print(writer.string)
    } else {
      let rows = try await rows(query, store)
      if rows.isEmpty {
        terminal.say("No operations: nothing was recorded that matches.")
      } else {
        try table(rows.reversed(), at: now).print(to: terminal)
      }
      sayHowOneIsShown()
    }
    try await store?.close()
  }

  /// A number alone is a word as any other, and hardly meant so.
  private func sayHowOneIsShown() {
    guard let word = choice.filter.filter.first, choice.filter.filter.count == 1,
      let number = Int64(word)
    else { return }
    common.terminal.say(
      "“\(number)” was looked for as a word. One operation: offstage show --operation \(number)")
  }

  private func page(
    _ query: OperationQuery, _ store: SQLiteEventStore?
  ) async throws -> OperationPage {
    var page = OperationPage(operations: [], next: nil)
    var query = query
    query.limit = limit == 0 ? 10_000 : limit
    repeat {
      let more = try await store?.operations(query)
      page.operations += more?.operations ?? []
      page.next = more?.next
      query.after = more?.next
    } while limit == 0 && query.after != nil
    return page
  }

  /// Scenes are large: of each is kept what a row shows.
  private func rows(
    _ query: OperationQuery, _ store: SQLiteEventStore?
  ) async throws -> [Row] {
    var rows: [Row] = []
    var query = query
    repeat {
      query.limit = min(Self.pageLimit, limit == 0 ? .max : limit - rows.count)
      guard let more = try await store?.scenes(query) else { break }
      rows += more.scenes.map { scene in
        Row(operation: scene.operation, worst: Findings.of(scene).map(\.severity).max())
      }
      query.after = more.next
    } while query.after != nil && (limit == 0 || rows.count < limit)
    return rows
  }

  private static let pageLimit = 200

  private struct Row {
    var operation: StoredOperation
    var worst: Finding.Severity?
  }

  /// The oldest first, as `events` prints them.
  private func table(_ rows: [Row], at now: Timestamp) -> Table {
    var table = Table([
      Table.Column(title: "#", priority: 6), Table.Column(title: "Began", minimum: 20, priority: 9),
      Table.Column(title: "Service", priority: 7),
      Table.Column(title: "Instance", minimum: 8, priority: 5),
      Table.Column(title: "State", priority: 8), Table.Column(title: "Lasted", priority: 4),
      Table.Column(title: "Course", minimum: 12, priority: 3),
      Table.Column(title: "Origin", minimum: 12, priority: 2),
    ])
    for row in rows {
      let stored = row.operation
      let mark = row.worst.map { FindingLines.mark($0) + " " } ?? ""
      let style = row.worst.flatMap(FindingLines.style)
      let operation = stored.operation
      table.rows.append([
        Table.Cell("\(stored.id)"), Table.Cell(operation.began.minuteText),
        Table.Cell(stored.service.shortName), Table.Cell(stored.instanceId),
        Table.Cell(mark + operation.stateText(at: now), style ?? operation.style(at: now)),
        Table.Cell(operation.lastedText),
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
