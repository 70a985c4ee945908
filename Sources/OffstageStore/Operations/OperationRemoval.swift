internal import GRDB
internal import OffstageCore

/// What becomes of operations whose events are removed: those without any go, the others are marked
/// as cut.
struct OperationRemoval {
  private let touched: [(operation: Int64, thread: Int64)]

  /// Before the events of `chosen`, a query for their ids, are removed.
  init(ofEvents chosen: String, _ condition: Condition, _ db: Database) throws {
    touched = try db.rows(
      "SELECT DISTINCT operation, thread FROM event WHERE id IN (\(chosen))", condition.bind
    ) { ($0.int(0), $0.int(1)) }
  }

  func finish(_ db: Database) throws {
    var cut: [Int64: (from: Int64, through: Int64)] = [:]
    for (operation, thread) in touched {
      let left = try db.row(
        """
        SELECT began, changed, (SELECT min(timestamp) FROM event
          WHERE thread = ?2 AND timestamp BETWEEN began AND changed AND operation = ?1)
        FROM operation WHERE id = ?1
        """
      ) {
        $0.bind(operation, at: 1)
        $0.bind(thread, at: 2)
      } _: {
        (began: $0.int(0), changed: $0.int(1), first: $0.optionalInt(2))
      }
      guard let left else { continue }
      let known = cut[thread] ?? (left.began, left.changed)
      cut[thread] = (min(known.from, left.began), max(known.through, left.changed))
      guard let first = left.first else {
        try OperationTable.delete(operation, db)
        try db.run("DELETE FROM operation_change WHERE became = ?1") {
          $0.bind(operation, at: 1)
        }
        continue
      }
      try db.run("UPDATE operation SET began = ?2, marks = marks | ?3 WHERE id = ?1") {
        $0.bind(operation, at: 1)
        $0.bind(first, at: 2)
        $0.bind(Operation.Marks.cut.rawValue, at: 3)
      }
    }
    for thread in Set(touched.map(\.thread)) {
      try db.run(
        """
        DELETE FROM thread WHERE id = ?1
          AND NOT EXISTS (SELECT 1 FROM event WHERE event.thread = thread.id)
        """
      ) { $0.bind(thread, at: 1) }
    }
    // What came before one that is gone, or after it, may stand otherwise without it.
    var nextID = try OperationTable.nextID(db)
    for (number, range) in cut {
      guard let thread = try OperationRebuild.thread(number, db) else { continue }
      var fold = thread.fold(nextID: nextID)
      try fold.run(
        from: Timestamp(micros: range.from), through: Timestamp(micros: range.through), db)
      nextID = fold.nextID
    }
    try OperationTable.keep(nextID: nextID, db)
  }
}
