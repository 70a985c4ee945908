import ArgumentParser
import JSON
import OffstageCore
import OffstageStore

struct TriggerList: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "What was triggered, and what came of it: the newest last.")

  @Option(help: "Only this source. Repeatable; default: all.")
  var source: [String] = []

  @Option(name: [.customLong("limit"), .customShort("n")], help: "The newest so many.")
  var limit = 50

  @Flag(help: "One JSON document.")
  var json = false

  @OptionGroup var common: CommonOptions

  func validate() throws {
    guard limit > 0 else { throw ValidationError("--limit is a number from 1 on.") }
  }

  func run() async throws {
    let store = try common.openExistingStore()
    let sources = try SourceSelector.resolve(source, among: try await store?.sources() ?? [])
    let found = try await store?.triggers(of: sources, before: nil, limit: limit) ?? []
    let now = SystemClock().now()
    if json {
      var writer = JSONWriter()
      writer.object { writer in
        writer.memberArray("triggers") { writer in
          for trigger in found.reversed() { trigger.write(to: &writer, at: now) }
        }
      }
      try common.terminal.print(writer.string)
    } else if found.isEmpty {
      common.terminal.say("Nothing was triggered yet.")
    } else {
      try table(found.reversed(), now).print(to: common.terminal)
    }
    try await store?.close()
  }

  private func table(_ triggers: some Sequence<StoredTrigger>, _ now: Timestamp) -> Table {
    var table = Table([
      Table.Column(title: "Id", alignsRight: true, priority: 6),
      Table.Column(title: "Asked", priority: 5), Table.Column(title: "What", priority: 9),
      Table.Column(title: "Verdict", priority: 8),
      Table.Column(title: "Events", alignsRight: true, priority: 4),
      Table.Column(title: "Why", priority: 3),
    ])
    for trigger in triggers {
      let answer = trigger.answer(at: now)
      table.rows.append([
        Table.Cell("\(trigger.id)", .dim), Table.Cell(trigger.asked.minuteText),
        Table.Cell(trigger.action.title), Table.Cell(answer?.verdict.rawValue ?? "under way"),
        Table.Cell("\(answer?.events.count ?? 0)"), Table.Cell(answer?.reason ?? ""),
      ])
    }
    return table
  }
}

extension TriggerAction {
  /// A few words for a list.
  var title: String {
    switch self {
    case .push(_, let data): data.map { "push “\($0.prefix(40))”" } ?? "push"
    case .webPush(_, let data): data.map { "real push “\($0.prefix(40))”" } ?? "real push"
    case .sync(_, let tag, _), .periodicSync(_, let tag): "\(kind) “\(tag)”"
    case .worker(_, let change): "worker \(change.rawValue)"
    case .abortFetch(_, let id): "fetch-abort “\(id)”"
    case .clearSiteData(let origin): "clear-site-data \(origin)"
    case .permission(let origin, let name, let setting): "\(name) \(setting.rawValue) \(origin)"
    case .network, .notification: kind
    }
  }
}
