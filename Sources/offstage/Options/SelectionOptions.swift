import ArgumentParser
import OffstageCore

/// Which events a reading verb means.
struct SelectionOptions: ParsableArguments {
  @Option(
    name: .customLong("service"),
    help: "Only this service (fetch, sync, periodic, notifications, push, payment). Repeatable.",
    completion: .services)
  var services: [String] = []

  @Option(name: .customLong("origin"), help: "Only this origin. Repeatable.")
  var origins: [String] = []

  @Option(
    name: .customLong("source"),
    help: "Only this source, by name or the beginning of its id. Repeatable.")
  var sources: [String] = []

  func selection(store: (any EventStore)?) async throws -> EventSelection {
    var selection = EventSelection()
    for service in services { selection.services.insert(try Service(parsing: service)) }
    selection.origins = Set(origins.map(\.withoutTrailingSlash))
    if !sources.isEmpty {
      let known = try await store?.sources() ?? []
      selection.sources = try SourceSelector.resolve(sources, among: known)
    }
    return selection
  }
}

/// From when to when.
struct TimeOptions: ParsableArguments {
  @Option(help: "Not older than: a duration (2h) or a date (RFC 3339).")
  var since: String?

  @Option(help: "Not newer than: a duration (2h) or a date (RFC 3339).")
  var until: String?

  func limit(_ selection: inout EventSelection, now: Timestamp) throws {
    selection.since = try since.map { try TimeBound(parsing: $0, now: now).timestamp }
    selection.until = try until.map { try TimeBound(parsing: $0, now: now).timestamp }
    if let since = selection.since, let until = selection.until, since > until {
      throw UsageError(
        "Nothing is newer than --since and older than --until.", hint: "Swap the two.")
    }
  }
}

/// What a verb that takes the filter language is asked for: all of it must hold.
struct ChoiceOptions: ParsableArguments {
  @OptionGroup var filter: FilterArgument
  @OptionGroup var options: SelectionOptions
  @OptionGroup var time: TimeOptions

  func selection(store: (any EventStore)?, now: Timestamp) async throws -> EventSelection {
    var selection = try await options.selection(store: store)
    try time.limit(&selection, now: now)
    try await filter.narrow(&selection, store: store, now: now)
    return selection
  }
}
