internal import GRDB
internal import OffstageCore

/// Goes through the minutes that hold events of a selection that they are counted by.
struct MinuteWalk {
  struct Run {
    var minutes: ClosedRange<Int64>
    /// Also those outside of the selection's range of time.
    var events: Int64
  }

  private let db: Database
  private let selection: EventSelection
  private let order: EventQuery.Order
  /// Where the next minutes are read from; nil when there are no more.
  private var place: Int64?
  private var ahead: ArraySlice<Run> = []

  private static let pageLimit = 1000

  init(
    _ db: Database, _ selection: EventSelection, _ order: EventQuery.Order, after: EventCursor?
  ) {
    self.db = db
    self.selection = selection
    self.order = order
    place =
      after.map { MinuteWalk.minute(beyond: $0, order) } ?? (order == .ascending ? .min : .max)
  }

  /// The first that may hold events beyond a place.
  private static func minute(beyond cursor: EventCursor, _ order: EventQuery.Order) -> Int64 {
    let minute = MinuteCount.minute(of: cursor.identity.timestamp)
    let isEmpty =
      order == .descending && cursor == EventCursor(before: MinuteCount.start(of: minute))
    return isEmpty ? minute - 1 : minute
  }

  mutating func nextMinute() throws -> Run? {
    if ahead.isEmpty { try readOn() }
    return ahead.popFirst()
  }

  /// What lies beyond the minutes that were given out.
  func eventsLeft() throws -> Int64 {
    let known = ahead.reduce(0) { $0 + $1.events }
    guard let place else { return known }
    var condition = Condition(minutesOf: selection)
    add(place, to: &condition)
    return try known
      + (db.row("SELECT sum(events) FROM minute_count WHERE \(condition.sql)", condition.bind) {
        $0.int(0)
      } ?? 0)
  }

  private mutating func readOn() throws {
    guard let start = place else { return }
    var condition = Condition(minutesOf: selection)
    add(start, to: &condition)
    let direction = order == .ascending ? "ASC" : "DESC"
    let minutes = try db.rows(
      """
      SELECT minute, sum(events) FROM minute_count
      WHERE \(condition.sql)
      GROUP BY minute ORDER BY minute \(direction) LIMIT \(MinuteWalk.pageLimit)
      """, condition.bind
    ) {
      Run(minutes: $0.int(0)...$0.int(0), events: $0.int(1))
    }
    ahead = minutes[...]
    let last = minutes.last?.minutes.lowerBound
    place =
      minutes.count < MinuteWalk.pageLimit
      ? nil : last.map { order == .ascending ? $0 + 1 : $0 - 1 }
  }

  private func add(_ place: Int64, to condition: inout Condition) {
    condition.add(
      "minute \(order == .ascending ? ">=" : "<=") \(condition.placeholder(place))")
  }
}
