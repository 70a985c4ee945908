internal import GRDB
package import OffstageCore

extension SQLiteEventStore {
  package func histogram(
    _ selection: EventSelection, width: Interval
  ) async throws -> [HistogramBucket] {
    precondition(width.micros > 0, "a width of nothing")
    return try await read { db in
      var count = try HistogramCount(db, width: width)
      let isOfMinutes = width.micros % MinuteCount.width.micros == 0
      if isOfMinutes, selection.isCounted, let whole = selection.wholeMinutes {
        try count.addMinutes(of: selection, within: whole)
        for edge in selection.edges(around: whole) { try count.addEvents(of: edge) }
      } else {
        try count.addEvents(of: selection)
      }
      return count.buckets
    }
  }
}

/// Counts of events and of whole minutes, put together.
private struct HistogramCount {
  private struct Key: Hashable {
    var start: Int64
    var service: Int64
    var origin: ExactText
  }

  private let db: Database
  private let width: Int64
  /// By registration. An origin may be spelt with and without a slash at its end.
  private let origins: [Int64: ExactText]
  private var counts: [Key: (events: Int64, failed: Int64)] = [:]

  init(_ db: Database, width: Interval) throws {
    self.db = db
    self.width = width.micros
    origins = try db.originsByRegistration().mapValues { ExactText($0.withoutTrailingSlash) }
  }

  mutating func addEvents(of selection: EventSelection) throws {
    try add(
      "event", at: "timestamp", events: "count(*)",
      failed: "sum(outcome = \(Outcome.failed.code))", Condition(selection))
  }

  mutating func addMinutes(
    of selection: EventSelection, within minutes: ClosedRange<Int64>
  ) throws {
    var condition = Condition(minutesOf: selection)
    condition.add(
      "minute BETWEEN \(condition.placeholder(minutes.lowerBound))"
        + " AND \(condition.placeholder(minutes.upperBound))")
    try add(
      "minute_count", at: "(minute * \(MinuteCount.width.micros))", events: "sum(events)",
      failed: "sum(events * (outcome = \(Outcome.failed.code)))", condition)
  }

  private mutating func add(
    _ table: String, at moment: String, events: String, failed: String, _ condition: Condition
  ) throws {
    var condition = condition
    let width = condition.placeholder(width)
    // What is left of a division has the sign of the moment, which may lie before 1970.
    let statement = """
      SELECT \(moment) - (\(moment) % \(width) + \(width)) % \(width) AS start,
        place >> 8 AS service, registration, \(events), \(failed)
      FROM \(table) WHERE \(condition.sql) GROUP BY start, service, registration
      """
    try db.rows(statement, condition.bind) { row in
      let origin = origins[row.int(2)] ?? ExactText(EventReader.lost)
      let key = Key(start: row.int(0), service: row.int(1), origin: origin)
      let known = counts[key] ?? (events: 0, failed: 0)
      counts[key] = (known.events + row.int(3), known.failed + row.int(4))
    }.reduce(()) { _, _ in }
  }

  var buckets: [HistogramBucket] {
    counts.compactMap { key, count in
      Service(code: Int(key.service)).map { service in
        HistogramBucket(
          start: Timestamp(micros: key.start), service: service, origin: key.origin.text,
          events: count.events, failed: count.failed)
      }
    }.sorted(by: HistogramBucket.isInOrder)
  }
}

extension EventSelection {
  /// The minutes that lie in the range as a whole; nil if there are none.
  fileprivate var wholeMinutes: ClosedRange<Int64>? {
    let first = since.map { since in
      let minute = MinuteCount.minute(of: since)
      return MinuteCount.start(of: minute) == since ? minute : minute + 1
    }
    let last = until.map { MinuteCount.minute(of: $0 + Interval(micros: 1)) - 1 }
    let (from, to) = (first ?? .min, last ?? .max)
    return from <= to ? from...to : nil
  }

  /// What the range has of the minutes before and after these.
  fileprivate func edges(around minutes: ClosedRange<Int64>) -> [EventSelection] {
    let start = MinuteCount.start(of: minutes.lowerBound)
    let end = MinuteCount.start(of: minutes.upperBound &+ 1)
    var edges: [EventSelection] = []
    if let since, since < start {
      var edge = self
      edge.until = start - Interval(micros: 1)
      edges.append(edge)
    }
    if let until, until >= end {
      var edge = self
      edge.since = end
      edges.append(edge)
    }
    return edges
  }
}
