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
  /// How many of the events that were looked at belong to the list.
  private var looked: Int64 = 0
  private var taken: Int64 = 0

  private static let pieceLimit = 5000
  /// What the counts of minutes can't tell apart is read so many at a time.
  private static let stretch: Int64 = 10_000

  init(
    _ db: Database, _ selection: EventSelection, _ order: EventQuery.Order, size: Int, limit: Int?,
    budget: Int64 = 150_000
  ) {
    self.db = db
    self.selection = selection
    self.order = order
    self.size = Int64(size)
    left = limit.map(Int64.init) ?? .max
    isLimited = limit != nil
    self.budget = budget
  }

  mutating func cut(after start: EventCursor?) throws -> EventPieces {
    piece.start = start
    var walk = MinuteWalk(db, selection, order, after: start)
    while let run = try next(of: &walk) {
      if isWhole(run.minutes, after: start), run.events <= min(size, left) {
        if piece.events + run.events > size { begin(at: edge(before: run.minutes)) }
        piece.events += run.events
        left -= run.events
      } else {
        let before = taken
        let stop = try walkKeys(of: run.minutes, after: start)
        var rest = stop == nil ? 0 : max(0, run.events - (taken - before))
        if !selection.isCounted {
          let all = try start.map { try events(of: run, beyond: $0) } ?? run.events
          rest = try stop.map { try events(of: run, beyond: $0) } ?? 0
          looked += max(taken - before, all - rest)
          if !isLimited { budget -= run.all }
        }
        if let stop { return try end(at: stop, remaining: rest + walk.eventsLeft()) }
      }
      guard budget > 0, left > 0, pieces.count < Self.pieceLimit else {
        return try end(at: edge(after: run.minutes), remaining: walk.eventsLeft())
      }
    }
    return try end(at: nil, remaining: 0)
  }

  private func next(of walk: inout MinuteWalk) throws -> MinuteWalk.Run? {
    try selection.isCounted
      ? walk.nextMinute() : walk.nextStretch(of: min(budget, Self.stretch))
  }

  /// How many of these may belong to the list beyond a place in them.
  private func events(of run: MinuteWalk.Run, beyond place: EventCursor) throws -> Int64 {
    guard run.minutes.contains(MinuteCount.minute(of: place.identity.timestamp)) else {
      return run.events
    }
    var condition = Condition(selection.counted)
    condition.add(within: run.minutes)
    condition.add(beyond: place, order)
    return try db.row("SELECT count(*) FROM event WHERE \(condition.sql)", condition.bind) {
      $0.int(0)
    } ?? 0
  }

  private mutating func begin(at start: EventCursor) {
    if piece.events > 0 { pieces.append(piece) }
    piece = EventPieces.Piece(start: start, events: 0)
  }

  private mutating func end(at next: EventCursor?, remaining: Int64) throws -> EventPieces {
    if piece.events > 0 { pieces.append(piece) }
    // What the counts of minutes can't tell apart is estimated by what was seen of it.
    let share =
      selection.isCounted || looked == 0 ? 1 : min(1, Double(taken) / Double(looked))
    return EventPieces(
      pieces: pieces, next: next, remaining: Int64((Double(remaining) * share).rounded()))
  }

  /// Its count is that of the list's events in it.
  private func isWhole(_ minutes: ClosedRange<Int64>, after start: EventCursor?) -> Bool {
    let first = MinuteCount.start(of: minutes.lowerBound)
    let last = first + MinuteCount.width - Interval(micros: 1)
    let isCut =
      selection.since.map { $0 > first && $0 <= last } ?? false
      || selection.until.map { $0 >= first && $0 < last } ?? false
    let begins = start.map { !(first...last).contains($0.identity.timestamp) } ?? true
    return selection.isCounted && !isCut && (begins || start == EventCursor(before: first))
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
      if selection.isCounted { budget -= 1 }
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
