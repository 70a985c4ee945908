/// Stores what a file holds: first all of it is checked, so that a file of which nothing can be read
/// leaves nothing; then it is stored, a run at a time. A part that can't be read is told and passed
/// over.
package struct Import: Sendable {
  private let file: ImportFile

  package init(_ file: ImportFile) {
    self.file = file
  }

  package struct Result: Sendable, Hashable {
    package var format: ExportFormat
    package var sources: [Source]
    /// Events that are new, and those that were there.
    package var added = 0
    package var known = 0
    /// What else the file has that a person would look for, whether it was there or not.
    package var beside: [Beside: Int] = [:]
    /// Lines of kinds that this version does not know, by kind.
    package var unknown: [String: Int] = [:]
    /// Parts that can't be read, and what is said of the first of them.
    package var skipped = 0
    package var faults: [ImportFault] = []

    package var ignored: Int { unknown.values.reduce(0, +) }
  }

  /// What is no event, and of which a person would miss one.
  package enum Beside: String, Sendable, CaseIterable {
    case gap, trigger, notification, push, subscription

    /// As in “3 pushes”.
    package func counted(_ count: Int) -> String {
      count.of(rawValue, self == .push ? "pushes" : rawValue + "s")
    }
  }

  package struct Progress: Sendable, Hashable {
    package var stored: Int
    package var of: Int
  }

  /// What the first reading finds out.
  private struct Survey {
    var digest = ContentDigest()
    var format = ExportFormat.devtools
    var sources: [ExchangeSource] = []
    /// Those that something in the file is of.
    var used: Set<SourceID> = []
    var events = 0
    var beside: [Beside: Int] = [:]
    var unknown: [String: Int] = [:]
    var skipped = 0
    var faults: [ImportFault] = []
    var isAscending = true
    private var newest = Timestamp(micros: .min)

    private static let mostKinds = 20
    private static let mostFaults = 20

    /// Nothing can be read, and this is why.
    var refusal: ImportFault? { events == 0 && used.isEmpty ? faults.first : nil }

    /// Those that no line names are called as the file is.
    func usedSources(otherwise name: String) -> [ExchangeSource] {
      let nameless = used.subtracting(sources.map(\.id)).sorted { $0.description < $1.description }
      return sources.filter { used.contains($0.id) }
        + nameless.map { ExchangeSource(id: $0, name: name, browser: nil) }
    }

    private mutating func add(_ kind: Beside, of source: SourceID) {
      used.insert(source)
      beside[kind, default: 0] += 1
    }

    mutating func add(_ items: [ImportItem]) {
      for item in items {
        switch item {
        case .sources(let named):
          let known = Set(sources.map(\.id))
          sources += named.filter { !known.contains($0.id) }
        case .gap(let gap): add(.gap, of: gap.source)
        case .worker(let worker): used.insert(worker.source)
        case .watched(let watch): used.insert(watch.source)
        case .trigger(let trigger): add(.trigger, of: trigger.source)
        case .notification(let notification): add(.notification, of: notification.source)
        case .push(let push): add(.push, of: push.source)
        case .subscription(let subscription): add(.subscription, of: subscription.source)
        case .unknown(let kind):
          // A hostile file may have a kind for each line.
          let isOneMore = unknown.count < Survey.mostKinds || unknown[kind] != nil
          unknown[isOneMore ? kind : "…", default: 0] += 1
        case .fault(let fault):
          skipped += 1
          if faults.count < Survey.mostFaults { faults.append(fault) }
        case .event(let event):
          events += 1
          if let source = event.source { used.insert(source) }
          isAscending = isAscending && event.logged.timestamp >= newest
          newest = max(newest, event.logged.timestamp)
        }
      }
    }
  }

  package func run(
    store: any EventStore, clock: any WallClock,
    progress: @Sendable (Progress) -> Void = { _ in }
  ) async throws -> Result {
    let survey = try await survey()
    let now = clock.now()
    var batch = ImportBatch(
      sources: try await open(survey, store, now), now: now, isAscending: survey.isAscending)
    var result = Result(
      format: survey.format, sources: batch.sources, beside: survey.beside,
      unknown: survey.unknown,
      skipped: survey.skipped, faults: survey.faults)
    do {
      try await items { items in
        for item in items {
          batch.add(item)
          if batch.isFull { try await flush(&batch, store, &result) }
        }
        progress(Progress(stored: result.added + result.known, of: survey.events))
      }
      try await flush(&batch, store, &result)
    } catch let error as StoreError {
      throw partly(error, result, of: survey.events)
    }
    return result
  }

  private func survey() async throws -> Survey {
    var survey = Survey()
    var format: ExportFormat?
    try await items(
      part: { survey.digest.add($0) }, format: { format = $0 }, { survey.add($0) })
    survey.format = format ?? .devtools
    if let fault = survey.refusal { throw fault.usageError(of: file.name) }
    return survey
  }

  private func items(
    part: ([UInt8]) -> Void = { _ in }, format: (ExportFormat?) -> Void = { _ in },
    _ body: ([ImportItem]) async throws -> Void
  ) async throws {
    var reader = ImportReader()
    do {
      try await file.parts { bytes in
        try Task.checkCancellation()
        // A recorder may share the threads of this process.
        await Task.yield()
        part(bytes)
        try await body(try reader.read(bytes))
      }
      try await body(try reader.end())
    } catch let fault as ImportFault {
      throw fault.usageError(of: file.name)
    }
    format(reader.format)
  }

  /// A file of DevTools' becomes a source of its own, found again by its content; a file of ours
  /// names its sources, which may be known here.
  private func open(
    _ survey: Survey, _ store: any EventStore, _ now: Timestamp
  ) async throws -> [Source] {
    let descriptions =
      survey.format == .devtools
      ? [
        SourceDescription(
          kind: .import, place: .file(digest: survey.digest.text), suggestedName: file.name,
          browser: nil, transport: "file")
      ]
      : survey.usedSources(otherwise: file.name).map { source in
        SourceDescription(
          kind: .import, place: .unknown, suggestedName: source.name, browser: source.browser,
          transport: "file", id: source.id)
      }
    var sources: [Source] = []
    for description in descriptions {
      sources.append(try await store.openSource(description, at: now).source)
    }
    return sources
  }

  private func flush(
    _ batch: inout ImportBatch, _ store: any EventStore, _ result: inout Result
  ) async throws {
    let writes = batch.take()
    guard !writes.isEmpty else { return }
    let written = try await store.write(writes, receivedUntil: batch.now)
    result.added += written.stored
    result.known += written.known
  }

  private func partly(_ error: StoreError, _ result: Result, of events: Int) -> StoreError {
    let stored = result.added + result.known
    guard stored > 0 else { return error }
    var error = error
    error.message =
      "“\(file.name.escapedForTerminal)” is imported in part, \(stored) of \(events) events: "
      + error.message
    error.hint = (error.hint.map { $0 + " " } ?? "") + "Then import it again: nothing is doubled."
    return error
  }
}
