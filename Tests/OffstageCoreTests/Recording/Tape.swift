import OffstageCore
import OffstageTesting

/// One service's recorder, driven signal by signal; what it does is read back as lines.
///
/// Times are seconds after `ManualClock.start`.
struct Tape {
  var recorder: ServiceRecorder
  private var tokens: UInt64 = 0
  /// Everything, also what every observation writes of itself.
  private(set) var all: [String] = []
  private var lines: [String] = []

  init(
    _ service: Service = .backgroundSync, _ facts: ServiceFacts = ServiceFacts(),
    disk: DiskLease = .unknown
  ) {
    recorder = ServiceRecorder(
      service, facts: facts, disk: disk, browser: "Chrome/156.0.8078.79", transport: "pipe")
  }

  static func time(_ seconds: Double) -> Timestamp {
    ManualClock.start + Interval(micros: Int64(seconds * 1e6))
  }

  // MARK: Signals

  mutating func began(_ now: Double) {
    tokens += 1
    note(recorder.began(ObservationToken(rawValue: tokens), at: Tape.time(now)))
  }

  mutating func state(_ isRecording: Bool, _ now: Double) {
    note(recorder.recordingState(isRecording, at: Tape.time(now)))
  }

  mutating func event(_ seconds: Double, at now: Double? = nil, registration: String = "0") {
    let event = LoggedEvent.sample(
      "Registered sync", recorder.service, at: Tape.time(seconds), registration: registration)
    var effects: [ServiceRecorder.Effect] = []
    recorder.event(event, received: Tape.time(now ?? seconds), into: &effects)
    note(effects)
  }

  mutating func replayEnded(_ now: Double) {
    note(recorder.replayEnded(at: Tape.time(now)))
  }

  mutating func judged(_ now: Double, events: Int64, lacking: Int64 = 0) {
    note(
      recorder.judged(
        ReplayVerdict(
          observation: ObservationToken(rawValue: tokens), service: recorder.service,
          events: events, lacking: lacking),
        at: Tape.time(now)))
  }

  mutating func stopped(_ now: Double) {
    note(recorder.observationStopped(at: Tape.time(now)))
  }

  mutating func cleared(_ now: Double, failure: String? = nil) {
    note(recorder.cleared(failure: failure, at: Tape.time(now)))
  }

  mutating func does(_ body: (inout ServiceRecorder) -> [ServiceRecorder.Effect]) {
    let effects = body(&recorder)
    note(effects)
  }

  /// An observation from its beginning until it is judged, with the browser in the given state.
  mutating func observation(
    _ now: Double, isRecording: Bool, events: Int64 = 0, lacking: Int64 = 0
  ) {
    began(now)
    state(isRecording, now)
    replayEnded(now)
    judged(now, events: events, lacking: lacking)
  }

  /// What it did since the last time: commands, gaps, wishes, answers, leases.
  mutating func take() -> [String] {
    defer { lines.removeAll() }
    return lines
  }

  private mutating func note(_ effects: [ServiceRecorder.Effect]) {
    for effect in effects {
      let (line, isBookkeeping) = Tape.describe(effect)
      all.append(line)
      if !isBookkeeping { lines.append(line) }
    }
  }

  // MARK: Lines

  static func describe(_ effect: ServiceRecorder.Effect) -> (String, Bool) {
    switch effect {
    case .command(let command):
      switch command {
      case .startObserving: return ("> start", false)
      case .stopObserving: return ("> stop", false)
      case .setRecording(_, let on): return ("> record \(on ? "on" : "off")", false)
      case .clearEvents: return ("> clear", false)
      }
    case .write(let write): return describe(write)
    }
  }

  private static func describe(_ write: StoreWrite) -> (String, Bool) {
    switch write {
    case .event(let event):
      let ordinal = event.identity.ordinal
      return ("\(event.capture.name) \(text(event.logged.timestamp)) #\(ordinal)", true)
    case .observationBegan(let token, _, _, _, _): return ("began \(token.rawValue)", true)
    case .replayEnded(let token, _, let summary):
      return ("replayed \(token.rawValue): \(summary.events)", true)
    case .observationEnded(let token, _): return ("ended \(token.rawValue)", true)
    case .serviceState(_, let change): return describe(change)
    case .gapOpened(_, let reason, let from, let to, let ran):
      let end = to.map(text) ?? ""
      return ("gap \(reason) \(text(from))…\(end) \(ran)", false)
    case .gapClosed(_, let reason, let to): return ("close \(reason) \(text(to))", true)
    case .gapTakenBack(_, let reason): return ("take back \(reason)", true)
    case .gapExplained(_, let from, let to): return ("gap \(from) was \(to)", false)
    case .replaysForgotten: return ("forget replays", false)
    case .registration, .worker: return ("worker", true)
    case .requestAnswered(let request, let answer, _):
      return (Tape.describe(request, answer), false)
    default: return ("\(write)", true)
    }
  }

  private static func describe(_ request: Int64, _ answer: RequestAnswer) -> String {
    switch answer {
    case .done: "answer \(request) done"
    case .failed(let reason): "answer \(request): \(reason)"
    }
  }

  private static func describe(_ change: ServiceStateChange) -> (String, Bool) {
    var parts: [String] = []
    if let wanted = change.wanted { parts.append("wanted \(wanted)") }
    if let by = change.wantedBy { parts.append("by \(by)") }
    if let lease = change.lease {
      parts.append(
        "lease \(lease.lastRenewal.map(text) ?? "never")\(lease.isSettled ? " settled" : "")")
    }
    if parts.isEmpty { return ("state", true) }
    return (parts.joined(separator: " "), false)
  }

  private static func text(_ timestamp: Timestamp) -> String {
    let seconds = (timestamp - ManualClock.start).seconds
    return seconds == seconds.rounded() ? "\(Int(seconds))" : "\(seconds)"
  }
}

extension ServiceFacts {
  /// Of a service that was recorded before: renewed and last seen at those seconds.
  static func known(
    renewed: Double?, seen: Double?, isSettled: Bool = true, wanted: Bool? = nil,
    by: WantedBy? = nil
  ) -> ServiceFacts {
    var facts = ServiceFacts()
    facts.lease = Lease(lastRenewal: renewed.map(Tape.time), isSettled: isSettled)
    facts.seenUntil = seen.map(Tape.time)
    facts.wanted = wanted
    facts.wantedBy = by
    return facts
  }
}
