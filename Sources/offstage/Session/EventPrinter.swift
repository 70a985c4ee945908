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

  func follow() async throws {
    var follower = EventFollower(
      store: store, selection: EventSelection(), after: cursor.value)
    try await follower.run { events in
      try print(events)
      return true
    }
  }

  /// What was written after the following ended.
  func printRest() async throws {
    while true {
      let page = try await store.events(after: cursor.value, EventSelection(), limit: 500)
      guard !page.isEmpty else { return }
      try print(page)
    }
  }

  /// For people what happens now, for programs also what was caught up.
  private func print(_ events: [StoredEvent]) throws {
    cursor.update { $0 = events.last?.id ?? $0 }
    let sources = notices.sources
    let mine = events.filter { sources.contains($0.source.id) }
    if asJSON {
      try terminal.write(EventOutput.jsonLines(mine))
      return
    }
    guard !terminal.isQuiet else { return }
    let lines = EventLines(terminal: terminal)
    for event in mine where event.capture == .live { try terminal.print(lines.line(event)) }
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
