internal import GRDB
package import OffstageCore

extension SQLiteEventStore {
  package func workerReports(
    _ selection: EventSelection, limit: Int
  ) async throws -> [WorkerReport] {
    try await read { try $0.workerReports(selection, limit: limit) }
  }
}

extension Database {
  private struct Key: Hashable {
    var source: Int64
    var number: String
  }

  /// The newest mistakes, by worker.
  fileprivate func workerReports(
    _ selection: EventSelection, limit: Int
  ) throws -> [WorkerReport] {
    var reports: [Key: WorkerReport] = [:]
    for (key, report) in try mistakes(selection, limit: limit) {
      reports[key, default: report].entries += reports[key] == nil ? [] : report.entries
    }
    return try reports.map { key, report in
      var report = report
      report.entries.sort { $0.at < $1.at }
      report.handled = try handled(of: key, around: report.entries)
      return report
    }
  }

  private func mistakes(
    _ selection: EventSelection, limit: Int
  ) throws -> [(Key, WorkerReport)] {
    var condition = Condition()
    condition.add("worker.kind = \(WorkerContext.Kind.error.rawValue)")
    if !selection.sources.isEmpty {
      let list = selection.sources.map { condition.placeholder($0.description) }
      condition.add("source.uuid IN (\(list.joined(separator: ", ")))")
    }
    if let since = selection.since {
      condition.add("worker.at >= \(condition.placeholder(since.micros))")
    }
    if let until = selection.until {
      condition.add("worker.at <= \(condition.placeholder(until.micros))")
    }
    let rows = try rows(
      """
      SELECT \(Self.workerColumns), worker.source, worker.number, source.uuid, source.name,
        (SELECT scope.scope FROM scope
          WHERE scope.source = worker.source AND scope.number = worker.number)
      FROM worker JOIN source ON source.id = worker.source
      WHERE \(condition.takeSQL()) ORDER BY worker.at DESC, worker.id DESC LIMIT \(limit)
      """, condition.bind
    ) { row -> (Key, WorkerReport)? in
      let number = row.text(9)
      guard let entry = Self.workerEntry(row, of: number), let id = SourceID(row.text(10))
      else { return nil }
      let scope = row.optionalText(12)
      // A file does not tell the scope of a worker that has no events.
      let url = scope ?? entry.context.scriptURL
      return (
        Key(source: row.int(8), number: number),
        WorkerReport(
          source: SourceName(id: id, name: row.text(11)), origin: url.flatMap(Self.origin),
          scope: scope, entries: [entry], handled: [])
      )
    }.compactMap { $0 }
    guard !selection.origins.isEmpty else { return rows }
    return rows.filter { $0.1.origin.map(selection.origins.contains) ?? false }
  }

  /// `https://app.example` of `https://app.example/sw.js`
  private static func origin(of url: String) -> String? {
    let parts = url.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
    guard parts.count >= 3, parts[1].isEmpty, !parts[2].isEmpty else { return nil }
    return "\(parts[0])//\(parts[2])"
  }

  /// When handlers of the worker ran, as far as that is near one of the mistakes.
  private func handled(
    of key: Key, around entries: [WorkerContextEntry]
  ) throws -> [ClosedRange<Timestamp>] {
    var ranges: [ClosedRange<Timestamp>] = []
    for entry in entries where !ranges.contains(where: { $0.contains(entry.at) }) {
      let from = entry.at - .seconds(120)
      let to = entry.at + .seconds(1)
      let ids = try rows(
        """
        SELECT DISTINCT operation FROM (SELECT operation FROM event
          WHERE timestamp BETWEEN ?1 AND ?2 AND registration IN
            (SELECT id FROM registration WHERE source = ?3 AND number = ?4)
          ORDER BY timestamp DESC LIMIT 100)
        """
      ) {
        $0.bind(from.micros, at: 1)
        $0.bind(to.micros, at: 2)
        $0.bind(key.source, at: 3)
        $0.bind(key.number, at: 4)
      } _: {
        $0.int(0)
      }
      var reader = OperationReader(self)
      for id in ids {
        guard let operation = try reader.operation(id) else { continue }
        let events = try events(of: operation.operation, from: from, to: to)
        ranges += WorkerReport.handled(by: operation.operation, events)
      }
    }
    return ranges
  }
}
