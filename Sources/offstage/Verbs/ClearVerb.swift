import ArgumentParser
import OffstageCore
import OffstageStore

struct ClearVerb: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "clear",
    abstract: "Remove recorded events; they do not come back when the browser replays its log.",
    discussion: """
      The browser's own log stays, unless --browser-log is given: then it is first proved that all of \
      it is stored, and only the browser's log is cleared. For that a recorder must be running.
      """)

  @OptionGroup var selection: SelectionOptions

  @Flag(name: .customLong("browser-log"), help: "Clear the browser's own log, not the store.")
  var browserLog = false

  @Flag(help: "Do not ask.")
  var yes = false

  @OptionGroup var common: CommonOptions

  func run() async throws {
    let store = try common.openStore()
    let selection = try await self.selection.selection(store: store)
    if browserLog {
      try await clearBrowserLog(store, selection)
    } else {
      try await clearStore(store, selection)
    }
    try await store.close()
  }

  private func confirm(_ question: String, _ refusal: String) throws {
    guard !yes else { return }
    switch common.terminal.confirm(question) {
    case true?: return
    case false?: throw CancellationError()
    case nil: throw UsageError(refusal, hint: "Add --yes if that is what you want.")
    }
  }

  private func clearStore(_ store: SQLiteEventStore, _ selection: EventSelection) async throws {
    try confirm(
      "Remove the events that match from Offstage's store? The browser's own log stays.",
      "Clearing removes events for good.")
    let removed = try await store.clear(selection, at: SystemClock().now())
    common.terminal.say("Removed \(removed) \(removed == 1 ? "event" : "events").")
  }

  private func clearBrowserLog(
    _ store: SQLiteEventStore, _ selection: EventSelection
  ) async throws {
    guard selection.origins.isEmpty else {
      throw UsageError(
        "The browser clears a whole service, not one origin.",
        hint: "Leave out --origin, or --browser-log.")
    }
    let locks = SourceLocks(folder: common.folder)
    let sources = try await store.sources().filter {
      (selection.sources.isEmpty || selection.sources.contains($0.id)) && locks.isHeld($0.id)
    }
    guard !sources.isEmpty else {
      throw UsageError(
        "No recorder runs that could ask its browser.",
        hint: "Start `offstage open` or `offstage attach`, then try again.")
    }
    try confirm(
      "Clear the browser's own log, for every client? What is in it is stored first.",
      "Clearing the browser's log is for every client of that browser.")
    let services = Service.allCases.filter {
      selection.services.isEmpty || selection.services.contains($0)
    }
    for source in sources {
      for service in services { try await clear(service, of: source, store) }
    }
  }

  private func clear(
    _ service: Service, of source: Source, _ store: SQLiteEventStore
  ) async throws {
    let request = try await store.ask(
      .clearBrowserLog, service, of: source.id, at: SystemClock().now())
    let locks = SourceLocks(folder: common.folder)
    let answer = try await store.firstValue(while: { locks.isHeld(source.id) }) {
      try await store.answer(to: request)
    }
    switch answer {
    case .done?:
      common.terminal.say("\(source.name): the browser's \(service.title) log is cleared.")
    case .failed(let reason)?:
      throw StoreError(
        .failed, "\(source.name): the browser's \(service.title) log was not cleared: \(reason)")
    case nil:
      throw StoreError(
        .failed, "\(source.name): the recorder ended before it had cleared the browser's log.")
    }
  }
}
