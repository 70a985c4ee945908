/// Writes recorded events out in one of the formats, a page at a time.
package struct Export: Sendable, Hashable {
  package var format: ExportFormat
  package var selection: EventSelection
  /// What may be secret is taken out.
  package var isRedacted: Bool

  package init(_ format: ExportFormat, of selection: EventSelection, isRedacted: Bool = false) {
    self.format = format
    self.selection = selection
    self.isRedacted = isRedacted
  }

  /// Events are read so many at a time.
  private static let pageLimit = 500

  /// What was stored when it began; `write` is given parts as they are made, and waited for.
  ///
  /// - Parameter page: what a report is made with.
  package func run(
    store: any EventStore, page: ReportPage? = nil, at now: Timestamp = SystemClock().now(),
    _ write: ([UInt8]) async throws -> Void
  ) async throws {
    try await check(store)
    let newest = try await store.newestId()
    let sources = try await store.sources(of: selection)
    var pages = RedactedPages(isRedacted ? Redaction() : nil)
    if format == .html {
      guard let page else { throw UsageError.noReports }
      return try await write(
        report(page, store, sources, pages, at: now, upTo: newest))
    }
    var body = try await body(store, sources, pages.redaction)
    try await write(body.head())
    // One file saves back in its own order, everything else in that of time.
    let isFile = sources.count == 1 && sources.allSatisfy { $0.kind == .import }
    if format == .devtools, isFile {
      try await arrivalPages(store, upTo: newest) { page in
        try await write(body.part(pages.redaction?.redact(page) ?? page))
      }
    } else {
      let isBeside = format == .jsonl && selection.mayHaveGaps
      var beside = isBeside ? PagesBeside(selection, pages.redaction, store) : nil
      try await timePages(store, upTo: newest) { page in
        let part = pages.next(page)
        try await beside?.give(to: &body, around: part, write)
        try await write(body.part(part))
      }
      let rest = pages.rest()
      try await beside?.give(to: &body, around: rest, write)
      try await write(body.part(rest))
      try await beside?.giveRest(to: &body, write)
    }
    try await write(body.foot())
  }

  private func body(
    _ store: any EventStore, _ sources: [Source], _ redaction: Redaction?
  ) async throws -> any ExportBody {
    switch format {
    case .devtools: return DevToolsBody()
    case .csv: return CSVBody()
    case .html: preconditionFailure("A report is made as a whole")
    case .jsonl:
      let hasBeside = selection.mayHaveGaps
      let gaps = hasBeside ? try await store.gaps(selection) : []
      let watches = hasBeside ? try await store.watches(selection) : []
      // What a person has typed is theirs.
      let triggers = isRedacted ? [] : try await store.triggers(of: selection)
      let subscriptions =
        hasBeside && selection.mayHavePushes ? try await store.subscriptionLines(selection) : []
      let named = Set(gaps.map(\.source.id)).union(watches.map(\.source))
        .union(triggers.map(\.source.id)).union(subscriptions.map(\.source))
      let all = try await self.sources(named, beside: sources, store)
      guard let redaction else {
        return LinesBody(
          sources: all, watches: watches, gaps: gaps, triggers: triggers,
          subscriptions: subscriptions)
      }
      return LinesBody(
        sources: all.map(redaction.redact), watches: watches.map(redaction.redact),
        gaps: gaps.map(redaction.redact), subscriptions: subscriptions.map(redaction.redact))
    }
  }

  func sources(
    _ named: Set<SourceID>, beside sources: [Source], _ store: any EventStore
  ) async throws -> [Source] {
    let others = named.subtracting(sources.map(\.id))
    return sources
      + (others.isEmpty ? [] : try await store.sources().filter { others.contains($0.id) })
  }

  func timePages(
    _ store: any EventStore, upTo newest: Int64, _ page: ([StoredEvent]) async throws -> Void
  ) async throws {
    var cursor: EventCursor?
    repeat {
      let found = try await store.events(
        EventQuery(selection, order: .ascending, limit: Self.pageLimit, after: cursor))
      try await page(found.events.filter { $0.id <= newest })
      cursor = found.next
    } while cursor != nil
  }

  private func arrivalPages(
    _ store: any EventStore, upTo newest: Int64, _ page: ([StoredEvent]) async throws -> Void
  ) async throws {
    var last: Int64 = 0
    while true {
      let found = try await store.events(after: last, selection, limit: Self.pageLimit)
      guard let end = found.last else { return }
      try await page(found.filter { $0.id <= newest })
      last = end.id
    }
  }

  /// A name as DevTools gives it, such as `pushMessaging-20261122T140217.json`.
  ///
  /// - Parameter now: in the person's time zone.
  package func fileName(now: CivilTime) -> String {
    let name = selection.services.count == 1 ? selection.services.first?.rawValue : nil
    let digits = { (number: Int, width: Int) in
      let text = String(number)
      return String(repeating: "0", count: max(0, width - text.count)) + text
    }
    let date = digits(now.year, 4) + digits(now.month, 2) + digits(now.day, 2)
    let clock = now.clock(fractionDigits: 0).replacing(":", with: "")
    let mark = isRedacted ? "-redacted" : ""
    return "\(name ?? "backgroundServices")-\(date)T\(clock)\(mark).\(format.fileExtension)"
  }
}

extension EventSelection {
  /// A gap is of a source, a service and a time: of nothing else that an event has.
  var mayHaveGaps: Bool {
    self
      == EventSelection(services: services, sources: sources, since: since, until: until)
  }
}
