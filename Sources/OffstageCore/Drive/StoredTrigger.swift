/// Something that a browser is asked to do, as the store keeps it (`Docs/adr/0002`).
package struct StoredTrigger: Sendable, Hashable {
  /// What asked.
  package enum Asker: String, Sendable, Hashable, CaseIterable {
    case cli
    case api
    case ui
    case scenario
  }

  package var id: Int64
  package var source: SourceName
  package var askedBy: Asker
  package var action: TriggerAction
  /// How long it may take until something comes of it.
  package var patience: Interval
  package var asked: Timestamp
  /// When the recorder of the source took it.
  package var taken: Timestamp?
  package var ended: Timestamp?
  /// As it was stored; see `answer(at:)`.
  package var stored: TriggerAnswer?

  package init(
    id: Int64, source: SourceName, askedBy: Asker, action: TriggerAction, patience: Interval,
    asked: Timestamp, taken: Timestamp? = nil, ended: Timestamp? = nil,
    stored: TriggerAnswer? = nil
  ) {
    self.id = id
    self.source = source
    self.askedBy = askedBy
    self.action = action
    self.patience = patience
    self.asked = asked
    self.taken = taken
    self.ended = ended
    self.stored = stored
  }

  package static let usualPatience = Interval.seconds(5)
  package static let longestPatience = Interval.minutes(10)
  /// A recorder whose browser is busy takes it a little later, but not days later.
  package static let shortestLease = Interval.seconds(5)
  /// What an answer may need beside the patience: finding out why nothing came.
  private static let grace = Interval.seconds(30)

  /// Until when a recorder may take it.
  package var lapses: Timestamp { asked + max(patience, Self.shortestLease) }

  /// What came of it. One that nobody took or answered in its time is answered by its times alone.
  package func answer(at now: Timestamp) -> TriggerAnswer? {
    if let stored { return stored }
    guard let taken else { return now > lapses ? .nobody : nil }
    return now > taken + patience + Self.grace ? .left : nil
  }
}

extension TriggerAnswer {
  package static let nobody = TriggerAnswer(
    .failed, reason: "No recorder runs for this source.",
    hint: "Start `offstage open` or `offstage attach`, then try again.")
  static let busy = TriggerAnswer(
    .failed, reason: "The recorder of this source did not take it in time.",
    hint: "It may still be reading the browser's log: try again.")
  package static let left = TriggerAnswer(
    .failed, reason: "The recorder ended before it had answered.",
    hint: "Whether the browser did it, its events tell.")
}

/// What is asked of browsers, and what came of it. It travels through the store, which every process
/// on a data folder shares.
package protocol TriggerStore: Sendable {
  func ask(
    _ action: TriggerAction, by asker: StoredTrigger.Asker, of source: SourceID,
    patience: Interval, at now: Timestamp
  ) async throws -> Int64
  /// Those that nobody has taken yet, and that have not lapsed.
  func triggers(toTakeOf sources: [SourceID], at now: Timestamp) async throws -> [StoredTrigger]
  /// False if somebody else was first.
  func take(trigger id: Int64, at now: Timestamp) async throws -> Bool
  /// Its events are those that were stored as this trigger's.
  func end(trigger id: Int64, with answer: TriggerAnswer, at now: Timestamp) async throws
  func trigger(id: Int64) async throws -> StoredTrigger?
  /// Those whose events are selected; of a selection of sources and times alone those too that have
  /// caused none. In the order in which they were asked.
  func triggers(of selection: EventSelection) async throws -> [StoredTrigger]
  /// The newest of these sources, or of all, newest first.
  func triggers(
    of sources: Set<SourceID>, before id: Int64?, limit: Int
  ) async throws -> [StoredTrigger]
  /// Another one after something was triggered, taken or answered, and after something came onto a
  /// browser's screen or went. Of older ones than the newest hundred it may stay the same.
  func driveMark() async throws -> DriveMark
}

/// What a look at triggers and screens is compared with.
package struct DriveMark: Sendable, Hashable {
  private let numbers: [Int64]

  package init(_ numbers: [Int64]) {
    self.numbers = numbers
  }
}
