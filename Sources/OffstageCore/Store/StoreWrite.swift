/// One observation, numbered by the recorder that made it.
package struct ObservationToken: Sendable, Hashable {
  package var rawValue: UInt64

  package init(rawValue: UInt64) {
    self.rawValue = rawValue
  }
}

/// One change to what is stored of a source. A batch of them is one transaction.
package enum StoreWrite: Sendable {
  case event(EventWrite)
  case observationBegan(
    ObservationToken, Service, browser: String, transport: String, at: Timestamp)
  /// The store compares with earlier replays and reports what this one lacks.
  case replayEnded(ObservationToken, Service, ReplaySummary)
  case observationEnded(ObservationToken, at: Timestamp)
  case serviceState(Service, ServiceStateChange)
  /// From a file; it is there already if one of that reason begins in the same moment.
  case gapImported(Service, Gap.Reason, from: Timestamp, to: Timestamp?, Gap.BrowserRan)
  /// From a file; it is there already if one begins in the same moment.
  case watchImported(Service, from: Timestamp, to: Timestamp)
  case gapOpened(Service, Gap.Reason, from: Timestamp, to: Timestamp?, Gap.BrowserRan)
  /// From a file; it is there already if one was asked in the same moment. Indirect: it is large.
  indirect case triggerImported(StoredTrigger)
  /// From a file; it is there already if one of its number was shown in the same moment.
  indirect case notificationImported(StoredNotification)
  /// From a file; it is there already if one has its id. It is never sent.
  indirect case pushImported(PushMessage)
  /// From a file; it is there already if one has its token. It is never served.
  indirect case subscriptionImported(PushSubscription)
  /// Closes the open gaps of that reason.
  case gapClosed(Service, Gap.Reason, to: Timestamp)
  /// Removes the open gaps of that reason: a complete replay showed that nothing was lost.
  case gapTakenBack(Service, Gap.Reason)
  /// Changes what the newest gap of a reason was put down to.
  case gapExplained(Service, from: Gap.Reason, to: Gap.Reason)
  /// The browser may have died before it had kept what it told last.
  case logUnsure(Service, at: Timestamp)
  /// No earlier replay counts any more: the browser's log was emptied.
  case replaysForgotten(Service)
  case registration(WorkerRegistration, at: Timestamp)
  /// Indirect: it is large and rare, and every write would be of its size.
  indirect case worker(WorkerContext, at: Timestamp)
  case requestAnswered(Int64, answer: RequestAnswer, at: Timestamp)
}

/// An event to be stored.
package struct EventWrite: Sendable {
  package var identity: EventIdentity
  package var logged: LoggedEvent
  package var received: Timestamp
  package var capture: CaptureKind
  package var observation: ObservationToken?
  /// Set for an event from a file.
  package var file: FileRecord?
  /// The browser's log holds it, which later replays are compared with. False for what was read
  /// beside a recorder: its replay may be under way and have passed that place.
  package var showsLog = true
  /// The trigger of ours that caused it.
  package var trigger: Int64?

  /// What a file tells of an event. It shows nothing of what the browser's log holds, and what was
  /// removed comes back by it: a person asked for it.
  package struct FileRecord: Sendable, Hashable {
    package var scope: String?
    /// When the trigger that caused it was asked.
    package var trigger: Timestamp?

    package init(scope: String?, trigger: Timestamp? = nil) {
      self.scope = scope
      self.trigger = trigger
    }
  }

  package init(
    identity: EventIdentity, logged: LoggedEvent, received: Timestamp, capture: CaptureKind,
    observation: ObservationToken?, file: FileRecord? = nil, trigger: Int64? = nil
  ) {
    self.identity = identity
    self.logged = logged
    self.received = received
    self.capture = capture
    self.observation = observation
    self.file = file
    self.trigger = trigger
  }
}

/// New values of a service's state; what is nil stays as it is.
package struct ServiceStateChange: Sendable, Hashable {
  package var wanted: Bool?
  package var wantedBy: ServiceFacts.WantedBy?
  package var isRecording: Bool?
  package var lease: Lease?
  package var seenUntil: Timestamp?

  package init(
    wanted: Bool? = nil, wantedBy: ServiceFacts.WantedBy? = nil, isRecording: Bool? = nil,
    lease: Lease? = nil, seenUntil: Timestamp? = nil
  ) {
    self.wanted = wanted
    self.wantedBy = wantedBy
    self.isRecording = isRecording
    self.lease = lease
    self.seenUntil = seenUntil
  }
}

/// What a committed batch came to.
package struct WriteResult: Sendable, Hashable {
  /// How many events were new.
  package var stored = 0
  /// How many were there already.
  package var known = 0
  /// How many were left out because they had been removed.
  package var suppressed = 0
  package var replays: [ReplayVerdict] = []

  package init() {}
}

/// What a complete replay showed of the browser's log.
package struct ReplayVerdict: Sendable, Hashable {
  package var observation: ObservationToken
  package var service: Service
  /// How many events it holds.
  package var events: Int64
  /// How many stored events the browser's log had, as earlier replays showed or it told live, and
  /// this replay lacks.
  package var lacking: Int64

  package init(observation: ObservationToken, service: Service, events: Int64, lacking: Int64) {
    self.observation = observation
    self.service = service
    self.events = events
    self.lacking = lacking
  }
}
