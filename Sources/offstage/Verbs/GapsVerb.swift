import ArgumentParser
import JSON
import OffstageCore
import OffstageStore

struct GapsVerb: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "gaps",
    abstract: "Print the stretches in which events may have been lost.")

  @OptionGroup var selection: SelectionOptions
  @OptionGroup var time: TimeOptions

  @Flag(help: "One JSON document.")
  var json = false

  @OptionGroup var common: CommonOptions

  func run() async throws {
    let terminal = common.terminal
    let store = try common.openExistingStore()
    var selection = try await self.selection.selection(store: store)
    try time.limit(&selection, now: SystemClock().now())
    let gaps = try await store?.gaps(selection) ?? []
    if json {
      var writer = JSONWriter()
      writer.object { writer in
        writer.memberArray("gaps") { writer in
          for gap in gaps { gap.write(to: &writer) }
        }
      }
      try terminal.print(writer.string)
    } else if gaps.isEmpty {
      terminal.say("No gaps: nothing that a browser logged while it was recorded is missing.")
    } else {
      try table(gaps).print(to: terminal)
    }
    try await store?.close()
  }

  private func table(_ gaps: [Gap]) -> Table {
    var table = Table([
      Table.Column(title: "From", minimum: 20, priority: 9),
      Table.Column(title: "To", minimum: 20, priority: 8),
      Table.Column(title: "Source", priority: 5), Table.Column(title: "Service", priority: 7),
      Table.Column(title: "Reason", minimum: 20, priority: 4),
    ])
    for gap in gaps {
      table.rows.append([
        Table.Cell(gap.from.minuteText), Table.Cell(gap.to?.minuteText ?? "still open", .yellow),
        Table.Cell(gap.source.name), Table.Cell(gap.service.shortName),
        Table.Cell("\(gap.reason.rawValue): \(gap.reason.sentence)"),
      ])
    }
    return table
  }
}
