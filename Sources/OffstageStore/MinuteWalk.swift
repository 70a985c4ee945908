internal import GRDB
internal import OffstageCore

/// Goes through the minutes that may hold events of a selection, with what they hold at most.
struct MinuteWalk {
  struct Run {
    var minutes: ClosedRange<Int64>
    /// Those that may belong to the selection.
    var events: Int64
    /// With those that don't, as far as they were counted.
    var all: Int64
  }

  private let db: Database
  private let selection: EventSelection
  private let order: EventQuery.Order
  /// Where the next minutes are read from; nil when there are no more.
  private var place: Int64?
  private var ahead: ArraySlice<Run> = []

  private static let pageLimit = 1000
  /// To read so many events more is quicker than another query.
  private static let detour: Int64 = 50

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
    repeat {
      if ahead.isEmpty { try readOn() }
      guard let run = ahead.popFirst() else { return nil }
      if run.events > 0 { return run }
    } while true
  }

  /// Minutes that follow one another, until they hold `events`.
  mutating func nextRun(of events: Int) throws -> Run? {
    guard var run = try nextMinute() else { return nil }
    while run.events < events {
      if ahead.isEmpty { try readOn() }
      guard let next = ahead.first, next.minutes.isBeside(run.minutes) else { break }
      ahead.removeFirst()
      run.add(next)
    }
    return run
  }

  /// What is read at once for something that the counts don't tell of, such as words: minutes with
  /// `events` at least, across those that hold little else.
  mutating func nextStretch(of events: Int64) throws -> Run? {
    guard var run = try nextMinute() else { return nil }
    var between: Int64 = 0
    while run.all < events {
      if ahead.isEmpty { try readOn() }
      guard let next = ahead.first else { break }
      if next.events > 0 {
        run.add(next)
        run.all += between
        between = 0
      } else {
        between += next.all
        guard between <= MinuteWalk.detour else { break }
      }
      ahead.removeFirst()
    }
    return run
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
    var chosen = "1"
    if !selection.isCounted {
      // Also the minutes in between.
      chosen = "(\(condition.takeSQL()))"
      condition.add(rangeOfMinutesOf: selection)
    }
    add(start, to: &condition)
    let direction = order == .ascending ? "ASC" : "DESC"
    let minutes = try db.rows(
      """
      SELECT minute, sum(events * \(chosen)), sum(events) FROM minute_count
      WHERE \(condition.sql)
      GROUP BY minute ORDER BY minute \(direction) LIMIT \(MinuteWalk.pageLimit)
      """, condition.bind
    ) {
      Run(minutes: $0.int(0)...$0.int(0), events: $0.int(1), all: $0.int(2))
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

extension MinuteWalk.Run {
  fileprivate mutating func add(_ next: Self) {
    let (low, high) = (next.minutes.lowerBound, next.minutes.upperBound)
    minutes = min(minutes.lowerBound, low)...max(minutes.upperBound, high)
    events += next.events
    all += next.all
  }
}

extension ClosedRange<Int64> {
  fileprivate func isBeside(_ other: ClosedRange<Int64>) -> Bool {
    lowerBound == other.upperBound + 1 || upperBound == other.lowerBound - 1
  }
}
