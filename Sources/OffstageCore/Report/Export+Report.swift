import JSON

/// The pages themselves with what is saved in them, as one file.
extension Export {
  /// What there is too much of, before any of it is written.
  package func check(_ store: any EventStore) async throws {
    guard format == .html else { return }
    let buckets = try await store.histogram(selection, width: .days(3650))
    let count = buckets.reduce(0) { $0 + $1.events }
    guard count > ReportData.mostEvents else { return }
    throw UsageError(
      "A report holds \(ReportData.mostEvents) events at most, and these are \(count).",
      hint: "Choose some of them by time, service or origin (--since 1d), or save them as jsonl.")
  }

  func report(
    _ page: ReportPage, _ store: any EventStore, _ sources: [Source], _ pages: RedactedPages,
    at now: Timestamp, upTo newest: Int64
  ) async throws -> [UInt8] {
    var pages = pages
    let redaction = pages.redaction
    let gaps = selection.mayHaveGaps ? try await store.gaps(selection) : []
    let beside = try await FindingSearch(selection, operations: 0).beside(store: store, redaction)
      .filter { $0.finding.severity > .info }
    let mentioned = Set(gaps.map(\.source.id)).union(beside.compactMap(\.source))
    let named = try await self.sources(mentioned, beside: sources, store)
    let shown = redaction.map { named.map($0.redact) } ?? named
    var data = ReportData(sources: shown)
    var workers: [Int64: ReportData.Worker] = [:]
    try await timePages(store, upTo: newest) { found in
      for event in found { workers[event.id] = try await worker(of: event, store, redaction) }
      for event in pages.next(found) {
        data.add(event, workers.removeValue(forKey: event.id) ?? .init())
      }
      guard data.count <= ReportData.mostEvents, data.bytes <= ReportData.mostBytes else {
        throw UsageError.tooMuchForReport
      }
    }
    for event in pages.rest() { data.add(event, workers.removeValue(forKey: event.id) ?? .init()) }
    try await addOperations(to: &data, store, redaction)
    data.add(beside)
    let facts = ReportData.Facts(
      created: now, version: page.version,
      filter: (redaction?.redact(selection) ?? selection).text(among: named, shown),
      isRedacted: isRedacted)
    let written = data.written(
      facts, sources: shown, gaps: redaction.map { gaps.map($0.redact) } ?? gaps)
    return page.head + written + page.foot
  }

  private func addOperations(
    to data: inout ReportData, _ store: any EventStore, _ redaction: Redaction?
  ) async throws {
    var redacted = redaction.map(RedactedScenes.init)
    for id in data.operationIds {
      var scene = try await store.scene(ofOperation: id)
      // All that is said of it is then made of what may be shown.
      if redaction != nil { scene = scene.flatMap { redacted?.next($0) } }
      data.add(scene)
      guard data.bytes <= ReportData.mostBytes else { throw UsageError.tooMuchForReport }
    }
  }

  private func worker(
    of event: StoredEvent, _ store: any EventStore, _ redaction: Redaction?
  ) async throws -> ReportData.Worker {
    let worker = ReportData.Worker(
      script: try await store.workerScript(of: event),
      entries: try await store.workerContext(of: event, within: .seconds(10)))
    guard let redaction else { return worker }
    return ReportData.Worker(
      script: worker.script.map(redaction.address), entries: worker.entries.map(redaction.redact))
  }
}

extension UsageError {
  package static let noReports = UsageError("No report can be made here.")

  fileprivate static let tooMuchForReport = UsageError(
    "These events are too many or too large for a report.",
    hint: "Choose some of them by time, service or origin, or save them as jsonl.")
}

extension Redaction {
  func redact(_ selection: EventSelection) -> EventSelection {
    var redacted = selection
    redacted.origins = Set(selection.origins.map(address))
    redacted.hosts = Set(selection.hosts.map(name))
    redacted.instances = Set(selection.instances.map(name))
    redacted.words = selection.words.map(mark)
    return redacted
  }
}

extension EventSelection {
  /// In the filter language.
  ///
  /// - Parameter shown: the sources as they are called in the file.
  fileprivate func text(among sources: [Source], _ shown: [Source]) -> String {
    var terms = Service.allCases.filter(services.contains).map { "service:\($0.shortName)" }
    terms += origins.sorted().map { "origin:\($0.quotedTerm)" }
    terms += zip(sources, shown).filter { self.sources.contains($0.0.id) }
      .map { "source:\($0.1.name.quotedTerm)" }
    terms += Outcome.allCases.filter(outcomes.contains).map { "outcome:\($0.rawValue)" }
    terms += instances.sorted().map { "tag:\($0.quotedTerm)" }
    terms += hosts.sorted().map { "origin:\($0.quotedTerm)" }
    terms += CaptureKind.allCases.filter(captures.contains).map { "capture:\($0.name)" }
    terms += OperationState.allCases.filter(states.contains).map { "status:\($0.rawValue)" }
    if let isTrigger { terms.append(isTrigger ? "is:trigger" : "not is:trigger") }
    if let since { terms.append("since:\(since.iso8601)") }
    if let until { terms.append("until:\(until.iso8601)") }
    terms += words.map(\.quotedTerm)
    return (terms + (saysMore ? ["…"] : [])).joined(separator: " ")
  }

  /// What has no short form, or may hold anything.
  private var saysMore: Bool {
    !names.isEmpty || !scopes.isEmpty || !pairs.isEmpty || !rest.isEmpty
  }
}

extension String {
  fileprivate var quotedTerm: String {
    contains(where: { " \"():\\".contains($0) })
      ? "\"" + replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\"" : self
  }
}
