internal import GRDB
internal import OffstageCore

/// Goes through the events of a selection in the order of time, and reads only what the search index
/// does not rule out.
///
/// Blocks of events are taken one by one, in the order of the latest event that each may hold. What
/// is found is given out once no block that is left can hold anything before it. So the order is that
/// of time, also where events arrived in another one; and an event that the index does not know yet
/// is found as well. Of operations that are in a state no block tells: they are taken in the place of
/// blocks where that leads there sooner.
struct EventWalk {
  struct Found {
    var id: Int64
    var place: EventCursor
  }

  /// When to stop with what was found until then: after so many events, or at a moment.
  struct Budget {
    var events: Int64 = .max
    var deadline: ContinuousClock.Instant?
  }

  private let db: Database
  private let selection: EventSelection
  private let order: EventQuery.Order
  /// How many are asked for; nil for as many as there are.
  private let wanted: Int?
  private let granule: Int64
  private let budget: Budget
  private let terms: SearchTerms

  /// All before it, and at it, was given out.
  private var edge: EventCursor?
  /// How many events are gone through in the order of time next; nil when blocks are.
  private var stretch: Int64?
  private var blocks: BlockQueue?
  private var operations: OperationQueue?
  private let isByOperation: Bool
  /// In the reverse of their order.
  private var ready: [Found] = []
  /// Found, while a block that is left may hold something before it.
  private var pending: [Found] = []
  private var given = 0
  private var isOver = false

  /// Where the budget ended; nil while it has not.
  private(set) var stopped: EventCursor?
  /// How many events of blocks were read or ruled out, and how many of them were found.
  private var looked: Int64 = 0
  private var found: Int64 = 0
  private var spent: Int64 = 0

  private static let firstStretch: Int64 = 1000
  /// What is so dense is found sooner by going through all in the order of time.
  private static let dense: Int64 = 10_000
  /// Where blocks lead nowhere within a budget, as they overlap one another.
  private static let lastStretch: Int64 = 50_000
  /// To rule out a block costs as much as to read so many events.
  private static let ruledOut: Int64 = 50
  /// Of which all are taken, whatever else is asked for; for each event of a granule.
  private static let fewOperations: Int64 = 32

  init(
    _ db: Database, _ selection: EventSelection, _ order: EventQuery.Order, after: EventCursor?,
    wanted: Int? = nil, granule: Int64, budget: Budget = Budget()
  ) throws {
    self.db = db
    self.selection = selection
    self.order = order
    self.wanted = wanted
    self.granule = granule
    self.budget = budget
    terms = try SearchTerms(of: selection, db)
    edge = after
    isOver = terms == .nothing || wanted == 0
    let few = granule * Self.fewOperations
    let isOfFew =
      try !isOver && !selection.states.isEmpty
      && OperationQueue.count(of: selection, limit: few, db) < few
    isByOperation = isOfFew || order == .descending && selection.isOfStatesAlone
    stretch = wanted == nil || isOfFew ? nil : Self.firstStretch
  }

  /// Nil at the end, or where the budget ended.
  mutating func next() throws -> Found? {
    while ready.isEmpty, !isOver {
      if let stretch {
        try readFirst(stretch)
      } else if isByOperation {
        try readOperations()
      } else {
        try readBlock()
      }
    }
    guard let found = ready.popLast() else { return nil }
    given += 1
    if given == wanted { isOver = true }
    return found
  }

  /// How many are likely to come, by what was looked at.
  func remaining() throws -> Int64 {
    let share = looked > 0 ? min(1, Double(found) / Double(looked)) : 0
    let left = try operations?.eventsLeft() ?? blocks?.eventsLeft ?? 0
    return Int64(ready.count + pending.count) + Int64((share * Double(left)).rounded())
  }

  // MARK: By time

  private mutating func readFirst(_ count: Int64) throws {
    let left = Int64((wanted ?? .max) - given)
    isOver = try readStretch(of: count, limit: left)
    let some = Int64(ready.count)
    let needed = some > 0 ? (left - some) * count / some * 5 / 4 + 100 : .max
    stretch = needed < Self.dense ? needed : nil
  }

  /// True if there is nothing beyond it.
  private mutating func readStretch(of count: Int64, limit: Int64) throws -> Bool {
    var bounds = EventSelection()
    bounds.since = selection.since
    bounds.until = selection.until
    var range = Condition(bounds)
    if let edge { range.add(beyond: edge, order) }
    let end = try place(number: count - 1, where: range)
    var condition = Condition(selection)
    if let edge { condition.add(beyond: edge, order) }
    if let end { condition.add(upTo: end, order) }
    let stretch = try rows(
      "SELECT \(Self.columns) FROM event WHERE \(condition.sql)"
        + " ORDER BY \(EventReader.timeOrder(order)) LIMIT \(limit)", condition)
    ready = stretch.reversed()
    let isWhole = Int64(stretch.count) < limit
    edge = isWhole ? end ?? edge : stretch.last?.place
    return isWhole && end == nil
  }

  private func place(number: Int64, where range: Condition) throws -> EventCursor? {
    try rows(
      "SELECT \(Self.columns) FROM event WHERE \(range.sql)"
        + " ORDER BY \(EventReader.timeOrder(order)) LIMIT 1 OFFSET \(number)", range
    ).first?.place
  }

  private static let columns = """
    event.id, event.timestamp, event.place, event.digest, event.source, event.ordinal
    """

  private func rows(_ sql: String, _ condition: Condition) throws -> [Found] {
    try db.rows(sql, condition.bind, Found.init)
  }

  // MARK: By block

  private mutating func readBlock() throws {
    var blocks =
      try self.blocks
      ?? BlockQueue(db, selection, order, terms, beyond: edge, granule: granule)
    if self.blocks != nil, isSpent, !blocks.isEmpty { return try stop(before: blocks.edge) }
    defer { self.blocks = blocks }
    guard let block = blocks.next() else {
      isOver = true
      return release(until: nil)
    }
    let granules = try blocks.granules(of: block)
    if !granules.isEmpty {
      let new = try read(granules)
      found += Int64(new.count)
      pending += new
    }
    looked += blocks.events(of: block)
    spent += Self.ruledOut + Int64(granules.count) * granule
    release(until: blocks.edge)
  }

  private var isSpent: Bool {
    spent >= budget.events || budget.deadline.map { $0 <= .now } ?? false
  }

  /// Those that come before `edge`, where all blocks that are left begin.
  private mutating func release(until edge: EventCursor?) {
    let order = order
    pending.sort { $0.place.isBeyond($1.place, order) }
    if let wanted, pending.count > wanted - given {
      pending.removeFirst(pending.count - (wanted - given))
    }
    let start = edge.map { edge in pending.firstIndex { !$0.place.isBeyond(edge, order) } } ?? 0
    guard let start else { return }
    ready = pending[start...] + ready
    pending.removeSubrange(start...)
  }

  private func read(_ granules: [Int64]) throws -> [Found] {
    var condition = Condition()
    let list = condition.placeholder("[\(granules.map(String.init).joined(separator: ","))]")
    condition.add(selection)
    if let edge { condition.add(beyond: edge, order) }
    return try rows(
      """
      SELECT \(Self.columns) FROM json_each(\(list)) AS granule CROSS JOIN event NOT INDEXED
      WHERE event.id BETWEEN granule.value AND granule.value + \(granule - 1)
        AND \(condition.sql)
      """, condition)
  }

  // MARK: By operation

  private mutating func readOperations() throws {
    var queue =
      try operations ?? OperationQueue(db, selection, order, beyond: edge)
    if operations != nil, isSpent, !queue.isEmpty { return try stop(before: queue.edge) }
    defer { operations = queue }
    guard !queue.isEmpty else {
      isOver = true
      return release(until: nil)
    }
    let batch = try queue.next()
    let new = try read(ofOperations: batch.ids)
    pending += new
    found += Int64(new.count)
    looked += batch.events
    spent += batch.events
    release(until: queue.edge)
  }

  private func read(ofOperations ids: [Int64]) throws -> [Found] {
    var condition = Condition()
    let list = condition.placeholder("[\(ids.map(String.init).joined(separator: ","))]")
    let place = edge?.identity.timestamp.micros
    let isUp = order == .ascending
    let from = condition.placeholder(isUp ? place ?? .min : .min)
    let to = condition.placeholder(isUp ? .max : place ?? .max)
    condition.add(selection)
    if let edge { condition.add(beyond: edge, order) }
    return try rows(
      """
      SELECT \(Self.columns) FROM json_each(\(list)) AS chosen
      CROSS JOIN operation ON operation.id = chosen.value
      CROSS JOIN event INDEXED BY event_thread ON event.thread = operation.thread
        AND event.timestamp BETWEEN max(operation.began, \(from)) AND min(operation.changed, \(to))
        AND event.operation = operation.id
      WHERE \(condition.sql)
      ORDER BY \(EventReader.timeOrder(order)) LIMIT \(wanted.map { $0 - given } ?? -1)
      """, condition)
  }

  // MARK: The end of a budget

  /// With what is certain until here.
  private mutating func stop(before next: EventCursor?) throws {
    isOver = true
    var beyond = Condition()
    if let edge { beyond.add(beyond: edge, order) }
    let first = try place(number: 0, where: beyond)
    if let place = next, first.map({ place.isBeyond($0, order) }) ?? true {
      stopped = place
      return
    }
    pending = []
    if try !readStretch(of: Self.lastStretch, limit: .max) { stopped = edge }
  }
}

extension EventSelection {
  /// What else is asked for is common, or a stretch of time.
  fileprivate var isOfStatesAlone: Bool {
    var others = self
    others.services = []
    others.states = []
    others.since = nil
    others.until = nil
    return !states.isEmpty && others == EventSelection()
  }
}

extension EventWalk.Found {
  fileprivate init(_ row: RawStatement) {
    id = row.int(0)
    place = EventCursor(
      identity: EventIdentity(
        timestamp: Timestamp(micros: row.int(1)), place: EventPlace(rawValue: Int(row.int(2))),
        digest: row.int(3), ordinal: Int32(truncatingIfNeeded: row.int(5))),
      sourceNumber: row.int(4))
  }
}
