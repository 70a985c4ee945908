import ArgumentParser
import JSON
import OffstageCore
import OffstageStore

struct EventsVerb: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "events",
    abstract: "Print recorded events: the newest 100, the oldest of them first.",
    discussion: """
      EXAMPLES
        offstage events service:push since:2h
        offstage events '(outcome:failed or timeout) -origin:localhost:3000'
        offstage events --service push --since 2h
        offstage events --origin https://app.example --limit 0 --csv > events.csv
        offstage events --follow --jsonl | jq .eventName
      """)

  @OptionGroup var choice: ChoiceOptions

  @Option(name: [.customLong("limit"), .customShort("n")], help: "The newest so many; 0 for all.")
  var limit = 100

  @Flag(name: .shortAndLong, help: "Go on and print events as they come.")
  var follow = false

  @Flag(help: "One JSON document.")
  var json = false

  @Flag(help: "One JSON object a line.")
  var jsonl = false

  @Flag(help: "Comma-separated values.")
  var csv = false

  @Option(help: "Go on where --json said “next”.")
  var cursor: String?

  @OptionGroup var common: CommonOptions

  func validate() throws {
    guard limit >= 0 else { throw ValidationError("--limit can't be negative; 0 means all.") }
    if [json, jsonl, csv].filter({ $0 }).count > 1 {
      throw ValidationError("Give one of --json, --jsonl and --csv.")
    }
    if follow, json || csv {
      throw ValidationError("--follow prints a table or, with --jsonl, JSON lines.")
    }
    if follow, choice.time.until != nil {
      throw ValidationError("--follow has no end; leave out --until.")
    }
  }

  func run() async throws {
    let after = try cursor.map { text in
      guard let cursor = EventCursor(text: text) else {
        throw UsageError(
          "“\(text.escapedForTerminal)” is no cursor.",
          hint: "Take the value of “next” as it was printed.")
      }
      return cursor
    }
    // Before anything is printed: whoever sees a line may end it in good order.
    let stop = follow ? await StopSignal() : nil
    // Who follows may be there before the first recorder is.
    let store = follow ? try common.openStore() : try common.openExistingStore()
    let now = SystemClock().now()
    let selection = try await choice.selection(store: store, now: now)
    if follow, selection.until != nil {
      throw UsageError("--follow has no end.", hint: "Leave out until: and --until.")
    }
    let newest = try await store?.newestId() ?? 0
    let output = EventsOutput(
      terminal: common.terminal, format: format,
      selection: store == nil ? EventSelection() : selection, newest: newest)
    guard let store else { return try output.print(EventPage(events: [], next: nil)) }
    try await output.print(store, selection, limit: limit, after: after)
    if let stop { try await follow(store, selection, after: newest, output, until: stop) }
    try await store.close()
  }

  private var format: EventsOutput.Format {
    if json { return .json }
    if jsonl { return .jsonLines }
    return csv ? .csv : .table
  }

  private func follow(
    _ store: SQLiteEventStore, _ selection: EventSelection, after id: Int64,
    _ output: EventsOutput, until stop: StopSignal
  ) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await store.run() }
      group.addTask { await stop.listen() }
      group.addTask { await stop.wait() }
      group.addTask {
        var follower = EventFollower(store: store, selection: selection, after: id)
        try await follower.run { events in
          try output.printLive(events)
          return true
        }
      }
      try await group.next()
      group.cancelAll()
    }
  }
}

/// Prints pages of events in one of the formats.
struct EventsOutput: Sendable {
  enum Format: Sendable {
    case table, json, jsonLines, csv
  }

  let terminal: Terminal
  let format: Format
  let selection: EventSelection
  /// The newest event when the verb began: what is newer may be listed and followed.
  let newest: Int64
  private let listed = Watched<Set<Int64>>([])

  init(terminal: Terminal, format: Format, selection: EventSelection, newest: Int64) {
    self.terminal = terminal
    self.format = format
    self.selection = selection
    self.newest = newest
  }

  /// Events are read so many at a time.
  private static let pageLimit = 1000

  func print(
    _ store: any EventStore, _ selection: EventSelection, limit: Int, after: EventCursor?
  ) async throws {
    if limit > 0, limit <= Self.pageLimit {
      var page = try await store.events(
        EventQuery(selection, order: .descending, limit: limit, after: after))
      page.events.reverse()
      try print(page)
      if let moment = page.lookedUntil {
        terminal.say(
          "Looked back until \(moment.iso8601), which took long; `--until \(moment.iso8601)` goes on."
        )
      }
      return
    }
    try await printMany(store, selection, limit: limit, after: after)
  }

  private func noteListed(_ events: [StoredEvent]) {
    let newer = events.lazy.map(\.id).filter { $0 > newest }
    guard !newer.isEmpty else { return }
    let ids = Set(newer)
    listed.update { $0.formUnion(ids) }
  }

  func print(_ page: EventPage) throws {
    noteListed(page.events)
    switch format {
    case .json:
      var writer = JSONWriter()
      page.write(to: &writer)
      try terminal.print(writer.string)
    case .jsonLines:
      try terminal.write(EventOutput.jsonLines(page.events))
    case .csv:
      try terminal.write(Array(EventCSV.header.utf8))
      for event in page.events { try terminal.write(Array(EventCSV.row(event).utf8)) }
    case .table:
      guard !page.events.isEmpty else {
        return page.lookedUntil == nil ? terminal.say(nothing) : ()
      }
      try EventLines(terminal: terminal).table(page.events).print(to: terminal)
    }
  }

  private var nothing: String {
    if selection.origins.contains(where: { !$0.contains("://") }) {
      return "No events match. --origin has a scheme, such as http://localhost:3000."
    }
    return selection != EventSelection()
      ? "No events match."
      : "No events. Record some with `offstage demo`, `offstage open URL` or `offstage attach`."
  }

  /// Many events go out in pages, oldest first, without being held.
  private func printMany(
    _ store: any EventStore, _ selection: EventSelection, limit: Int, after: EventCursor?
  ) async throws {
    let stretch =
      limit == 0 && after == nil
      ? Stretch(count: .max)
      : try await newest(limit == 0 ? .max : limit, store, selection, after)
    var cursor = stretch.start
    var left = stretch.count
    var isFirst = true
    var writer = JSONWriter()
    while true {
      let page = try await store.events(
        EventQuery(
          selection, order: .ascending, limit: min(left, Self.pageLimit), after: cursor))
      try print(page, isFirst: isFirst, &writer)
      isFirst = false
      left -= page.events.count
      guard left > 0, let next = page.next else { break }
      cursor = next
    }
    if format == .json {
      writer.removeAll()
      writer.object { $0.member(orNull: "next", stretch.next?.text) }
      try terminal.print("]," + writer.string.dropFirst())
    }
  }

  /// So many events in time order.
  private struct Stretch {
    var count: Int
    /// The place before them; nil for the beginning.
    var start: EventCursor?
    /// Where older ones go on.
    var next: EventCursor?
  }

  private func newest(
    _ limit: Int, _ store: any EventStore, _ selection: EventSelection, _ after: EventCursor?
  ) async throws -> Stretch {
    var count = 0
    var cursor = after
    while count < limit {
      let page = try await store.events(
        EventQuery(
          selection, order: .descending, limit: min(limit - count, Self.pageLimit), after: cursor))
      count += page.events.count
      guard let next = page.next else { return Stretch(count: count) }
      cursor = next
    }
    let before = try await store.events(
      EventQuery(selection, order: .descending, limit: 1, after: cursor))
    return Stretch(count: count, start: before.last, next: cursor)
  }

  private func print(
    _ page: EventPage, isFirst: Bool, _ writer: inout JSONWriter
  ) throws {
    noteListed(page.events)
    switch format {
    case .json:
      if isFirst { try terminal.write(Array("{\"events\":[".utf8)) }
      for (index, event) in page.events.enumerated() {
        writer.removeAll()
        event.write(to: &writer)
        let comma = isFirst && index == 0 ? [] : [UInt8(ascii: ",")]
        try terminal.write(comma + writer.bytes)
      }
    case .jsonLines, .csv:
      if format == .csv, isFirst { try terminal.write(Array(EventCSV.header.utf8)) }
      let bytes =
        format == .csv
        ? page.events.flatMap { Array(EventCSV.row($0).utf8) }
        : EventOutput.jsonLines(page.events)
      try terminal.write(bytes)
    case .table:
      if isFirst, page.events.isEmpty { terminal.say(nothing) }
      try terminal.write(EventLines(terminal: terminal).lines(page.events))
    }
  }

  func printLive(_ events: [StoredEvent]) throws {
    let listed = listed.value
    let events = listed.isEmpty ? events : events.filter { !listed.contains($0.id) }
    if format == .jsonLines { return try terminal.write(EventOutput.jsonLines(events)) }
    try terminal.write(EventLines(terminal: terminal).lines(events))
  }
}
