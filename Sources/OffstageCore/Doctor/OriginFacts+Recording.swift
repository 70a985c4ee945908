/// Whether the browser keeps a log of what happens: without it nothing works less, but nobody sees.
extension OriginFacts {
  /// One for all, if all stand alike.
  func recordingChecks(_ asked: Set<Service>) -> [OriginCheck] {
    let services = OriginFacts.order.filter {
      recording[$0] != nil && (asked.isEmpty || asked.contains($0))
    }
    let states = services.map(state)
    guard let first = states.first else { return [] }
    if services.count > 1, states.allSatisfy({ $0 == first }) {
      return [
        OriginCheck(
          "recording", first.verdict, "Each service \(first.words)", mend: mend(first, nil))
      ]
    }
    return zip(services, states).map { service, state in
      OriginCheck(
        service, "recording", state.verdict, "\(service.title) \(state.words)",
        mend: mend(state, service))
    }
  }

  private enum State: Hashable {
    case on(until: Interval?)
    case over
    case off

    var verdict: OriginCheck.Verdict {
      if case .on = self { return .ok }
      return .warning
    }

    var words: String {
      switch self {
      case .on(let rest?): "is recorded for \(rest.short) more."
      case .on(nil): "is recorded."
      case .over: "is no longer recorded: it is three days since the browser was last asked to."
      case .off: "is not recorded: what happens is not to be seen afterwards."
      }
    }
  }

  private func state(_ service: Service) -> State {
    guard let recording = recording[service], recording.isOn else { return .off }
    guard let ends = recording.ends else { return .on(until: nil) }
    // Services that were asked for together are said together.
    let minutes = (ends - now).micros / Interval.minutes(1).micros
    return minutes > 0 ? .on(until: .minutes(minutes)) : .over
  }

  private func mend(_ state: State, _ service: Service?) -> String? {
    if case .on = state { return nil }
    if browser.isRecorded {
      let of = service.map { " --service \($0.shortName)" } ?? ""
      return "Record it: offstage record \(state == .over ? "renew" : "on")\(of)"
    }
    return browser.isOurs
      ? "Record it: offstage open \(url)" : "Record it: offstage attach, as for this question."
  }
}
