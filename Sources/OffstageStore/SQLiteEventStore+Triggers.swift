internal import GRDB
internal import JSON
package import OffstageCore

extension SQLiteEventStore {
  package func ask(
    _ action: TriggerAction, by asker: StoredTrigger.Asker, of source: SourceID,
    patience: Interval, at now: Timestamp
  ) async throws -> Int64 {
    try await write { db in
      let number = try db.sourceNumber(of: source)
      let insert = try RawStatement(
        db,
        """
        INSERT INTO trigger (source, asked_by, action, patience, asked)
        VALUES (?1, ?2, ?3, ?4, ?5)
        """)
      insert.bind(number, at: 1)
      insert.bind(asker.rawValue, at: 2)
      insert.bind(action.json, at: 3)
      insert.bind(patience.micros, at: 4)
      var asked = now.micros
      while try db.trigger(of: number, asked: asked) != nil { asked += 1 }
      insert.bind(asked, at: 5)
      try insert.run()
      return insert.lastInsertedID
    }
  }

  package func triggers(
    toTakeOf sources: [SourceID], at now: Timestamp
  ) async throws -> [StoredTrigger] {
    try await read { db in
      try sources.flatMap { source in
        let number = try db.sourceNumber(of: source)
        return try db.triggers("trigger.source = ?1 AND taken IS NULL AND ended IS NULL") {
          $0.bind(number, at: 1)
        }
      }.filter { now <= $0.lapses }
    }
  }

  package func take(trigger id: Int64, at now: Timestamp) async throws -> Bool {
    try await write { db in
      try db.run(
        "UPDATE trigger SET taken = ?2 WHERE id = ?1 AND taken IS NULL AND ended IS NULL"
      ) {
        $0.bind(id, at: 1)
        $0.bind(now.micros, at: 2)
      }
      return db.changesCount == 1
    }
  }

  package func end(
    trigger id: Int64, with answer: TriggerAnswer, at now: Timestamp
  ) async throws {
    try await write { db in
      try db.run(
        """
        UPDATE trigger SET ended = ?2, verdict = ?3, reason = ?4, hint = ?5
        WHERE id = ?1 AND ended IS NULL
        """
      ) {
        $0.bind(id, at: 1)
        $0.bind(now.micros, at: 2)
        $0.bind(answer.verdict.rawValue, at: 3)
        $0.bind(answer.reason, at: 4)
        $0.bind(answer.hint, at: 5)
      }
    }
  }

  package func trigger(id: Int64) async throws -> StoredTrigger? {
    try await read { db in try db.triggers("trigger.id = ?1") { $0.bind(id, at: 1) }.first }
  }

  package func triggers(of selection: EventSelection) async throws -> [StoredTrigger] {
    let isOfAll =
      selection
      == EventSelection(
        sources: selection.sources, since: selection.since, until: selection.until)
    return try await read { db in
      let condition = Condition(selection)
      var found = try db.triggers(
        """
        trigger.id IN (SELECT event.trigger FROM event
          WHERE event.trigger IS NOT NULL AND \(condition.sql))
        """, condition.bind)
      if isOfAll {
        let known = Set(found.map(\.id))
        found += try db.triggers("1", { _ in }).filter { trigger in
          !known.contains(trigger.id)
            && (selection.sources.isEmpty || selection.sources.contains(trigger.source.id))
            && selection.since.map { trigger.asked >= $0 } ?? true
            && selection.until.map { trigger.asked <= $0 } ?? true
        }
      }
      return found.sorted {
        ($0.asked, $0.source.id.description) < ($1.asked, $1.source.id.description)
      }
    }
  }

  package func triggers(
    of sources: Set<SourceID>, before id: Int64?, limit: Int
  ) async throws -> [StoredTrigger] {
    try await read { db in
      let numbers = try sources.map { try db.sourceNumber(of: $0) }.sorted()
      let chosen = numbers.map(String.init).joined(separator: ", ")
      let condition = sources.isEmpty ? "" : " AND trigger.source IN (\(chosen))"
      return try db.triggers(
        "trigger.id < ?1\(condition) ORDER BY trigger.id DESC LIMIT ?2"
      ) {
        $0.bind(id ?? .max, at: 1)
        $0.bind(limit, at: 2)
      }
    }
  }

  /// Of what was ended something is set that was null.
  package func driveMark() async throws -> DriveMark {
    try await read { db in
      let numbers = try db.row(
        """
        SELECT newest.id, newest.taken, newest.ended, latest.id, latest.closed FROM
          (SELECT coalesce(max(id), 0) AS id, count(taken) AS taken, count(ended) AS ended
            FROM (SELECT * FROM trigger ORDER BY id DESC LIMIT 100)) AS newest,
          (SELECT coalesce(max(id), 0) AS id, count(closed) AS closed
            FROM (SELECT * FROM notification ORDER BY id DESC LIMIT 100)) AS latest
        """, { _ in }
      ) { row in
        (0..<5).map { row.int($0) }
      }
      return DriveMark(numbers ?? [])
    }
  }
}

extension Database {
  /// The one that was asked of the source in that moment.
  func trigger(of source: Int64, asked: Int64) throws -> Int64? {
    try row("SELECT id FROM trigger WHERE source = ?1 AND asked = ?2") {
      $0.bind(source, at: 1)
      $0.bind(asked, at: 2)
    } _: {
      $0.int(0)
    }
  }

  /// From a file: it is there already if it was asked in that moment; one that was under way when
  /// an earlier file was written has ended by now.
  func importTrigger(_ trigger: StoredTrigger, of source: Int64) throws {
    try run(
      """
      INSERT INTO trigger (source, asked, asked_by, action, patience, taken, ended, verdict, reason,
        hint)
      VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
      ON CONFLICT (source, asked) DO UPDATE SET taken = excluded.taken, ended = excluded.ended,
        verdict = excluded.verdict, reason = excluded.reason, hint = excluded.hint
      WHERE ended IS NULL AND excluded.ended IS NOT NULL
      """
    ) {
      $0.bind(source, at: 1)
      $0.bind(trigger.asked.micros, at: 2)
      $0.bind(trigger.askedBy.rawValue, at: 3)
      $0.bind(trigger.action.json, at: 4)
      $0.bind(trigger.patience.micros, at: 5)
      $0.bind(trigger.taken?.micros, at: 6)
      $0.bind(trigger.ended?.micros, at: 7)
      $0.bind(trigger.stored?.verdict.rawValue, at: 8)
      $0.bind(trigger.stored?.reason, at: 9)
      $0.bind(trigger.stored?.hint, at: 10)
    }
  }

  fileprivate func triggers(
    _ condition: String, _ bind: (RawStatement) -> Void
  ) throws -> [StoredTrigger] {
    let found = try rows(
      """
      SELECT \(TriggerTable.columns) FROM trigger JOIN source ON source.id = trigger.source
      WHERE \(condition)
      """, bind
    ) { StoredTrigger($0) }
    return try found.compactMap { trigger in
      guard var trigger, trigger.stored != nil else { return trigger }
      trigger.stored?.events = try rows("SELECT id FROM event WHERE trigger = ?1 ORDER BY id") {
        $0.bind(trigger.id, at: 1)
      } _: {
        $0.int(0)
      }
      trigger.stored?.operations = try rows(
        """
        SELECT operation FROM event WHERE trigger = ?1 AND operation IS NOT NULL
        GROUP BY operation ORDER BY min(id)
        """
      ) {
        $0.bind(trigger.id, at: 1)
      } _: {
        $0.int(0)
      }
      return trigger
    }
  }
}

extension StoredTrigger {
  /// Nil for what a newer Offstage has asked.
  fileprivate init?(_ row: RawStatement) {
    guard let source = SourceID(row.text(1)), let asker = Asker(rawValue: row.text(3)),
      let action = try? TriggerAction(parsing: RawJSON(unchecked: row.bytes(4)))
    else { return nil }
    func time(_ column: Int32) -> Timestamp? {
      row.optionalInt(column).map(Timestamp.init(micros:))
    }
    self.init(
      id: row.int(0), source: SourceName(id: source, name: row.text(2)), askedBy: asker,
      action: action, patience: Interval(micros: row.int(5)),
      asked: Timestamp(micros: row.int(6)), taken: time(7), ended: time(8))
    guard let verdict = row.optionalText(9).flatMap(TriggerAnswer.Verdict.init) else { return }
    stored = TriggerAnswer(verdict, reason: row.optionalText(10), hint: row.optionalText(11))
  }
}
