import OffstageCore

/// Decides of expectations by what is in the store.
///
/// Whatever came since the moment at which an expectation begins is looked at, not only what comes
/// while it waits: between an act and the expectation of what it causes nothing is lost.
struct Judge: Sendable {
  let store: any EventStore
  let clock: any WallClock
  let values: [String: String]

  // MARK: Events

  func expect(
    _ expectation: EventExpectation, since moment: Moment
  ) async throws -> StepOutcome {
    let selection = try selection(expectation.filter)
    let count = expectation.count
    let found = try await within(expectation.within, of: store, clock: clock) {
      let events = try await store.events(after: moment.newestId, selection, limit: count)
      return events.count == count ? events : nil
    }
    guard let found, let last = found.last else {
      return .failed(try await missing(expectation, selection, since: moment))
    }
    if let quiet = expectation.quiet {
      let more = try await within(quiet, of: store, clock: clock) {
        let events = try await store.events(after: moment.newestId, selection, limit: count + 1)
        return events.count > count ? events.last : nil
      }
      if let more {
        return .failed(
          StepFailure(
            "More than \(count.times) came \(expectation.filter.quoted(values)).",
            operations: [more.operationId].compactMap { $0 }))
      }
    }
    return try yield(expectation.captures, of: last)
  }

  private func missing(
    _ expectation: EventExpectation, _ selection: EventSelection, since moment: Moment
  ) async throws -> StepFailure {
    let all = try await store.events(after: moment.newestId, EventSelection(), limit: 10_000)
    let found = all.filter(selection.takes).count
    let filter = expectation.filter.quoted(values)
    let what =
      found == 0
      ? "No event that takes \(filter) came within \(expectation.within.short)"
      : "Only \(found) of \(expectation.count) events that take \(filter) came within "
        + expectation.within.short
    let others =
      (all.isEmpty ? "; nothing was logged" : "; \(all.count.eventsWere) logged")
      + (expectation.since.map { " since “\($0.text)”." } ?? ".")
    let near = try NearMisses(filter: parsed(expectation.filter), context: context).among(all)
    return StepFailure(
      what + others, hint: near, operations: all.suffix(20).compactMap(\.operationId).unique)
  }

  private func yield(_ captures: [Capture], of event: StoredEvent) throws -> StepOutcome {
    var yield = StepYield()
    for capture in captures {
      guard let value = capture.value(of: event) else {
        let keys = event.logged.metadata.map(\.key)
        return .failed(
          StepFailure(
            "“\(event.logged.eventName)” has no “\(capture.what.text)” to capture.",
            hint: "It has \((Capture.words + keys).joined(separator: ", ")).",
            operations: [event.operationId].compactMap { $0 }))
      }
      yield.captures[capture.name.text] = value
    }
    return .done(yield)
  }

  func expectNone(_ expectation: QuietExpectation, since moment: Moment) async throws -> StepOutcome
  {
    let selection = try selection(expectation.filter)
    let found = try await within(expectation.window, of: store, clock: clock) {
      try await store.events(after: moment.newestId, selection, limit: 1).first
    }
    guard let found else { return .done(StepYield()) }
    let instance = found.logged.instanceId
    return .failed(
      StepFailure(
        "“\(found.logged.eventName)”\(instance.isEmpty ? "" : " of “\(instance)”") came, which "
          + "\(expectation.filter.quoted(values)) takes.",
        operations: [found.operationId].compactMap { $0 }))
  }

  // MARK: Operations and findings

  func expect(
    _ expectation: OperationExpectation, since moment: Moment
  ) async throws -> StepOutcome {
    let selection = try selection(expectation.filter).began(since: moment)
    let found = try await within(expectation.within, of: store, clock: clock) {
      try await store.operations(OperationQuery(selection, limit: 200)).operations
        .first(where: expectation.takes)
    }
    guard found == nil else { return .done(StepYield()) }
    let operations = try await store.operations(OperationQuery(selection, limit: 200)).operations
    let filter = expectation.filter.quoted(values)
    guard let newest = operations.first else {
      return .failed(
        StepFailure("No operation of \(filter) began within \(expectation.within.short)."))
    }
    let course = newest.operation.course
    return .failed(
      StepFailure(
        "No operation of \(filter) was \(expectation.text) within \(expectation.within.short); "
          + "the newest is \(newest.operation.state.rawValue)"
          + (course.isEmpty ? "." : ", \(course)."),
        operations: operations.prefix(5).map(\.id)))
  }

  func expect(_ expectation: FindingExpectation, since moment: Moment) async throws -> StepOutcome {
    let selection =
      try (expectation.filter.map(selection) ?? EventSelection()).began(since: moment)
    let search = FindingSearch(selection)
    let rule = expectation.rule.text
    let found = try await within(expectation.within, of: store, clock: clock) {
      try await search.run(store: store).findings.first { $0.rule == rule }
    }
    guard found == nil else { return .done(StepYield()) }
    let others = try await search.run(store: store).findings
    let names = Set(others.map(\.rule)).sorted().joined(separator: ", ")
    return .failed(
      StepFailure(
        "“\(rule)” was not found within \(expectation.within.short).",
        hint: names.isEmpty ? "Nothing else was found either." : "Found were \(names).",
        operations: others.compactMap(\.operationId).unique))
  }

  // MARK: Filters

  private var context: FilterContext { FilterContext(now: clock.now()) }

  private func parsed(_ text: WrittenText) throws -> EventFilter {
    try EventFilter(parsing: text.text).expanded(values)
  }

  private func selection(_ text: WrittenText) throws -> EventSelection {
    try parsed(text).selection(context)
  }
}

extension OperationExpectation {
  fileprivate func takes(_ stored: StoredOperation) -> Bool {
    let operation = stored.operation
    return (states.isEmpty || states.contains(operation.state))
      && attempts.map { $0 == operation.attempts } ?? true
      && failures.map { $0 == operation.failures } ?? true
  }

  fileprivate var text: String {
    let state = states.map(\.rawValue).sorted().joined(separator: " or ")
    let parts = [
      state.isEmpty ? nil : state,
      attempts.map { $0 == 1 ? "after 1 attempt" : "after \($0) attempts" },
      failures.map { $0 == 1 ? "with 1 failure" : "with \($0) failures" },
    ].compactMap { $0 }
    return parts.isEmpty ? "there" : parts.joined(separator: " ")
  }
}

extension EventSelection {
  fileprivate func began(since moment: Moment) -> EventSelection {
    var selection = self
    selection.since = max(moment.at, since ?? moment.at)
    return selection
  }
}

extension WrittenText {
  fileprivate func quoted(_ values: [String: String]) -> String {
    "‘\(expanded(values).escapedForTerminal)’"
  }
}

extension Int {
  fileprivate var times: String { self == 1 ? "once" : "\(self) times" }
  fileprivate var eventsWere: String { self == 1 ? "1 event was" : "\(self) events were" }
}

extension Sequence where Element: Hashable {
  /// The first of each.
  var unique: [Element] {
    var seen: Set<Element> = []
    return filter { seen.insert($0).inserted }
  }
}
