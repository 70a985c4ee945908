import ArgumentParser
import JSON
import OffstageCore
import OffstageServer
import OffstageStore

struct NotificationsVerb: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "notifications",
    abstract: "Print the notifications that are on the screen now.",
    discussion: """
      Those of browsers that `open` or `demo` has launched and whose notifications appear with \
      Offstage (--notifications offstage, which is so without a window), oldest first.
      """)

  @Option(help: "Of a source only, by its name or id.")
  var source: String?

  @Flag(help: "One JSON document, with icons and images.")
  var json = false

  @OptionGroup var common: CommonOptions

  func run() async throws {
    let terminal = common.terminal
    let store = try common.openExistingStore()
    var sources: Set<SourceID> = []
    if let source {
      sources = Set(try SourceSelector.resolve([source], among: try await store?.sources() ?? []))
    }
    try await store?.close()
    var lines: [NotificationLine] = []
    for running in RunningFile.all(in: common.folder) {
      lines += try await running.notifications(of: sources)
    }
    if json {
      var writer = JSONWriter()
      writer.object { writer in
        writer.memberArray("notifications") { writer in
          for line in lines { writer.value(raw: line.json) }
        }
      }
      try terminal.print(writer.string)
    } else if lines.isEmpty {
      terminal.say("There is no notification on a screen of Offstage's.")
    } else {
      try table(lines).print(to: terminal)
    }
  }

  private func table(_ lines: [NotificationLine]) -> Table {
    var table = Table([
      Table.Column(title: "No.", priority: 9), Table.Column(title: "Shown", priority: 6),
      Table.Column(title: "Title", minimum: 12, priority: 8),
      Table.Column(title: "Text", minimum: 12, priority: 4),
      Table.Column(title: "Buttons", priority: 5), Table.Column(title: "Tag", priority: 3),
      Table.Column(title: "Origin", priority: 7), Table.Column(title: "Source", priority: 2),
    ])
    for line in lines {
      table.rows.append([
        Table.Cell("\(line.number)"), Table.Cell(line.shown?.minuteText ?? ""),
        Table.Cell(line.title), Table.Cell(line.body),
        Table.Cell(line.actions.joined(separator: " · ")), Table.Cell(line.tag ?? ""),
        Table.Cell(line.origin ?? ""), Table.Cell(line.source),
      ])
    }
    return table
  }
}
