internal import GRDB
internal import OffstageCore

/// The operations of some states that may have events beyond a place, in the order of the first event
/// that each may have there.
struct OperationQueue {
  private struct Entry {
    var id: Int64
    var began: Int64
    var changed: Int64
    var events: Int64
  }

  private let db: Database
  private let order: EventQuery.Order
  private let states: Set<OperationState>
  /// Between them an operation has something of its course.
  private let since: Int64
  private let until: Int64
  private var ahead: ArraySlice<Entry> = []
  private var isOver = false
  private var pageLimit = 64
  /// Of those that were given out.
  private var events: Int64 = 0
  private var operations: Int64 = 0

  private static let batch = 32
  private static let largestPage = 4096

  init(
    _ db: Database, _ selection: EventSelection, _ order: EventQuery.Order,
    beyond edge: EventCursor?
  ) throws {
    self.db = db
    self.order = order
    states = selection.states
    let place = edge?.identity.timestamp.micros
    let isUp = order == .ascending
    since = max(selection.since?.micros ?? .min, isUp ? place ?? .min : .min)
    until = min(selection.until?.micros ?? .max, isUp ? .max : place ?? .max)
    try readOn(after: nil)
  }

  /// How many operations may be asked for, up to a limit.
  static func count(of selection: EventSelection, limit: Int64, _ db: Database) throws -> Int64 {
    var condition = Condition()
    condition.add("state IN (\(list(selection.states)))")
    if let since = selection.since {
      condition.add("changed >= \(condition.placeholder(since.micros))")
    }
    return try db.row(
      """
      SELECT count(*) FROM (SELECT 1 FROM operation INDEXED BY operation_recent
        WHERE \(condition.sql) LIMIT \(limit))
      """, condition.bind
    ) { $0.int(0) } ?? 0
  }

  private static func list(_ states: Set<OperationState>) -> String {
    states.map(\.code).sorted().map(String.init).joined(separator: ", ")
  }

  // MARK: What is left

  var isEmpty: Bool { ahead.isEmpty }

  /// The next few, and how many events they have.
  mutating func next() throws -> (ids: [Int64], events: Int64) {
    let batch = ahead.prefix(Self.batch)
    ahead = ahead.dropFirst(Self.batch)
    if ahead.isEmpty, !isOver, let last = batch.last { try readOn(after: last) }
    let sum = batch.reduce(0) { $0 + $1.events }
    events += sum
    operations += Int64(batch.count)
    return (batch.map(\.id), sum)
  }

  /// No operation that is left has anything before it; nil if none is left.
  var edge: EventCursor? {
    ahead.first.map { entry in
      let moment =
        order == .ascending ? entry.began : max(entry.changed, entry.changed &+ 1)
      return EventCursor(before: Timestamp(micros: moment))
    }
  }

  /// About so many.
  func eventsLeft() throws -> Int64 {
    guard operations > 0, let last = ahead.last else { return 0 }
    var count = Int64(ahead.count)
    if !isOver {
      var condition = range(after: last)
      condition.add("state IN (\(Self.list(states)))")
      count +=
        try db.row("SELECT count(*) FROM operation WHERE \(condition.sql)", condition.bind) {
          $0.int(0)
        } ?? 0
    }
    return count * events / operations
  }

  // MARK: Reading

  private mutating func readOn(after last: Entry?) throws {
    var condition = range(after: last)
    let shared = condition.takeSQL()
    let keys = order == .ascending ? ["began", "id"] : ["changed", "began", "id"]
    let direction = order == .ascending ? "ASC" : "DESC"
    let by = "ORDER BY \(keys.map { "\($0) \(direction)" }.joined(separator: ", "))"
    let parts = facets.map { facet in
      """
      SELECT * FROM (SELECT id, began, changed, events FROM operation \(facet) AND \(shared)
        \(by) LIMIT \(pageLimit))
      """
    }
    ahead = try db.rows(
      "\(parts.joined(separator: " UNION ALL ")) \(by) LIMIT \(pageLimit)", condition.bind
    ) { Entry(id: $0.int(0), began: $0.int(1), changed: $0.int(2), events: $0.int(3)) }[...]
    isOver = ahead.count < pageLimit
    pageLimit = min(Self.largestPage, pageLimit * 4)
  }

  /// What an index has in order.
  private var facets: [String] {
    states.map(\.code).sorted().flatMap { state in
      order == .descending
        ? ["INDEXED BY operation_recent WHERE state = \(state)"]
        : Service.allCases.map {
          "INDEXED BY operation_facet WHERE service = \($0.code) AND state = \(state)"
        }
    }
  }

  private func range(after last: Entry?) -> Condition {
    var condition = Condition()
    if since != .min { condition.add("changed >= \(condition.placeholder(since))") }
    if until != .max { condition.add("began <= \(condition.placeholder(until))") }
    if let last {
      let isUp = order == .ascending
      let values = (isUp ? [last.began, last.id] : [last.changed, last.began, last.id])
        .map { condition.placeholder($0) }.joined(separator: ", ")
      condition.add(
        isUp ? "(began, id) > (\(values))" : "(changed, began, id) < (\(values))")
    }
    return condition
  }
}
