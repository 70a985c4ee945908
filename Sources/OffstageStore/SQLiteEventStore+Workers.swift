internal import GRDB
package import OffstageCore

extension SQLiteEventStore {
  package func workerReports(
    _ selection: EventSelection, limit: Int
  ) async throws -> [WorkerReport] {
    try await read { try $0.workerReports(selection, limit: limit) }
  }
}

extension SQLiteEventStore {
  package func workers(of sources: Set<SourceID>) async throws -> [KnownWorker] {
    try await read { db in
      try db.rows(
        """
        SELECT source.uuid, source.name, scope.number, scope.scope, scope.script
        FROM scope JOIN source ON source.id = scope.source
        WHERE scope.is_deleted = 0 ORDER BY source.id, scope.scope, scope.number
        """
      ) { row -> KnownWorker? in
        guard let source = SourceID(row.text(0)) else { return nil }
        return KnownWorker(
          source: SourceName(id: source, name: row.text(1)), registrationId: row.text(2),
          scope: row.text(3), script: row.optionalText(4))
      }.compactMap { $0 }
    }.filter { sources.isEmpty || sources.contains($0.source.id) }
  }

  package func workerEntries(
    _ selection: EventSelection, after: BesidePlace?, limit: Int
  ) async throws -> [PlacedBeside<ExchangeWorker>] {
    try await read { db in
      var condition = Condition()
      if !selection.sources.isEmpty {
        let list = selection.sources.map { condition.placeholder($0.description) }
        condition.add("source.uuid IN (\(list.joined(separator: ", ")))")
      }
      // A later version's kinds have no names here.
      condition.add(
        "worker.kind IN (\(WorkerContext.Kind.allCases.map { "\($0.rawValue)" }.joined(separator: ", ")))"
      )
      if let since = selection.since {
        condition.add("worker.at >= \(condition.placeholder(since.micros))")
      }
      if let until = selection.until {
        condition.add("worker.at <= \(condition.placeholder(until.micros))")
      }
      if let after {
        let values = [after.at.micros, after.number].map { condition.placeholder($0) }
        condition.add("(worker.at, worker.id) > (\(values.joined(separator: ", ")))")
      }
      return try db.rows(
        """
        SELECT \(Database.workerColumns), worker.number, source.uuid, worker.id
        FROM worker INDEXED BY worker_moment JOIN source ON source.id = worker.source
        WHERE \(condition.sql) ORDER BY worker.at, worker.id LIMIT \(limit)
        """, condition.bind
      ) { row -> PlacedBeside<ExchangeWorker>? in
        guard let entry = Database.workerEntry(row, of: row.text(8)),
          let source = SourceID(row.text(9))
        else { return nil }
        return PlacedBeside(
          ExchangeWorker(source: source, entry: entry),
          at: BesidePlace(at: entry.at, number: row.int(10)))
      }.compactMap { $0 }
    }
  }

  /// One that was not ended is as long as the browser was seen, or until the next: that one tells what
  /// came between.
  package func watches(_ selection: EventSelection) async throws -> [ExchangeWatch] {
    try await read { db in
      try db.rows(
        """
        SELECT source.uuid, run.service, run.began, max(run.began, run.ended) FROM (
          SELECT observation.source, observation.service, began, min(observation.id) AS id,
            max(coalesce(ended, next, seen_until)) AS ended
          FROM (SELECT *, lead(began) OVER (PARTITION BY source, service ORDER BY began, id) AS next
            FROM observation) AS observation
          LEFT JOIN service_state ON service_state.source = observation.source
            AND service_state.service = observation.service
          GROUP BY observation.source, observation.service, began) AS run
        JOIN source ON source.id = run.source
        WHERE run.ended IS NOT NULL ORDER BY run.began, run.id
        """
      ) { row -> ExchangeWatch? in
        guard let source = SourceID(row.text(0)), let service = Service(code: Int(row.int(1)))
        else { return nil }
        return ExchangeWatch(
          source: source, service: service, from: Timestamp(micros: row.int(2)),
          to: Timestamp(micros: row.int(3)))
      }.compactMap { $0 }
    }.filter { watch in
      (selection.services.isEmpty || watch.service.map(selection.services.contains) ?? true)
        && (selection.sources.isEmpty || selection.sources.contains(watch.source))
        && selection.until.map { watch.from <= $0 } ?? true
        && selection.since.map { watch.to >= $0 } ?? true
    }
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
