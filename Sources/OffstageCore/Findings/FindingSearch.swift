/// Looks for what went wrong in what is recorded: over operations from the newest on, the mistakes of
/// workers, what was posted to the push service, and gaps.
package struct FindingSearch: Sendable {
  package var selection: EventSelection
  /// No more operations are looked at than this; with 0 what is of none is found alone.
  package var operations: Int
  /// Where the operations before these ended; then only operations are looked at.
  package var after: OperationCursor?

  package static let defaultOperations = 10_000
  private static let pageLimit = 200

  package init(
    _ selection: EventSelection = EventSelection(),
    operations: Int = FindingSearch.defaultOperations, after: OperationCursor? = nil
  ) {
    self.selection = selection
    self.operations = operations
    self.after = after
  }

  package struct Result: Sendable {
    /// In the order of time.
    package var findings: [Finding]
    /// How many operations were looked at.
    package var operations: Int
    /// Where the older ones begin that were not looked at.
    package var next: OperationCursor?

    package init(findings: [Finding] = [], operations: Int = 0) {
      self.findings = findings
      self.operations = operations
    }

    package func count(_ severity: Finding.Severity) -> Int {
      findings.count { $0.severity == severity }
    }

    /// True if something went wrong, or may have.
    package var isTrouble: Bool { findings.contains { $0.severity > .info } }
  }

  package func run(store: any EventStore) async throws -> Result {
    var result = Result(findings: [], operations: 0)
    var query = OperationQuery(selection, limit: Self.pageLimit, after: after)
    var isWhole = operations == 0
    while !isWhole, result.operations < operations {
      query.limit = min(Self.pageLimit, operations - result.operations)
      let page = try await store.scenes(query)
      for scene in page.scenes { result.findings += Findings.of(scene) }
      result.operations += page.scenes.count
      query.after = page.next
      isWhole = page.next == nil
    }
    result.next = query.after
    if after == nil { result.findings += try await beside(store: store).map(\.finding) }
    result.findings.sort { $0.isBefore($1) }
    return result
  }
}
