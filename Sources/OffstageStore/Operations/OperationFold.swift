internal import GRDB
internal import OffstageCore

/// Folds a thread's events anew from a moment on, and stops where all is again as it was.
///
/// An operation keeps its number where it keeps an event, so that links to it stay good.
struct OperationFold {
  let number: Int64
  let service: Service
  let isAnonymous: Bool
  /// The number that the next operation gets.
  private(set) var nextID: Int64

  /// One event's operation before and now; what has no number yet has a negative one.
  private struct Assignment {
    var event: Int64
    var before: Int64?
    var now: Int64
  }

  private var assignments: [Assignment] = []
  /// As they are now, by the number that they are folded with.
  private var folded: [Int64: Operation] = [:]
  private var provisional: Int64 = 0
  /// Operations of events that were passed, as they were before.
  private var passed: Set<Int64> = []

  init(number: Int64, service: Service, isAnonymous: Bool, nextID: Int64) {
    self.number = number
    self.service = service
    self.isAnonymous = isAnonymous
    self.nextID = nextID
  }

  /// All events up to `end` are folded, and from there on those that it makes a difference to.
  mutating func run(
    from start: Timestamp, through end: Timestamp = Timestamp(micros: .min), _ db: Database
  ) throws {
    try fold(from: start, through: end, db)
    try write(db)
  }

  /// True where what is stored is not what comes of the events.
  mutating func isFaulty(_ db: Database) throws -> Bool {
    try fold(from: Timestamp(micros: .min), through: Timestamp(micros: .max), db)
    let names = names()
    guard assignments.allSatisfy({ $0.before == names[$0.now] }) else { return true }
    let stored = try OperationTable.all(of: number, db)
    return stored
      != Set(
        folded.values.map { operation in
          var operation = operation
          operation.id = names[operation.id] ?? operation.id
          return operation
        })
  }

  private mutating func fold(
    from start: Timestamp, through end: Timestamp, _ db: Database
  ) throws {
    var thread = try state(before: start, db)
    var pending = try countNew(from: start, db)
    let hasCut = try hasCut(from: start, db)
    var checks = Checks()
    let events = try RawStatement(db, FoldedEvent.select("thread = ?1 AND timestamp >= ?2"))
    events.bind(number, at: 1)
    events.bind(start.micros, at: 2)
    defer { events.reset() }
    while try events.step() {
      let event = FoldedEvent(events)
      let isFirst = event.operation.map { passed.insert($0).inserted } ?? false
      let isCut = try hasCut && isFirst && startsCut(event, db)
      if pending == 0, event.timestamp > end,
        try isAsBefore(&thread, at: event, isFirst: isFirst, &checks, db)
      {
        break
      }
      if event.operation == nil { pending -= 1 }
      take(event, into: &thread, isCut: isCut)
    }
    for operation in thread.operations { folded[operation.id] = operation }
  }

  private mutating func take(_ event: FoldedEvent, into thread: inout OperationThread, isCut: Bool)
  {
    // What it followed was removed.
    let placement =
      isCut ? .begins : thread.placement(of: event.step, at: event.timestamp)
    if placement == .begins { provisional -= 1 }
    let taken = thread.take(
      event.step, at: event.timestamp, placement, id: provisional, isCut: isCut)
    for operation in taken.left { folded[operation.id] = operation }
    folded[taken.operation.id] = taken.operation
    assignments.append(
      Assignment(event: event.id, before: event.operation, now: taken.operation.id))
  }

  // MARK: Where to begin and to stop

  /// The thread as it stood before the events of `time`.
  private func state(before time: Timestamp, _ db: Database) throws -> OperationThread {
    let takers = try OperationTable.formerTakers(
      of: number, service, isAnonymous: isAnonymous, before: time, db)
    let operations = try takers.map { try rewound($0, before: time, db) }
    let kept = operations.filter {
      !isAnonymous || $0.id == operations.last?.id || OperationThread.isKept($0, at: time)
    }
    return OperationThread(
      service: service, instanceId: isAnonymous ? "" : "-", operations: kept)
  }

  private func rewound(
    _ operation: Operation, before time: Timestamp, _ db: Database
  ) throws -> Operation {
    var events = try FoldedEvent.all(of: operation, thread: number, db)
    events.removeAll { $0.timestamp >= time }
    return Operation(id: operation.id, service: service, marks: operation.marks, events: events)
  }

  /// Comparing costs as much as folding some events.
  private struct Checks {
    var events = 0
    var next = 64

    mutating func isDue() -> Bool {
      events += 1
      guard events == next else { return false }
      next *= 2
      return true
    }
  }

  /// True where all from this event on is as it was.
  private mutating func isAsBefore(
    _ thread: inout OperationThread, at event: FoldedEvent, isFirst: Bool, _ checks: inout Checks,
    _ db: Database
  ) throws -> Bool {
    if isAnonymous { return try checks.isDue() && isKeptAsBefore(thread, at: event, db) }
    // With an id, what comes before an operation says nothing of it.
    let placement = thread.placement(of: event.step, at: event.timestamp)
    guard placement == .begins, isFirst, try begins(event, db) else { return false }
    let left = thread.take(event.step, at: event.timestamp, placement, id: 0).left
    for operation in left { folded[operation.id] = operation }
    thread = OperationThread(service: service, instanceId: "-")
    return true
  }

  private func isKeptAsBefore(
    _ thread: OperationThread, at event: FoldedEvent, _ db: Database
  ) throws -> Bool {
    let before = try state(before: event.timestamp, db)
    let now = thread.operations.filter { OperationThread.isKept($0, at: event.timestamp) }
    let known = before.operations.filter { OperationThread.isKept($0, at: event.timestamp) }
    guard now.count == known.count else { return false }
    let names = names()
    return zip(now, known).allSatisfy { now, known in
      var now = now
      now.id = names[now.id] ?? now.id
      return now == known
    }
  }

  private func begins(_ event: FoldedEvent, _ db: Database) throws -> Bool {
    guard let operation = event.operation else { return false }
    return try db.row("SELECT began FROM operation WHERE id = ?1") {
      $0.bind(operation, at: 1)
    } _: {
      $0.int(0) == event.timestamp.micros
    } ?? false
  }

  private func hasCut(from start: Timestamp, _ db: Database) throws -> Bool {
    try db.row(
      """
      SELECT 1 FROM event JOIN operation ON operation.id = event.operation
      WHERE event.thread = ?1 AND event.timestamp >= ?3 AND began >= ?3 AND marks & ?2 LIMIT 1
      """
    ) {
      $0.bind(number, at: 1)
      $0.bind(Operation.Marks.cut.rawValue, at: 2)
      $0.bind(start.micros, at: 3)
    } _: { _ in
      true
    } ?? false
  }

  private func startsCut(_ event: FoldedEvent, _ db: Database) throws -> Bool {
    guard let operation = event.operation else { return false }
    return try db.row("SELECT 1 FROM operation WHERE id = ?1 AND began = ?2 AND marks & ?3") {
      $0.bind(operation, at: 1)
      $0.bind(event.timestamp.micros, at: 2)
      $0.bind(Operation.Marks.cut.rawValue, at: 3)
    } _: { _ in
      true
    } ?? false
  }

  private func countNew(from start: Timestamp, _ db: Database) throws -> Int {
    try db.row(
      """
      SELECT count(*) FROM event WHERE thread = ?1 AND timestamp >= ?2 AND operation IS NULL
      """
    ) {
      $0.bind(number, at: 1)
      $0.bind(start.micros, at: 2)
    } _: {
      Int($0.int(0))
    } ?? 0
  }

  // MARK: What comes of it

  /// The lasting number of each that was folded: that of the first operation that shares an event.
  private func names() -> [Int64: Int64] {
    var names: [Int64: Int64] = [:]
    var given: Set<Int64> = []
    for number in folded.keys where number > 0 {
      names[number] = number
      given.insert(number)
    }
    for assignment in assignments {
      guard let before = assignment.before, names[assignment.now] == nil,
        given.insert(before).inserted
      else { continue }
      names[assignment.now] = before
    }
    return names
  }

  private mutating func write(_ db: Database) throws {
    var names = names()
    for assignment in assignments where names[assignment.now] == nil {
      names[assignment.now] = nextID
      nextID += 1
    }
    // By the first of its events: where an operation went that is no more.
    var became: [(Int64, Int64)] = []
    var seen: Set<Int64> = []
    for assignment in assignments {
      guard let now = names[assignment.now] else { continue }
      if let before = assignment.before, seen.insert(before).inserted {
        became.append((before, now))
      }
      guard assignment.before != now else { continue }
      try db.run("UPDATE event SET operation = ?2 WHERE id = ?1") {
        $0.bind(assignment.event, at: 1)
        $0.bind(now, at: 2)
      }
    }
    var changed: Set<Int64> = []
    let writing = try RawStatement(db, OperationTable.writing)
    for (provisional, operation) in folded {
      guard let name = names[provisional] else { continue }
      var operation = operation
      operation.id = name
      guard try OperationTable.operation(name, db) != operation else { continue }
      changed.insert(name)
      OperationTable.bind(operation, thread: number, isAnonymous: isAnonymous, to: writing)
      try writing.run()
    }
    let lasting = Set(names.values)
    for (before, now) in became {
      let isGone = !lasting.contains(before)
      guard isGone || changed.contains(before) else { continue }
      if isGone {
        try OperationTable.delete(before, db)
        try db.run("UPDATE operation_change SET became = ?2 WHERE became = ?1") {
          $0.bind(before, at: 1)
          $0.bind(now, at: 2)
        }
      }
      try db.run("INSERT INTO operation_change (operation, became) VALUES (?1, ?2)") {
        $0.bind(before, at: 1)
        $0.bind(isGone ? now : before, at: 2)
      }
    }
  }
}
