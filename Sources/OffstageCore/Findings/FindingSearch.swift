/// Looks for what went wrong in what is recorded: over operations from the newest on, the mistakes of
/// workers, and gaps.
package struct FindingSearch: Sendable {
  package var selection: EventSelection
  /// No more operations are looked at than this.
  package var operations: Int

  package static let defaultOperations = 10_000
  private static let pageLimit = 200
  private static let mistakeLimit = 1000

  package init(
    _ selection: EventSelection = EventSelection(),
    operations: Int = FindingSearch.defaultOperations
  ) {
    self.selection = selection
    self.operations = operations
  }

  package struct Result: Sendable {
    /// In the order of time.
    package var findings: [Finding]
    /// How many operations were looked at.
    package var operations: Int
    /// False if older ones were not.
    package var isWhole: Bool

    package func count(_ severity: Finding.Severity) -> Int {
      findings.count { $0.severity == severity }
    }

    /// True if something went wrong, or may have.
    package var isTrouble: Bool { findings.contains { $0.severity > .info } }
  }

  package func run(store: any EventStore) async throws -> Result {
    var result = Result(findings: [], operations: 0, isWhole: true)
    var query = OperationQuery(selection, limit: Self.pageLimit)
    repeat {
      query.limit = min(Self.pageLimit, operations - result.operations)
      let page = try await store.scenes(query)
      for scene in page.scenes { result.findings += Findings.of(scene) }
      result.operations += page.scenes.count
      query.after = page.next
      if page.scenes.isEmpty { break }
    } while query.after != nil && result.operations < operations
    result.isWhole = query.after == nil
    if isOfWorkersToo {
      let reports = try await store.workerReports(selection, limit: Self.mistakeLimit)
      result.findings += reports.flatMap { Findings.of($0) }.filter {
        selection.services.isEmpty || selection.services.contains($0.service)
      }
    }
    if isOfGapsToo {
      result.findings += try await store.gaps(selection).compactMap { Findings.of($0) }
    }
    result.findings.sort { ($0.at, $0.rule, $0.instanceId) < ($1.at, $1.rule, $1.instanceId) }
    return result
  }

  /// A worker's mistake is of a source, an origin and a time: of nothing else that an event has.
  private var isOfWorkersToo: Bool {
    selection.outcomes.isEmpty && selection.instances.isEmpty && selection.captures.isEmpty
      && selection.words.isEmpty
  }

  private var isOfGapsToo: Bool { isOfWorkersToo && selection.origins.isEmpty }
}
