internal import GRDB
internal import OffstageCore

/// Cuts a list into pieces: by the counts of whole minutes where those are counts of its events, by
/// going through the events' keys elsewhere.
struct PieceCutter {
  private let db: Database
  private let selection: EventSelection
  private let order: EventQuery.Order
  private let size: Int64
  /// How many events are still to be cut.
  private var left: Int64
  /// Who asks for so many knows that they are there, and has to get them all.
  private let isLimited: Bool

  private var pieces: [EventPieces.Piece] = []
  private var piece = EventPieces.Piece(start: nil, events: 0)
  /// Events that may be read before the rest is left to the next time.
  private var budget: Int64
  private var taken: Int64 = 0
  private let granule: Int64

  private static let pieceLimit = 5000

  init(
    _ db: Database, _ selection: EventSelection, _ order: EventQuery.Order, size: Int, limit: Int?,
    budget: Int64 = 150_000, granule: Int64 = SearchShape.granule
  ) {
    self.db = db
    self.selection = selection
    self.order = order
    self.size = Int64(size)
    left = limit.map(Int64.init) ?? .max
    isLimited = limit != nil
    self.budget = budget
    self.granule = granule
  }

  mutating func cut(after start: EventCursor?) throws -> EventPieces {
    piece.start = start
    guard selection.isCounted else { return try cutFound(after: start) }
    var walk = MinuteWalk(db, selection, order, after: start)
    while let run = try walk.nextMinute() {
      if isWhole(run.minutes, after: start), run.events <= min(size, left) {
        if piece.events + run.events > size { begin(at: edge(before: run.minutes)) }
        piece.events += run.events
        left -= run.events
      } else {
        let before = taken
        if let stop = try walkKeys(of: run.minutes, after: start) {
          let rest = max(0, run.events - (taken - before))
          return end(at: stop, remaining: rest + (try walk.eventsLeft()))
        }
      }
      guard budget > 0, left > 0, pieces.count < Self.pieceLimit else {
        return end(at: edge(after: run.minutes), remaining: try walk.eventsLeft())
      }
    }
    return end(at: nil, remaining: 0)
  }

  /// What the counts don't tell of is cut as it is found.
  private mutating func cutFound(after start: EventCursor?) throws -> EventPieces {
    var walk = try EventWalk(
      db, selection, order, after: start, granule: granule,
      budget: EventWalk.Budget(
        events: isLimited ? .max : budget))
    while let found = try walk.next() {
      piece.events += 1
      left -= 1
      guard piece.events == size || left == 0 else { continue }
      begin(at: found.place)
      if left == 0 || pieces.count == Self.pieceLimit {
        return end(at: found.place, remaining: try walk.remaining())
      }
    }
    return end(at: walk.stopped, remaining: walk.stopped == nil ? 0 : try walk.remaining())
  }

  private mutating func begin(at start: EventCursor) {
    if piece.events > 0 { pieces.append(piece) }
    piece = EventPieces.Piece(start: start, events: 0)
  }

  private mutating func end(at next: EventCursor?, remaining: Int64) -> EventPieces {
    if piece.events > 0 { pieces.append(piece) }
    return EventPieces(pieces: pieces, next: next, remaining: remaining)
  }

  /// Its count is that of the list's events in it.
  private func isWhole(_ minutes: ClosedRange<Int64>, after start: EventCursor?) -> Bool {
    let first = MinuteCount.start(of: minutes.lowerBound)
    let last = first + MinuteCount.width - Interval(micros: 1)
    let isCut =
      selection.since.map { $0 > first && $0 <= last } ?? false
      || selection.until.map { $0 >= first && $0 < last } ?? false
    let begins = start.map { !(first...last).contains($0.identity.timestamp) } ?? true
    return !isCut && (begins || start == EventCursor(before: first))
  }

  /// Returns where it stopped, if not at the end of the minutes.
  private mutating func walkKeys(
    of minutes: ClosedRange<Int64>, after start: EventCursor?
  ) throws -> EventCursor? {
    var condition = Condition(selection)
    condition.add(within: minutes)
    if let start { condition.add(beyond: start, order) }
    let keys = try RawStatement(
      db,
      """
      SELECT timestamp, place, digest, source, ordinal FROM event
      WHERE \(condition.sql) ORDER BY \(EventReader.timeOrder(order))
      """)
    condition.bind(keys)
    defer { keys.reset() }
    // A piece that goes on into this minute must not grow beyond its limit.
    if piece.events >= size { begin(at: edge(before: minutes)) }
    while try keys.step() {
      piece.events += 1
      taken += 1
      budget -= 1
      left -= 1
      guard piece.events == size || left == 0 else { continue }
      begin(at: EventCursor(key: keys))
      if budget <= 0 || left == 0 { return piece.start }
    }
    return nil
  }

  /// Where the minutes begin, as the order goes.
  private func edge(before minutes: ClosedRange<Int64>) -> EventCursor {
    EventCursor(
      before: MinuteCount.start(
        of: order == .ascending ? minutes.lowerBound : minutes.upperBound + 1))
  }

  private func edge(after minutes: ClosedRange<Int64>) -> EventCursor {
    EventCursor(
      before: MinuteCount.start(
        of: order == .ascending ? minutes.upperBound + 1 : minutes.lowerBound))
  }
}

extension EventCursor {
  /// From the columns of the time index.
  fileprivate init(key row: RawStatement) {
    self.init(
      identity: EventIdentity(
        timestamp: Timestamp(micros: row.int(0)), place: EventPlace(rawValue: Int(row.int(1))),
        digest: row.int(2), ordinal: Int32(truncatingIfNeeded: row.int(4))),
      sourceNumber: row.int(3))
  }
}
