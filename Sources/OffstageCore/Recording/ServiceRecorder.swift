/// The recording of one service in one browser context: what each signal of the browser means.
///
/// A value without a clock, a socket or a store. Signals go in; writes for the store and commands
/// for the browser come out.
package struct ServiceRecorder: Sendable {
  package enum Phase: Sendable, Hashable {
    case idle
    case replaying
    case live
    /// The store could not keep up; the browser keeps the events until we observe again.
    case shed
    /// The browser refuses to observe this service.
    case refused
  }

  package enum Effect: Sendable {
    case write(StoreWrite)
    case command(CaptureCommand)
  }

  package let service: Service
  package internal(set) var phase = Phase.idle
  package internal(set) var facts: ServiceFacts
  /// Events of the running or last replay.
  package private(set) var replayed: Int64 = 0

  let disk: DiskLease
  private let browser: String
  private let transport: String
  var token = ObservationToken(rawValue: 0)
  private var ordinals = OrdinalCounter(observationStart: Timestamp(micros: 0))
  private var began = Timestamp(micros: 0)
  /// Until when we had observed before the running observation.
  var seenBefore: Timestamp?
  private var newestLive: Timestamp?
  /// What the first state of this observation means, acted on when its history is through.
  var answer: Lease.Answer?
  var hasState = false
  /// The history of this observation is durable.
  private var isProven = false
  /// Between `shed` and `resume`: nothing is observed.
  var isHeldBack = false
  /// A `startObserving` has no answer yet; it may come after that of a later `stopObserving`, with
  /// the rest of its history.
  var isStarting = false
  /// A `stopObserving` of ours has no answer yet.
  var isStopping = false
  /// When the lease was last asked for without an answer so far.
  var renewalAsked: Timestamp?
  /// A person turned it on while the history came in.
  var isTurnedOnMeanwhile = false
  /// How many of our own `setRecording(false)` the browser has not yet confirmed.
  var offsAsked = 0
  private var wipe = WipeCheck.none
  var clearing = Clearing.none

  /// After a replay without a single event: is the log empty, or can't it be read?
  private enum WipeCheck: Sendable, Hashable {
    case none
    /// A later live event will tell: an empty log that can be read then holds it.
    case undecided
    case observingAgain
  }

  /// `clear --browser-log`: a fresh replay proves that all of it is stored, then it is cleared.
  enum Clearing: Sendable, Hashable {
    case none
    case proving(request: Int64)
    case clearing(request: Int64)
  }

  package init(
    _ service: Service, facts: ServiceFacts, disk: DiskLease, browser: String, transport: String
  ) {
    self.service = service
    self.facts = facts
    self.disk = disk
    self.browser = browser
    self.transport = transport
  }

  func moved(facts: ServiceFacts) -> ServiceRecorder {
    ServiceRecorder(service, facts: facts, disk: disk, browser: browser, transport: transport)
  }

  /// The history is in and durable, or there will be none.
  var hasCaughtUp: Bool { phase == .refused || (phase == .live && isProven) }

  // MARK: Observation

  package mutating func began(_ token: ObservationToken, at now: Timestamp) -> [Effect] {
    self.token = token
    phase = .replaying
    began = now
    seenBefore = facts.seenUntil
    replayed = 0
    hasState = false
    isProven = false
    isStarting = true
    isStopping = false
    isTurnedOnMeanwhile = false
    renewalAsked = nil
    answer = nil
    newestLive = nil
    ordinals = OrdinalCounter(observationStart: now)
    return [
      .write(.observationBegan(token, service, browser: browser, transport: transport, at: now))
    ]
  }

  package mutating func event(
    _ event: LoggedEvent, received: Timestamp, trigger: Int64? = nil,
    into effects: inout [Effect]
  ) {
    guard phase == .replaying || phase == .live else { return }
    // Live events may come before and among the replay: they are those that happened since.
    let isLive =
      phase == .live || (event.timestamp >= began && event.timestamp <= received + .seconds(5))
    if phase == .live { noteLive(event, into: &effects) }
    if !isLive { replayed += 1 }
    effects.append(
      .write(
        .event(
          EventWrite(
            identity: ordinals.number(event), logged: event, received: received,
            capture: isLive ? .live : .replay, observation: token, trigger: trigger))))
  }

  private mutating func noteLive(_ event: LoggedEvent, into effects: inout [Effect]) {
    if let newestLive, event.timestamp < newestLive - .seconds(1) {
      self.newestLive = event.timestamp
      effects.append(
        .write(.gapOpened(service, .clock, from: event.timestamp, to: newestLive, .yes)))
    } else if newestLive.map({ $0 < event.timestamp }) ?? true {
      newestLive = event.timestamp
    }
    if wipe == .undecided, !event.isLiveOnly {
      wipe = .observingAgain
      effects += stop()
    }
  }

  package mutating func replayEnded(at now: Timestamp) -> [Effect] {
    isStarting = false
    // A history that was cut off by shedding says nothing of what the log holds.
    guard phase == .replaying else { return startAgain() }
    phase = .live
    ordinals.replayDidEnd()
    let summary = ReplaySummary(events: replayed, duration: now - began, ended: now)
    facts.lastReplay = summary
    facts.seenUntil = now
    var effects: [Effect] = [
      .write(.replayEnded(token, service, summary)),
      .write(.serviceState(service, .init(seenUntil: now))),
      .write(.gapTakenBack(service, .connectionLost)),
    ]
    let answer = self.answer
    self.answer = nil
    if facts.wanted == false {
      guard facts.isRecording == true else {
        return effects
          + (facts.wantedBy == .person ? [switchedOff(since: seenBefore, at: now)] : [])
      }
      // Wished for while nobody was there to carry it out.
      offsAsked += 1
      effects.append(.command(.setRecording(service, false)))
    } else if let answer, answer != .off {
      effects += self.act(on: answer, since: seenBefore, at: now)
    } else {
      effects.append(.command(.setRecording(service, true)))
    }
    return effects
  }

  /// What the store found when the replay was durable.
  package mutating func judged(_ verdict: ReplayVerdict, at now: Timestamp) -> [Effect] {
    guard verdict.observation == token, phase == .live else { return [] }
    isProven = true
    if case .proving(let request) = clearing {
      clearing = .clearing(request: request)
      return wiped(verdict, at: now) + [.command(.clearEvents(service))]
    }
    if wipe == .observingAgain {
      wipe = .none
      return verdict.events > 0
        ? [] : [.write(.gapExplained(service, from: .wiped, to: .unreadable))]
    }
    guard verdict.lacking > 0 else { return [] }
    let effects = wiped(verdict, at: now)
    if verdict.events == 0 {
      wipe = .undecided
      return effects
    }
    // What is left has to be told apart from what is gone: it is replayed once more.
    return effects + stop()
  }

  private func wiped(_ verdict: ReplayVerdict, at now: Timestamp) -> [Effect] {
    guard verdict.lacking > 0 else { return [] }
    return [
      .write(.replaysForgotten(service)),
      .write(
        .gapOpened(service, .wiped, from: min(seenBefore ?? began, began), to: now, .unknown)),
    ]
  }

  package mutating func observationFailed(at now: Timestamp) -> [Effect] {
    isStarting = false
    phase = .refused
    return [.write(.observationEnded(token, at: now))]
      + giveUpClearing("It can't be observed.", now)
  }

  package mutating func observationStopped(at now: Timestamp) -> [Effect] {
    isStopping = false
    guard phase == .live || phase == .shed else { return [] }
    phase = .shed
    return [.write(.observationEnded(token, at: now))] + startAgain()
  }

  package mutating func ended(_ end: ContextEnd, at now: Timestamp) -> [Effect] {
    let wasLive = phase == .live
    let wasObserving = wasLive || phase == .replaying
    phase = .idle
    isStarting = false
    isStopping = false
    guard wasObserving else { return [] }
    var effects: [Effect] = [.write(.observationEnded(token, at: now))]
    if end == .connectionLost { effects.append(.write(.logUnsure(service, at: now))) }
    if wasLive {
      facts.seenUntil = now
      effects.append(.write(.serviceState(service, .init(seenUntil: now))))
    }
    return effects + giveUpClearing("The browser went away.", now)
  }
}
