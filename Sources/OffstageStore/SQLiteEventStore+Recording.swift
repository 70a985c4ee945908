internal import GRDB
package import OffstageCore

extension SQLiteEventStore {
  package func facts(of source: SourceID) async throws -> [Service: ServiceFacts] {
    try await read { db in
      let number = try db.sourceNumber(of: source)
      let rows = try db.rows(
        """
        SELECT service, events, wanted, wanted_by, wish_revision, is_recording, renewed,
          renewal_settled, seen_until, horizon, suppressed, replay_events, replay_duration,
          replay_ended,
          (SELECT max(up_to) FROM cleared WHERE cleared.source = service_state.source
            AND cleared.service = service_state.service AND origin = 0
            AND since = -9223372036854775808)
        FROM service_state WHERE source = ?1
        """
      ) {
        $0.bind(number, at: 1)
      } _: { row in
        (service: Service(code: Int(row.int(0))), facts: ServiceFacts(row))
      }
      var facts: [Service: ServiceFacts] = [:]
      for row in rows {
        if let service = row.service { facts[service] = row.facts }
      }
      return facts
    }
  }

  package func setWanted(
    _ wanted: Bool, _ service: Service, of source: SourceID
  ) async throws {
    try await write { db in
      let number = try db.sourceNumber(of: source)
      try db.run(
        """
        UPDATE service_state
        SET wanted = ?3, wanted_by = 'person', wish_revision = wish_revision + 1
        WHERE source = ?1 AND service = ?2
        """
      ) {
        $0.bind(number, at: 1)
        $0.bind(service.code, at: 2)
        $0.bind(wanted, at: 3)
      }
    }
  }

  package func ask(
    _ kind: RecorderRequest.Kind, _ service: Service, of source: SourceID, at now: Timestamp
  ) async throws -> Int64 {
    try await write { db in
      let number = try db.sourceNumber(of: source)
      let insert = try RawStatement(
        db, "INSERT INTO request (source, service, kind, asked) VALUES (?1, ?2, ?3, ?4)")
      insert.bind(number, at: 1)
      insert.bind(service.code, at: 2)
      insert.bind(kind.rawValue, at: 3)
      insert.bind(now.micros, at: 4)
      try insert.run()
      return insert.lastInsertedID
    }
  }

  package func control(of sources: [SourceID]) async throws -> RecorderControl {
    try await read { db in
      var control = RecorderControl(wishes: [], requests: [])
      for source in sources {
        let number = try db.sourceNumber(of: source)
        control.wishes += try db.rows(
          """
          SELECT service, wanted, wish_revision FROM service_state
          WHERE source = ?1 AND wish_revision > 0 AND wanted_by = 'person'
          """
        ) {
          $0.bind(number, at: 1)
        } _: { row in
          Service(code: Int(row.int(0))).map {
            RecorderControl.Wish(
              source: source, service: $0, wanted: row.int(1) != 0, revision: row.int(2))
          }
        }.compactMap { $0 }
        control.requests += try db.rows(
          "SELECT id, service, kind FROM request WHERE source = ?1 AND answered IS NULL"
        ) {
          $0.bind(number, at: 1)
        } _: { row -> RecorderRequest? in
          guard let service = Service(code: Int(row.int(1))),
            let kind = RecorderRequest.Kind(rawValue: row.text(2))
          else { return nil }
          return RecorderRequest(id: row.int(0), source: source, service: service, kind: kind)
        }.compactMap { $0 }
      }
      return control
    }
  }

  package func answer(to request: Int64) async throws -> RequestAnswer? {
    try await read { db in
      try db.row("SELECT failure FROM request WHERE id = ?1 AND answered IS NOT NULL") {
        $0.bind(request, at: 1)
      } _: { row in
        row.optionalText(0).map(RequestAnswer.failed) ?? .done
      }
    }
  }
}

extension ServiceFacts {
  /// Columns in the order of `facts(of:)`.
  fileprivate init(_ row: RawStatement) {
    self.init()
    func time(_ column: Int32) -> Timestamp? {
      row.optionalInt(column).map(Timestamp.init(micros:))
    }
    events = row.int(1)
    wanted = row.optionalBool(2)
    wantedBy = row.optionalText(3).flatMap(WantedBy.init)
    wishRevision = row.int(4)
    isRecording = row.optionalBool(5)
    lease = Lease(lastRenewal: time(6), isSettled: row.int(7) != 0)
    seenUntil = time(8)
    horizon = time(9)
    suppressed = row.int(10)
    if let count = row.optionalInt(11), let duration = row.optionalInt(12), let ended = time(13) {
      lastReplay = ReplaySummary(
        events: count, duration: Interval(micros: duration), ended: ended)
    }
    clearedUpTo = time(14)
  }
}
