internal import GRDB
package import OffstageCore

extension SQLiteEventStore {
  package func histogram(
    _ selection: EventSelection, width: Interval
  ) async throws -> [HistogramBucket] {
    precondition(width.micros > 0, "a width of nothing")
    let counts = try await read { db in
      try HistogramBucket.counts(db, where: Condition(selection), width: width)
    }
    return counts.map { key, events in
      HistogramBucket(
        start: key.start, service: key.service, origin: key.origin.text, events: events)
    }.sorted(by: HistogramBucket.isInOrder)
  }
}

extension HistogramBucket {
  fileprivate struct Key: Hashable {
    var start: Timestamp
    var service: Service
    var origin: ExactText
  }

  /// An origin may be spelt with and without a slash at its end, and has many registrations.
  fileprivate static func counts(
    _ db: Database, where condition: Condition, width: Interval
  ) throws -> [Key: Int64] {
    var condition = condition
    let divisor = condition.placeholder(width.micros)
    let origins = try Dictionary(
      uniqueKeysWithValues: db.rows(
        """
        SELECT registration.id, text.value FROM registration
        LEFT JOIN text ON text.id = registration.origin
        """
      ) { ($0.int(0), ExactText(($0.optionalText(1) ?? EventReader.lost).withoutTrailingSlash)) })
    var counts: [Key: Int64] = [:]
    // What is left of a division has the sign of the moment, which may lie before 1970.
    let statement = """
      SELECT timestamp - (timestamp % \(divisor) + \(divisor)) % \(divisor) AS start,
        place >> 8 AS service, registration, count(*)
      FROM event WHERE \(condition.sql) GROUP BY start, service, registration
      """
    _ = try db.rows(statement, condition.bind) { row in
      guard let service = Service(code: Int(row.int(1))) else { return }
      let origin = origins[row.int(2)] ?? ExactText(EventReader.lost)
      let key = Key(start: Timestamp(micros: row.int(0)), service: service, origin: origin)
      counts[key, default: 0] += row.int(3)
    }
    return counts
  }
}
