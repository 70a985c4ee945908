/// The first signals of a source in a new place, held until it is known whether it is an old one
/// that has moved: its replay then shares events with that one.
struct HeldSignals: Sendable {
  let candidates: [SourceID]
  private(set) var signals: [CaptureSignal] = []
  private var histories = 0
  private var isDeciding = false
  private(set) var identities: [EventIdentity] = []

  /// So many events tell.
  private static let enough = 64

  init(_ candidates: [SourceID]) {
    self.candidates = candidates
  }

  /// True, once, when it can be decided.
  mutating func hold(_ more: [CaptureSignal]) -> Bool {
    signals += more
    var hasEnded = false
    for signal in more {
      switch signal {
      case .event(let event, _, _): identities.append(EventIdentity(of: event))
      case .replayEnded, .observationFailed: histories += 1
      case .ended: hasEnded = true
      default: break
      }
    }
    guard !isDeciding else { return false }
    isDeciding =
      hasEnded || identities.count >= HeldSignals.enough || histories >= Service.allCases.count
    return isDeciding
  }
}

extension Recorder {
  /// Gives the signals that can be taken now, or nil while they are held.
  func hold(_ signals: [CaptureSignal], of handle: Handle) async -> [CaptureSignal]? {
    guard var held = recordings[handle]?.held else { return signals }
    let canDecide = held.hold(signals)
    recordings[handle]?.held = held
    guard canDecide else { return nil }
    let adopted = await adoptedSource(held, handle)
    // More may have come while the store was asked.
    let all = recordings[handle]?.held?.signals ?? []
    recordings[handle]?.held = nil
    if let adopted, let recording = recordings[handle] {
      var moved = Recording(
        machine: adopted, send: recording.send, held: nil, caughtUpFrom: recording.caughtUpFrom)
      moved.hasCaughtUp = false
      recordings[handle] = moved
      // What was observed so far was observed of the known source.
      for service in Service.allCases { begin(service, handle, at: recording.caughtUpFrom) }
      notify(.moved(SourceName(id: adopted.source.id, name: adopted.source.name)))
    }
    return all
  }

  /// The machine of the one known source that shares events with this one, if there is just one.
  private func adoptedSource(_ held: HeldSignals, _ handle: Handle) async -> SourceRecorder? {
    guard let recording = recordings[handle], !held.identities.isEmpty,
      let shared = try? await store.shared(held.identities, among: held.candidates)
    else { return nil }
    let sharing = shared.filter { $0.value > 0 }
    guard sharing.count == 1, let id = sharing.keys.first else { return nil }
    // What waits to be written of the new source has to be there before it is dropped.
    await flush()
    guard !isStuck, let facts = try? await store.facts(of: id),
      let source = try? await store.adopt(id, inPlaceOf: recording.machine.source.id)
    else { return nil }
    return recording.machine.moved(to: source, facts: facts)
  }
}
