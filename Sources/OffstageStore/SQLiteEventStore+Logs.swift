internal import GRDB
package import OffstageCore

extension SQLiteEventStore {
  /// What a person wished, the marks of removal and the events stay.
  package func beginLog(of source: SourceID) async throws {
    try await write { db in
      let number = try db.sourceNumber(of: source)
      let statements = [
        "UPDATE event SET replayed = 0 WHERE source = ?1 AND replayed = 1",
        // What may have been missed ended with the log that it might have been in.
        """
        UPDATE gap SET ended = max(began, coalesce((SELECT seen_until FROM service_state
          WHERE source = ?1 AND service = gap.service), began))
        WHERE source = ?1 AND ended IS NULL
        """,
        """
        UPDATE service_state SET replayed = 0, is_recording = NULL, renewed = NULL,
          renewal_settled = 0, seen_until = NULL, replay_events = NULL, replay_duration = NULL,
          replay_ended = NULL,
          wanted = CASE wanted_by WHEN 'person' THEN wanted END,
          wanted_by = CASE wanted_by WHEN 'person' THEN wanted_by END
        WHERE source = ?1
        """,
        "DELETE FROM scope WHERE source = ?1",
      ]
      for statement in statements { try db.run(statement) { $0.bind(number, at: 1) } }
    }
    forgetNumbers()
  }
}
