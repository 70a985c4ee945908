internal import GRDB
package import OffstageCore

/// What goes by itself once its time is over.
extension SQLiteEventStore {
  /// Whoever asked a recorder has had its answer by then.
  private static let requestsStay = Interval.days(1)

  package func prune(_ source: SourceID, at now: Timestamp) async throws -> Bool {
    let (horizon, isMore) = try await write { db -> (Timestamp?, Bool) in
      let number = try db.sourceNumber(of: source)
      try db.run("DELETE FROM request WHERE source = ?1 AND answered < ?2") {
        $0.bind(number, at: 1)
        $0.bind((now - SQLiteEventStore.requestsStay).micros, at: 2)
      }
      guard let keep = try db.source(source)?.keep else { return (nil, false) }
      return (now - keep, try db.pruneEvents(of: source, until: now - keep))
    }
    if let horizon, !isMore {
      try await pruneObservations(of: source, until: horizon)
      try await dropEmptyBlocks()
    }
    return isMore
  }

  /// Who looks for the events of an observation reads all of them: not while others wait to write.
  private func pruneObservations(of source: SourceID, until horizon: Timestamp) async throws {
    let numbers = try await read { try $0.overObservations(of: source, until: horizon) }
    guard !numbers.isEmpty else { return }
    try await write { db in
      for number in numbers {
        try db.run("DELETE FROM observation WHERE id = ?1") { $0.bind(number, at: 1) }
      }
    }
  }
}

extension Database {
  /// True if there are more.
  fileprivate func pruneEvents(of source: SourceID, until horizon: Timestamp) throws -> Bool {
    let number = try sourceNumber(of: source)
    let bind: (RawStatement) -> Void = {
      $0.bind(number, at: 1)
      $0.bind(horizon.micros, at: 2)
    }
    try run("DELETE FROM gap WHERE source = ?1 AND ended <= ?2", bind)
    try run(
      """
      DELETE FROM trigger WHERE source = ?1 AND asked <= ?2
        AND NOT EXISTS (SELECT 1 FROM event WHERE event.trigger = trigger.id)
      """, bind)
    let selection = EventSelection(sources: [source], until: horizon)
    let removed = try removeEvents(Condition(overdue: selection, horizon), limit: 5000)
    guard removed > 0 else { return false }
    try run(
      "UPDATE service_state SET horizon = max(coalesce(horizon, ?2), ?2) WHERE source = ?1", bind)
    try run("DELETE FROM worker WHERE source = ?1 AND at <= ?2", bind)
    return removed == 5000
  }

  /// Observations that were over by then and that no event names. The newest of a service stays: it
  /// tells whether the last recorder was killed.
  fileprivate func overObservations(
    of source: SourceID, until horizon: Timestamp
  ) throws -> [Int64] {
    let number = try sourceNumber(of: source)
    let bind: (RawStatement) -> Void = {
      $0.bind(number, at: 1)
      $0.bind(horizon.micros, at: 2)
    }
    // One that was cut short was over when the next began.
    let over = """
      SELECT id FROM (
        SELECT id, ended, lead(began) OVER (PARTITION BY service ORDER BY id) AS next
        FROM observation WHERE source = ?1)
      WHERE next IS NOT NULL AND coalesce(ended, next) <= ?2
      """
    let candidates = try rows(over, bind) { $0.int(0) }
    guard !candidates.isEmpty else { return [] }
    let named = try rows(
      "SELECT DISTINCT observation FROM event WHERE source = ?1 AND observation IN (\(over))", bind
    ) { $0.int(0) }
    return candidates.filter { !named.contains($0) }
  }
}
