/// What the person, the store and the clock ask of a service's recording.
extension ServiceRecorder {
  /// The person's wish, as it now lies in the store.
  package mutating func wanted(_ wanted: Bool, revision: Int64) -> [Effect] {
    guard revision > facts.wishRevision else { return [] }
    facts.wishRevision = revision
    facts.wanted = wanted
    facts.wantedBy = .person
    guard phase == .live else {
      isTurnedOnMeanwhile = wanted
      return []
    }
    if !wanted { offsAsked += 1 }
    return [.command(.setRecording(service, wanted))]
  }

  /// `record renew`: asks the browser at once.
  package func renewNow() -> [Effect] {
    guard phase == .live, facts.wanted != false else { return [] }
    return [.command(.setRecording(service, true))]
  }

  mutating func start() -> [Effect] {
    if isHeldBack {
      phase = .shed
      return []
    }
    phase = .idle
    return [.command(.startObserving(service))]
  }

  /// Once everything is answered: two histories at once could not be told apart.
  mutating func startAgain() -> [Effect] {
    phase == .shed && !isHeldBack && !isStopping && !isStarting ? start() : []
  }

  /// Stops in order to have the log replayed, or to leave it to the browser for a while.
  mutating func stop() -> [Effect] {
    guard !isStopping else { return [] }
    isStopping = true
    return [.command(.stopObserving(service))]
  }

  /// The store is stuck: the browser's own log is the buffer until it is not.
  package mutating func shed(at now: Timestamp) -> [Effect] {
    guard !isHeldBack else { return [] }
    isHeldBack = true
    guard phase == .live || phase == .replaying else { return [] }
    phase = .shed
    return stop() + giveUpClearing("The store is stuck.", now)
  }

  package mutating func resume() -> [Effect] {
    guard isHeldBack else { return [] }
    isHeldBack = false
    return startAgain()
  }

  /// Renews the lease once a day, and notes when the browser has surely saved it.
  package mutating func tick(at now: Timestamp) -> [Effect] {
    guard phase == .live, facts.wanted != false, let renewed = facts.lease.lastRenewal else {
      return []
    }
    if now - renewed >= Lease.renewalInterval {
      if let renewalAsked, now - renewalAsked < .minutes(5) { return [] }
      renewalAsked = now
      return [.command(.setRecording(service, true))]
    }
    guard !facts.lease.isSettled, now - renewed >= Lease.settling else { return [] }
    facts.lease.isSettled = true
    return [.write(.serviceState(service, .init(lease: facts.lease)))]
  }

  /// Until when this service has been watched, for whoever finds us dead.
  package mutating func heartbeat(at now: Timestamp) -> [Effect] {
    guard phase == .live else { return [] }
    facts.seenUntil = now
    return [.write(.serviceState(service, .init(seenUntil: now)))]
  }

  // MARK: Clearing the browser's own log

  package mutating func clearBrowserLog(request: Int64, at now: Timestamp) -> [Effect] {
    guard phase == .live, clearing == .none else {
      return [
        .write(
          .requestAnswered(request, answer: .failed("\(service.title) is busy."), at: now))
      ]
    }
    clearing = .proving(request: request)
    return stop()
  }

  package mutating func cleared(failure: String?, at now: Timestamp) -> [Effect] {
    guard case .clearing(let request) = clearing else { return [] }
    clearing = .none
    if let failure {
      return [.write(.requestAnswered(request, answer: .failed(failure), at: now))]
    }
    return [
      .write(.replaysForgotten(service)),
      .write(.requestAnswered(request, answer: .done, at: now)),
    ]
  }

  mutating func giveUpClearing(_ reason: String, _ now: Timestamp) -> [Effect] {
    switch clearing {
    case .none: return []
    case .proving(let request), .clearing(let request):
      clearing = .none
      return [.write(.requestAnswered(request, answer: .failed(reason), at: now))]
    }
  }
}
