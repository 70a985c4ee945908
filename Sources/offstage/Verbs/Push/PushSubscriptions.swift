import ArgumentParser
import JSON
import OffstageCore
import OffstageStore

struct PushSubscriptions: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "subscriptions",
    abstract: "Print the subscriptions that browsers have made with the push service.",
    discussion: """
      Those that hold, oldest first; with --all those that have ended too. Who knows an endpoint may \
      send to it.
      """)

  @Flag(help: "Those that have ended too.")
  var all = false

  @Flag(help: "One JSON document.")
  var json = false

  @OptionGroup var common: CommonOptions

  func run() async throws {
    let terminal = common.terminal
    let store = try common.openExistingStore()
    let subscriptions =
      try await store?.pushSubscriptions().filter {
        // What Chromium registers for itself has no page.
        $0.origin != nil && (all || $0.end == nil)
      } ?? []
    try await store?.close()
    let origin = PushHost.notedOrigin(in: common.folder)
    if json {
      var writer = JSONWriter()
      writer.object { writer in
        writer.memberArray("subscriptions") { writer in
          for subscription in subscriptions { subscription.write(to: &writer, origin: origin) }
        }
      }
      try terminal.print(writer.string)
    } else if subscriptions.isEmpty {
      terminal.say("No page has subscribed yet: open one with `offstage open URL --push`.")
    } else {
      try table(subscriptions, origin).print(to: terminal)
    }
  }

  private func table(_ subscriptions: [PushSubscription], _ origin: String?) -> Table {
    var table = Table([
      Table.Column(title: "Made", priority: 6), Table.Column(title: "Origin", priority: 8),
      Table.Column(title: "Browser", priority: 4), Table.Column(title: "Ended", priority: 5),
      Table.Column(title: "Endpoint", minimum: 30, priority: 9),
    ])
    for subscription in subscriptions {
      table.rows.append([
        Table.Cell(subscription.created.minuteText), Table.Cell(subscription.origin ?? ""),
        Table.Cell(subscription.client.name),
        Table.Cell(subscription.end?.reason.rawValue ?? "", .yellow),
        Table.Cell(subscription.endpoint(at: origin)),
      ])
    }
    return table
  }
}
