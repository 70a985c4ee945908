import OffstageCore
import OffstageTesting

/// A whole context's recorder, driven signal by signal.
struct SourceTape {
  var recorder: SourceRecorder
  private var tokens: UInt64 = 0
  private var lines: [String] = []

  init(
    _ source: Source, facts: [Service: ServiceFacts] = [:], disk: [Service: DiskLease] = [:]
  ) {
    recorder = SourceRecorder(source: source, facts: facts, disk: disk, transport: "pipe")
  }

  mutating func does(_ body: (inout SourceRecorder) -> [SourceRecorder.Effect]) {
    note(body(&recorder))
  }

  mutating func receive(_ signal: CaptureSignal) {
    var effects: [SourceRecorder.Effect] = []
    recorder.receive(signal, into: &effects)
    note(effects)
  }

  mutating func begin(_ services: [Service] = Service.allCases, at seconds: Double) {
    for service in services {
      tokens += 1
      note(recorder.began(service, ObservationToken(rawValue: tokens), at: Tape.time(seconds)))
    }
  }

  /// What it did since the last time.
  mutating func take() -> [String] {
    defer { lines.removeAll() }
    return lines
  }

  private mutating func note(_ effects: [SourceRecorder.Effect]) {
    for effect in effects {
      let (line, isBookkeeping) = Tape.describe(effect)
      if !isBookkeeping || line.hasPrefix("take back") || line.hasPrefix("worker") {
        lines.append("\(effect.service?.shortName ?? "-") \(line)")
      }
    }
  }
}

extension ServiceRecorder.Effect {
  var service: Service? {
    switch self {
    case .command(.startObserving(let service)), .command(.stopObserving(let service)),
      .command(.setRecording(let service, _)), .command(.clearEvents(let service)):
      service
    case .write(.gapOpened(let service, _, _, _, _)), .write(.gapTakenBack(let service, _)),
      .write(.serviceState(let service, _)), .write(.replaysForgotten(let service)):
      service
    default: nil
    }
  }
}

extension Source {
  static func sample(_ kind: Kind = .profile) -> Source {
    Source(
      id: SourceID(), kind: kind, name: "default",
      place: kind == .offTheRecord
        ? .offTheRecord(browserRun: "r", contextId: "c")
        : .profile(userDataDir: "/nowhere", profileDir: "Default"),
      browser: "Chrome/156.0.8078.79", keep: Source.defaultKeep, created: ManualClock.start)
  }
}
