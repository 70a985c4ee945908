/// Whether the browser records, as it says, and what that means: our own wish, the end of a lease,
/// another client, a crash.
extension ServiceRecorder {
  package mutating func recordingState(_ isRecording: Bool, at now: Timestamp) -> [Effect] {
    let isFirst = !hasState
    hasState = true
    // A person who asked for it after it was seen off gets it, whoever turned it off.
    let isNewerWish =
      facts.isRecording == false && facts.wanted == true && facts.wantedBy == .person
    facts.isRecording = isRecording
    var effects: [Effect] = [.write(.serviceState(service, .init(isRecording: isRecording)))]
    if isRecording {
      answer = nil
      effects += turnedOn(isRenewal: !isFirst, at: now)
    } else if isFirst {
      answer =
        isNewerWish
        ? .never : facts.lease.answerAtStart(wanted: facts.wanted, disk: disk, now: now)
    } else if offsAsked > 0 {
      offsAsked -= 1
      effects.append(switchedOff(since: now, at: now))
    } else if facts.wanted != false {
      effects += act(on: facts.lease.answerWhileObserving(now: now), since: now, at: now)
    }
    return effects
  }

  private mutating func turnedOn(isRenewal: Bool, at now: Timestamp) -> [Effect] {
    offsAsked = 0
    renewalAsked = nil
    var effects: [Effect] = [
      .write(.gapClosed(service, .turnedOff, to: now)),
      .write(.gapClosed(service, .switchedOff, to: now)),
    ]
    if isRenewal {
      facts.lease = Lease(lastRenewal: now, isSettled: false)
      effects.append(.write(.serviceState(service, .init(lease: facts.lease))))
    }
    // Whoever turned it off has turned it on again; a person's own wish stays.
    if facts.wanted == false, facts.wantedBy == .other {
      effects.append(wish(true, by: .other))
    }
    return effects
  }

  mutating func act(
    on answer: Lease.Answer, since: Timestamp?, at now: Timestamp
  ) -> [Effect] {
    let since = min(since ?? now, now)
    let record = Effect.command(.setRecording(service, true))
    switch answer {
    case .off:
      return []
    case .never:
      return [record]
    case .expired(let end):
      let from = min(max(end, since < now ? since : end), now)
      return [.write(.gapOpened(service, .leaseExpired, from: from, to: now, .unknown)), record]
    case .lostInCrash:
      return [.write(.gapOpened(service, .crash, from: since, to: now, .unknown)), record]
    case .turnedOffByOther:
      let gap = Effect.write(.gapOpened(service, .turnedOff, from: since, to: nil, .unknown))
      return isTurnedOnMeanwhile ? [gap, record] : [wish(false, by: .other), gap]
    }
  }

  /// One that is open already stays as it is.
  func switchedOff(since: Timestamp?, at now: Timestamp) -> Effect {
    .write(.gapOpened(service, .switchedOff, from: min(since ?? now, now), to: nil, .unknown))
  }

  mutating func wish(_ wanted: Bool, by: ServiceFacts.WantedBy) -> Effect {
    facts.wanted = wanted
    facts.wantedBy = by
    return .write(.serviceState(service, .init(wanted: wanted, wantedBy: by)))
  }
}
