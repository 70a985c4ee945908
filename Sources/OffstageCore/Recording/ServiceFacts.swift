/// What the store knows of one service of one source.
package struct ServiceFacts: Sendable, Hashable {
  package var events: Int64 = 0
  /// The person's wish; nil when there is none yet, which means yes.
  package var wanted: Bool?
  package var wantedBy: WantedBy?
  /// Of the person's last wish that was acted on.
  package var wishRevision: Int64 = 0
  /// As the browser last said.
  package var isRecording: Bool?
  package var lease = Lease()
  /// Until when it was observed.
  package var seenUntil: Timestamp?
  package var clearedUpTo: Timestamp?
  package var horizon: Timestamp?
  /// Replayed events that were left out because they had been removed.
  package var suppressed: Int64 = 0
  package var lastReplay: ReplaySummary?

  package init() {}

  package enum WantedBy: String, Sendable {
    case person
    case other
  }
}

/// One complete replay.
package struct ReplaySummary: Sendable, Hashable {
  /// How many events the browser's log held.
  package var events: Int64
  package var duration: Interval
  package var ended: Timestamp

  package init(events: Int64, duration: Interval, ended: Timestamp) {
    self.events = events
    self.duration = duration
    self.ended = ended
  }
}
