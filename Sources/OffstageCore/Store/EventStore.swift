/// Where everything recorded lies. Any number of processes share one.
///
/// Access is by intent: there is no SQL outside the store. What `write` returned from is durable.
package protocol EventStore: TriggerStore {
  // MARK: Sources

  /// Finds the source that lives in `place`, or makes it.
  func openSource(_ description: SourceDescription, at now: Timestamp) async throws -> OpenedSource
  /// How many of these events each source holds.
  func shared(
    _ identities: [EventIdentity], among sources: [SourceID]
  ) async throws -> [SourceID: Int]
  /// `adopted` lives in the place of `source` from now on; `source`, still empty, is dropped.
  func adopt(_ adopted: SourceID, inPlaceOf source: SourceID) async throws -> Source
  func sources() async throws -> [Source]
  /// The source's log is a new one from here on: nothing that the old one held is missing from it.
  func beginLog(of source: SourceID) async throws
  func rename(_ source: SourceID, to name: String) async throws
  func setKeep(_ keep: Interval?, of source: SourceID) async throws

  // MARK: Recording

  func write(_ writes: [SourceWrites], receivedUntil: Timestamp) async throws -> WriteResult
  func facts(of source: SourceID) async throws -> [Service: ServiceFacts]
  /// A person's wish; whoever records the source acts on it.
  func setWanted(_ wanted: Bool, _ service: Service, of source: SourceID) async throws
  func ask(_ kind: RecorderRequest.Kind, _ service: Service, of source: SourceID, at now: Timestamp)
    async throws -> Int64
  /// What people ask of the recorder of these sources.
  func control(of sources: [SourceID]) async throws -> RecorderControl
  func answer(to request: Int64) async throws -> RequestAnswer?

  // MARK: Reading

  func events(_ query: EventQuery) async throws -> EventPage
  /// Cuts a list into pieces of at most `size` events, in the order of time, from a place on: `limit`
  /// events of it, and a part of a long list at a time.
  func pieces(
    _ selection: EventSelection, order: EventQuery.Order, after: EventCursor?, size: Int,
    limit: Int?
  ) async throws -> EventPieces
  func event(id: Int64) async throws -> StoredEvent?
  /// In order of arrival: what came after `id`.
  func events(
    after id: Int64, _ selection: EventSelection, limit: Int
  ) async throws -> [StoredEvent]
  func newestId() async throws -> Int64
  /// Those that events of the selection are of, in the order in which they were made.
  func sources(of selection: EventSelection) async throws -> [Source]
  func gaps(_ selection: EventSelection) async throws -> [Gap]
  /// When sources were recorded, in the order of beginnings. Of a selection services, sources and
  /// times say something of it.
  func watches(_ selection: EventSelection) async throws -> [ExchangeWatch]
  /// What workers did, in the order of time; the same holds of the selection, but for services.
  func workerEntries(
    _ selection: EventSelection, after: BesidePlace?, limit: Int
  ) async throws -> [PlacedBeside<ExchangeWorker>]
  /// How many of the selected events there are in each stretch of `width`, of each service and
  /// origin; in the order of `HistogramBucket`, without those that have none.
  func histogram(
    _ selection: EventSelection, width: Interval
  ) async throws -> [HistogramBucket]
  /// The instances that reach into the range or over it, whole as far as `InstanceSpan.reach`; in
  /// order of their first events. Words and outcomes choose those that have such an event in it.
  func instances(_ selection: EventSelection, limit: Int) async throws -> [InstanceSpan]
  /// What can be offered to somebody who writes a filter: a part of what was recorded, the newest
  /// first.
  func vocabulary() async throws -> FilterVocabulary
  /// The script that the browser last told for the event's worker, as far as it is known.
  func workerScript(of event: StoredEvent) async throws -> String?
  func workerContext(of event: StoredEvent, within: Interval) async throws -> [WorkerContextEntry]
  /// The registrations that the browsers of these sources, or of all, have told of and not ended, by
  /// source and scope.
  func workers(of sources: Set<SourceID>) async throws -> [KnownWorker]
  /// An element after each commit, ours or another process's; several commits may be one element.
  func changes() -> AsyncStream<Void>

  // MARK: Operations

  func operations(_ query: OperationQuery) async throws -> OperationPage
  /// Also by a number that it had before history gave it another.
  func operation(id: Int64) async throws -> StoredOperation?
  func scene(ofOperation id: Int64) async throws -> OperationScene?
  /// Those of a page of operations, with where the next one begins.
  func scenes(_ query: OperationQuery) async throws -> (
    scenes: [OperationScene], next: OperationCursor?
  )
  /// The newest mistakes that workers reported, each worker's in the order of time. A selection's
  /// services, instances, outcomes and words say nothing of them.
  func workerReports(_ selection: EventSelection, limit: Int) async throws -> [WorkerReport]
  /// The newest messages that were posted to the push service and are of the selection, in the order
  /// of time. Services, origins, sources, instances and times say something of them.
  func postedPushes(_ selection: EventSelection, limit: Int) async throws -> [PostedPush]
  /// Where `news` begin that are only to tell what comes from now on.
  func operationPlace() async throws -> OperationNews.Place
  /// The newest `limit` operations that changed since.
  func operationNews(
    since place: OperationNews.Place, limit: Int
  ) async throws -> OperationNews

  // MARK: Notifications

  /// Keeps what was shown; it goes with the event that tells of it.
  func note(_ notification: StoredNotification, of source: SourceID) async throws
  func noteClosed(_ number: UInt32, of source: SourceID, at now: Timestamp) async throws
  /// What was shown, in the order of time. Of a selection sources and times say something of it.
  func notifications(
    _ selection: EventSelection, after: BesidePlace?, limit: Int
  ) async throws -> [PlacedBeside<ExchangeNotification>]

  // MARK: Pushes

  /// What was posted to the push service, in the order of time, as far as it is known for which
  /// browser. Of a selection sources and times say something of it.
  func pushLines(
    _ selection: EventSelection, after: BesidePlace?, limit: Int
  ) async throws -> [PlacedBeside<ExchangePush>]
  /// The subscriptions that held then, in the order in which they were made.
  func subscriptionLines(_ selection: EventSelection) async throws -> [ExchangeSubscription]
  /// That the browser which has made a subscription is the one that is recorded as `source`.
  func noteBrowser(ofSubscription token: String, is source: SourceID) async throws

  // MARK: Removing

  /// Removes events and marks them as removed, so that a replay does not bring them back.
  func clear(_ selection: EventSelection, at now: Timestamp) async throws -> Int
  /// How many events are older than their source keeps them.
  func countOverdue(keep: Interval, of source: SourceID, at now: Timestamp) async throws -> Int
  /// Removes what is older than its source keeps it, some at a time; false when all is done.
  func prune(_ source: SourceID, at now: Timestamp) async throws -> Bool

  // MARK: Care

  func verify(rebuild: Bool) async throws -> [StoreFault]
  func close() async throws
}

/// A source as Capture found it.
package struct SourceDescription: Sendable, Hashable {
  package var kind: Source.Kind
  package var place: SourcePlace
  /// For a source that is new.
  package var suggestedName: String
  package var browser: String?
  package var transport: String
  /// Nil leaves what the source has, or the default for a new one.
  package var keep: KeepSetting?
  /// Of a source that is known by its id, wherever it was recorded.
  package var id: SourceID?

  package init(
    kind: Source.Kind, place: SourcePlace, suggestedName: String, browser: String?,
    transport: String, keep: KeepSetting? = nil, id: SourceID? = nil
  ) {
    self.kind = kind
    self.place = place
    self.suggestedName = suggestedName
    self.browser = browser
    self.transport = transport
    self.keep = keep
    self.id = id
  }
}

/// How long events stay.
package enum KeepSetting: Sendable, Hashable {
  case forever
  case `for`(Interval)

  package var interval: Interval? {
    switch self {
    case .forever: nil
    case .for(let interval): interval
    }
  }

  package init(parsing text: String) throws(UsageError) {
    if text == "forever" {
      self = .forever
      return
    }
    let interval = try Interval(parsing: text)
    guard interval.micros > 0 else {
      throw UsageError("Events can't be kept for no time.", hint: "Write 3d, 30d or forever.")
    }
    self = .for(interval)
  }
}

package struct OpenedSource: Sendable, Hashable {
  package var source: Source
  package var isNew: Bool
  /// Known sources whose place is gone: this new one may be one of them, moved.
  package var movedCandidates: [SourceID]

  package init(source: Source, isNew: Bool, movedCandidates: [SourceID]) {
    self.source = source
    self.isNew = isNew
    self.movedCandidates = movedCandidates
  }
}

/// The changes of one source within a batch.
package struct SourceWrites: Sendable {
  package var source: SourceID
  package var writes: [StoreWrite]

  package init(source: SourceID, writes: [StoreWrite]) {
    self.source = source
    self.writes = writes
  }
}

package struct WorkerContextEntry: Sendable, Hashable {
  package var context: WorkerContext
  package var at: Timestamp

  package init(context: WorkerContext, at: Timestamp) {
    self.context = context
    self.at = at
  }
}

/// Something that `verify` found wrong.
package struct StoreFault: Sendable, Hashable {
  package var sentence: String
  package var isRepaired: Bool

  package init(_ sentence: String, isRepaired: Bool = false) {
    self.sentence = sentence
    self.isRepaired = isRepaired
  }
}
