internal import GRDB
package import OffstageCore

extension SQLiteEventStore {
  package func events(_ query: EventQuery) async throws -> EventPage {
    let granule = index.granule
    return try await read { db in
      // One more than asked for tells whether there is a next page.
      let limit = min(max(query.limit, 0), Int.max - 1)
      var stopped: EventCursor?
      var events: [StoredEvent]
      if let sort = query.sort {
        events = try EventReader.sorted(db, query, by: sort, limit: limit + 1)
      } else {
        let part = try EventReader.page(
          db, query, limit: limit + 1, granule: granule,
          budget: EventWalk.Budget(deadline: .now + Self.patience))
        (events, stopped) = (part.events, part.stopped)
      }
      let hasNext = events.count > limit
      if hasNext { events.removeLast() }
      let lookedUntil = hasNext ? nil : stopped?.identity.timestamp
      guard query.sort == nil, let end = events.last else {
        return EventPage(events: events, next: stopped, lookedUntil: lookedUntil)
      }
      let last = EventCursor(
        identity: end.identity, sourceNumber: try db.sourceNumber(of: end.source.id))
      return EventPage(
        events: events, next: hasNext ? last : stopped, last: last, lookedUntil: lookedUntil)
    }
  }

  /// How long a page is looked for before it is given out with what was found.
  private static let patience = Duration.seconds(2)

  package func pieces(
    _ selection: EventSelection, order: EventQuery.Order, after: EventCursor?, size: Int,
    limit: Int?
  ) async throws -> EventPieces {
    let granule = index.granule
    return try await read { db in
      var cutter = PieceCutter(
        db, selection, order, size: size, limit: limit, granule: granule)
      return try cutter.cut(after: after)
    }
  }

  package func event(id: Int64) async throws -> StoredEvent? {
    try await read { db in
      var condition = Condition()
      condition.add("event.id = \(condition.placeholder(id))")
      return try EventReader.events(db, where: condition, order: "event.id", limit: 1).first
    }
  }

  package func events(
    after id: Int64, _ selection: EventSelection, limit: Int
  ) async throws -> [StoredEvent] {
    try await read { db in
      var condition = Condition(selection)
      condition.add("event.id > \(condition.placeholder(id))")
      return try EventReader.events(db, where: condition, order: "event.id", limit: limit)
    }
  }

  package func newestId() async throws -> Int64 {
    try await read { db in
      try db.row("SELECT max(id) FROM event", { _ in }) { $0.optionalInt(0) ?? 0 } ?? 0
    }
  }

  package func gaps(_ selection: EventSelection) async throws -> [Gap] {
    let gaps = try await read { db in
      try db.rows(
        """
        SELECT gap.id, source.uuid, source.name, gap.service, gap.began, gap.ended, gap.reason,
          gap.browser_ran
        FROM gap JOIN source ON source.id = gap.source ORDER BY gap.began, gap.id
        """, { _ in }
      ) { row -> Gap? in
        guard let source = SourceID(row.text(1)), let service = Service(code: Int(row.int(3))),
          let reason = Gap.Reason(rawValue: row.text(6)),
          let ran = Gap.BrowserRan(rawValue: row.text(7))
        else { return nil }
        return Gap(
          id: row.int(0), source: SourceName(id: source, name: row.text(2)), service: service,
          from: Timestamp(micros: row.int(4)),
          to: row.optionalInt(5).map(Timestamp.init(micros:)), reason: reason, browserRan: ran)
      }.compactMap { $0 }
    }
    return gaps.filter { gap in
      (selection.services.isEmpty || selection.services.contains(gap.service))
        && (selection.sources.isEmpty || selection.sources.contains(gap.source.id))
        && selection.until.map { gap.from <= $0 } ?? true
        && selection.since.map { since in gap.to.map { $0 >= since } ?? true } ?? true
    }
  }

  package func workerScript(of event: StoredEvent) async throws -> String? {
    try await read { db in
      let source = try db.sourceNumber(of: event.source.id)
      // One that ran at the time if there is one, else the next that is known.
      return try db.row(
        """
        SELECT script FROM worker WHERE source = ?1 AND number = ?2 AND script IS NOT NULL
        ORDER BY at > ?3, abs(at - ?3) LIMIT 1
        """
      ) {
        $0.bind(source, at: 1)
        $0.bind(event.logged.serviceWorkerRegistrationId, at: 2)
        $0.bind(event.logged.timestamp.micros, at: 3)
      } _: {
        $0.text(0)
      }
    }
  }

  package func workerContext(
    of event: StoredEvent, within interval: Interval
  ) async throws -> [WorkerContextEntry] {
    try await read { db in
      try db.workerContext(
        of: event.logged.serviceWorkerRegistrationId,
        source: try db.sourceNumber(of: event.source.id),
        from: event.logged.timestamp - interval, to: event.logged.timestamp + interval)
    }
  }
}

extension Database {
  /// What a worker registration said, in the order of time.
  func workerContext(
    of registration: String, source: Int64, from: Timestamp, to: Timestamp
  ) throws -> [WorkerContextEntry] {
    try rows(
      """
      SELECT \(Self.workerColumns) FROM worker
      WHERE source = ?1 AND number = ?2 AND at BETWEEN ?3 AND ?4 ORDER BY at, id LIMIT 100
      """
    ) {
      $0.bind(source, at: 1)
      $0.bind(registration, at: 2)
      $0.bind(from.micros, at: 3)
      $0.bind(to.micros, at: 4)
    } _: {
      Self.workerEntry($0, of: registration)
    }.compactMap { $0 }
  }

  /// When a registration was removed, after a moment.
  func workerEnd(
    of registration: String, source: Int64, after moment: Timestamp
  ) throws -> WorkerContextEntry? {
    try row(
      """
      SELECT \(Self.workerColumns) FROM worker
      WHERE source = ?1 AND number = ?2 AND at > ?3 AND kind = ?4 AND message = ?5
      ORDER BY at LIMIT 1
      """
    ) {
      $0.bind(source, at: 1)
      $0.bind(registration, at: 2)
      $0.bind(moment.micros, at: 3)
      $0.bind(WorkerContext.Kind.version.rawValue, at: 4)
      $0.bind(WorkerContext.unregistered, at: 5)
    } _: {
      Self.workerEntry($0, of: registration)
    } ?? nil
  }

  static let workerColumns =
    "worker.kind, worker.version, worker.script, worker.message, worker.running_status, "
    + "worker.line, worker.column, worker.at"

  /// Nil for a kind that a later version has stored.
  static func workerEntry(
    _ row: RawStatement, of registration: String
  ) -> WorkerContextEntry? {
    WorkerContext.Kind(rawValue: Int(row.int(0))).map { kind in
      WorkerContextEntry(
        context: WorkerContext(
          kind: kind, registrationId: registration, versionId: row.text(1),
          scriptURL: row.optionalText(2), text: row.text(3), runningStatus: row.optionalText(4),
          line: row.optionalInt(5).map(Int.init), column: row.optionalInt(6).map(Int.init)),
        at: Timestamp(micros: row.int(7)))
    }
  }
}
