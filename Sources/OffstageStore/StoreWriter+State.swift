internal import GRDB
internal import OffstageCore

/// The writes beside events: observations, states, gaps, workers, answers.
extension StoreWriter {
  mutating func apply(
    _ write: StoreWrite, _ source: Int64, _ db: Database, _ result: inout WriteResult
  ) throws {
    switch write {
    case .event:
      break
    case .observationBegan(let token, let service, let browser, let transport, let at):
      try doubtUnended(service, source, db)
      let insert = try RawStatement(
        db,
        """
        INSERT INTO observation (source, service, browser, transport, began)
        VALUES (?1, ?2, ?3, ?4, ?5)
        """)
      insert.bind(source, at: 1)
      insert.bind(service.code, at: 2)
      insert.bind(browser, at: 3)
      insert.bind(transport, at: 4)
      insert.bind(at.micros, at: 5)
      try insert.run()
      observed.numbers[token] = insert.lastInsertedID
      observed.shown[token] = 0
    case .replayEnded(let token, let service, let summary):
      try replayEnded(token, service, summary, source, db, &result)
    case .observationEnded(let token, let at):
      observed.shown[token] = nil
      guard let number = observed.numbers.removeValue(forKey: token) else { break }
      try db.run("UPDATE observation SET ended = ?2 WHERE id = ?1") {
        $0.bind(number, at: 1)
        $0.bind(at.micros, at: 2)
      }
    case .serviceState(let service, let change):
      try apply(change, service, source, db)
    case .gapOpened(let service, let reason, let from, let to, let browserRan):
      try openGap(service, reason, from, to, browserRan, source, db)
    case .gapImported(let service, let reason, let from, let to, let browserRan):
      try importGap(service, reason, from, to, browserRan, source, db)
    case .watchImported(let service, let from, let to):
      try importWatch(service, from, to, source, db)
    case .triggerImported(let trigger):
      try db.importTrigger(trigger, of: source)
    case .notificationImported(let notification):
      try NotificationTable.insert(notification, source: source, db)
    case .pushImported(let message): try PushTable.insert(message, source: source, db)
    case .subscriptionImported(let subscription):
      try PushTable.insert(subscription, source: source, db)
    case .gapClosed(let service, let reason, let to):
      try updateGaps(
        "SET ended = max(began, ?4) WHERE ended IS NULL AND", service, reason, source, db
      ) { $0.bind(to.micros, at: 4) }
    case .gapTakenBack(let service, let reason):
      try db.run(
        """
        DELETE FROM gap WHERE ended IS NULL AND source = ?1 AND service = ?2 AND reason = ?3
        """
      ) {
        $0.bind(source, at: 1)
        $0.bind(service.code, at: 2)
        $0.bind(reason.rawValue, at: 3)
      }
    case .gapExplained(let service, let old, let new):
      try updateGaps(
        """
        SET reason = ?4 WHERE id = (SELECT max(id) FROM gap
          WHERE source = ?1 AND service = ?2 AND reason = ?3) AND
        """, service, old, source, db
      ) { $0.bind(new.rawValue, at: 4) }
    case .logUnsure(let service, let at):
      try doubt(service, since: at - StoreWriter.lateness, source, db)
    case .replaysForgotten(let service):
      try forgetReplays(service, source, db)
    case .registration(let registration, let at):
      try note(registration, source, at: at, db)
    case .worker(let context, let at):
      try store(context, at, source, db)
    case .requestAnswered(let request, let answer, let at):
      try db.run("UPDATE request SET answered = ?2, failure = ?3 WHERE id = ?1") {
        $0.bind(request, at: 1)
        $0.bind(at.micros, at: 2)
        if case .failed(let reason) = answer { $0.bind(reason, at: 3) }
      }
    }
  }

  /// Compares what this replay has shown with what earlier ones had.
  private mutating func replayEnded(
    _ token: ObservationToken, _ service: Service, _ summary: ReplaySummary, _ source: Int64,
    _ db: Database, _ result: inout WriteResult
  ) throws {
    let key = ServiceKey(source: source, service: service)
    let counted =
      try db.row("SELECT replayed FROM service_state WHERE source = ?1 AND service = ?2") {
        $0.bind(source, at: 1)
        $0.bind(service.code, at: 2)
      } _: {
        $0.int(0)
      } ?? 0
    let expected = counted + (tallies[key]?.replayed ?? 0)
    let lacking = max(0, expected - (observed.shown[token] ?? 0))
    result.replays.append(
      ReplayVerdict(
        observation: token, service: service, events: summary.events, lacking: lacking))
    try db.run(
      """
      UPDATE service_state SET replay_events = ?3, replay_duration = ?4, replay_ended = ?5
      WHERE source = ?1 AND service = ?2
      """
    ) {
      $0.bind(source, at: 1)
      $0.bind(service.code, at: 2)
      $0.bind(summary.events, at: 3)
      $0.bind(summary.duration.micros, at: 4)
      $0.bind(summary.ended.micros, at: 5)
    }
    guard let number = observed.numbers[token] else { return }
    try db.run("UPDATE observation SET replay_ended = ?2, replay_events = ?3 WHERE id = ?1") {
      $0.bind(number, at: 1)
      $0.bind(summary.ended.micros, at: 2)
      $0.bind(summary.events, at: 3)
    }
  }

  private func apply(
    _ change: ServiceStateChange, _ service: Service, _ source: Int64, _ db: Database
  ) throws {
    try db.run(
      """
      UPDATE service_state SET wanted = coalesce(?3, wanted), wanted_by = coalesce(?4, wanted_by),
        is_recording = coalesce(?5, is_recording), renewed = coalesce(?6, renewed),
        renewal_settled = coalesce(?7, renewal_settled),
        seen_until = max(coalesce(?8, seen_until), coalesce(seen_until, ?8))
      WHERE source = ?1 AND service = ?2
      """
    ) {
      $0.bind(source, at: 1)
      $0.bind(service.code, at: 2)
      $0.bind(change.wanted, at: 3)
      $0.bind(change.wantedBy?.rawValue, at: 4)
      $0.bind(change.isRecording, at: 5)
      $0.bind(change.lease?.lastRenewal?.micros, at: 6)
      $0.bind(change.lease?.isSettled, at: 7)
      $0.bind(change.seenUntil?.micros, at: 8)
    }
  }

  private func openGap(
    _ service: Service, _ reason: Gap.Reason, _ from: Timestamp, _ to: Timestamp?,
    _ browserRan: Gap.BrowserRan, _ source: Int64, _ db: Database
  ) throws {
    try db.run(
      """
      INSERT INTO gap (source, service, reason, began, ended, browser_ran)
      SELECT ?1, ?2, ?3, ?4, ?5, ?6 WHERE ?5 IS NOT NULL OR NOT EXISTS (
        SELECT 1 FROM gap WHERE source = ?1 AND service = ?2 AND reason = ?3 AND ended IS NULL)
      """
    ) {
      $0.bind(source, at: 1)
      $0.bind(service.code, at: 2)
      $0.bind(reason.rawValue, at: 3)
      $0.bind(from.micros, at: 4)
      $0.bind(to?.micros, at: 5)
      $0.bind(browserRan.rawValue, at: 6)
    }
  }

  private func importGap(
    _ service: Service, _ reason: Gap.Reason, _ from: Timestamp, _ to: Timestamp?,
    _ browserRan: Gap.BrowserRan, _ source: Int64, _ db: Database
  ) throws {
    let known = try db.row(
      "SELECT id FROM gap WHERE source = ?1 AND service = ?2 AND began = ?3 AND reason = ?4"
    ) {
      $0.bind(source, at: 1)
      $0.bind(service.code, at: 2)
      $0.bind(from.micros, at: 3)
      $0.bind(reason.rawValue, at: 4)
    } _: {
      $0.int(0)
    }
    guard let known else {
      return try openGap(service, reason, from, to, browserRan, source, db)
    }
    // It went on when an earlier file was written.
    guard let to else { return }
    try db.run("UPDATE gap SET ended = max(began, ?2) WHERE id = ?1 AND ended IS NULL") {
      $0.bind(known, at: 1)
      $0.bind(to.micros, at: 2)
    }
  }

  private func importWatch(
    _ service: Service, _ from: Timestamp, _ to: Timestamp, _ source: Int64, _ db: Database
  ) throws {
    try db.run(
      """
      INSERT INTO observation (source, service, browser, transport, began, ended)
      SELECT ?1, ?2, coalesce((SELECT browser FROM source WHERE id = ?1), ''), 'file', ?3, ?4
      WHERE NOT EXISTS
        (SELECT 1 FROM observation WHERE source = ?1 AND service = ?2 AND began = ?3)
      """
    ) {
      $0.bind(source, at: 1)
      $0.bind(service.code, at: 2)
      $0.bind(from.micros, at: 3)
      $0.bind(to.micros, at: 4)
    }
    // It went on when an earlier file was written.
    try db.run(
      """
      UPDATE observation SET ended = max(ended, ?4)
      WHERE source = ?1 AND service = ?2 AND began = ?3 AND transport = 'file'
      """
    ) {
      $0.bind(source, at: 1)
      $0.bind(service.code, at: 2)
      $0.bind(from.micros, at: 3)
      $0.bind(to.micros, at: 4)
    }
  }

  private func updateGaps(
    _ change: String, _ service: Service, _ reason: Gap.Reason, _ source: Int64, _ db: Database,
    _ bind: (RawStatement) -> Void
  ) throws {
    try db.run("UPDATE gap \(change) source = ?1 AND service = ?2 AND reason = ?3") {
      $0.bind(source, at: 1)
      $0.bind(service.code, at: 2)
      $0.bind(reason.rawValue, at: 3)
      bind($0)
    }
  }

  private func store(
    _ context: WorkerContext, _ at: Timestamp, _ source: Int64, _ db: Database
  ) throws {
    try db.run(
      """
      INSERT INTO worker (source, number, at, kind, version, script, message, running_status,
        line, column)
      SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10
      WHERE NOT EXISTS (SELECT * FROM worker WHERE source = ?1 AND number = ?2 AND at = ?3
        AND kind = ?4 AND version = ?5 AND message = ?7 AND running_status IS ?8
        AND line IS ?9 AND column IS ?10)
      """
    ) {
      $0.bind(source, at: 1)
      $0.bind(context.registrationId, at: 2)
      $0.bind(at.micros, at: 3)
      $0.bind(context.kind.rawValue, at: 4)
      $0.bind(context.versionId, at: 5)
      $0.bind(context.scriptURL, at: 6)
      $0.bind(context.text, at: 7)
      $0.bind(context.runningStatus, at: 8)
      $0.bind(context.line.map(Int64.init), at: 9)
      $0.bind(context.column.map(Int64.init), at: 10)
    }
    guard let script = context.scriptURL else { return }
    try db.run(
      """
      UPDATE registration SET script = ?3
      WHERE source = ?1 AND number = ?2 AND script IS NOT ?3
        AND (scope IS NULL OR scope = (SELECT scope FROM scope WHERE source = ?1 AND number = ?2))
      """
    ) {
      $0.bind(source, at: 1)
      $0.bind(context.registrationId, at: 2)
      $0.bind(script, at: 3)
    }
    try db.run("UPDATE scope SET script = ?3 WHERE source = ?1 AND number = ?2") {
      $0.bind(source, at: 1)
      $0.bind(context.registrationId, at: 2)
      $0.bind(script, at: 3)
    }
  }
}
