import JSON
import OffstageCore
import OffstageStore

/// Prints the session's events as they become durable.
struct EventPrinter: Sendable {
  private let store: any EventStore
  private let terminal: Terminal
  private let notices: SessionNotices
  private let asJSON: Bool
  /// The newest id that was looked at.
  private let cursor: Watched<Int64>

  init(
    store: any EventStore, terminal: Terminal, sources: SessionNotices, asJSON: Bool,
    after id: Int64
  ) {
    self.store = store
    self.terminal = terminal
    notices = sources
    self.asJSON = asJSON
    cursor = Watched(id)
  }

  /// A person's screen further behind than this is moved on.
  private static let patience: Int64 = 2000

  /// People see what happens now, programs also what was caught up.
  private var selection: EventSelection {
    var selection = EventSelection()
    if !asJSON { selection.captures = [.live, .push] }
    return selection
  }

  func follow() async throws {
    // History is not shown to people, and reading it back would slow its coming in.
    if !asJSON { await notices.waitUntilCaughtUp() }
    while !Task.isCancelled {
      var follower = EventFollower(store: store, selection: selection, after: cursor.value)
      try await follower.run { events in
        try await print(events)
        return try await !moveOn()
      }
    }
  }

  /// Nobody reads thousands of lines in a second: a storm is cut short on the screen, not in the
  /// store, and what records it has the processor for itself. A file or a pipe gets every event.
  private func moveOn() async throws -> Bool {
    guard !asJSON, terminal.isOutputTerminal else { return false }
    let skipped = try await patiently { try await store.newestId() } - cursor.value
    guard skipped > Self.patience else { return false }
    cursor.update { $0 += skipped }
    terminal.say("… about \(skipped) events more; `offstage events` shows them.")
    return true
  }

  /// What was written after the following ended.
  func printRest() async throws {
    while true {
      let page = try await store.events(after: cursor.value, selection, limit: 500)
      guard !page.isEmpty else { return }
      try await print(page)
    }
  }

  private func print(_ events: [StoredEvent]) async throws {
    cursor.update { $0 = events.last?.id ?? $0 }
    let sources = notices.sources
    let mine = events.filter { sources.contains($0.source.id) }
    if asJSON {
      return try await terminal.send(EventOutput.jsonLines(mine))
    }
    guard !terminal.isQuiet else { return }
    if !mine.isEmpty { try await terminal.send(EventLines(terminal: terminal).lines(mine)) }
  }
}

/// Events for programs.
enum EventOutput {
  static func jsonLines(_ events: [StoredEvent]) -> [UInt8] {
    var writer = JSONWriter(reservingCapacity: events.count * 600)
    for event in events {
      event.write(to: &writer)
      writer.separator("\n")
    }
    return writer.bytes
  }
}
