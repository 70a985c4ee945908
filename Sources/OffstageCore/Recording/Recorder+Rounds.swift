/// What a recorder does by itself, and what it tells of its work.
extension Recorder {
  private static let pruneInterval = Interval.hours(1)

  /// Renews leases, notes until when we were there, sees a store that is stuck, and prunes.
  func tickUntilFinished() async throws {
    var pruned: [SourceID: Timestamp] = [:]
    while !Task.isCancelled {
      let now = clock.now()
      forEachRecording { $0.tick(at: now) }
      if let writeBegan, !isStuck, queue.bytes > settings.queueLimit,
        now - writeBegan > settings.patience
      {
        stick(StoreError(.busy, "The store takes longer than \(settings.patience.short) to write."))
      }
      if !isStuck { try await prune(at: now, &pruned) }
      try await clock.sleep(for: .seconds(1))
    }
  }

  /// Each source once its recording has begun, then every hour.
  private func prune(at now: Timestamp, _ pruned: inout [SourceID: Timestamp]) async throws {
    for source in Set(recordings.values.map(\.machine.source.id)) {
      if let last = pruned[source], now - last < Recorder.pruneInterval { continue }
      pruned[source] = now
      do {
        while try await store.prune(source, at: now) {}
      } catch let error as StoreError where error.isPassing {
        // The next round tries again.
      }
    }
  }

  /// Does what people asked of our sources, in this process or another.
  func obeyUntilFinished() async throws {
    for await _ in store.changes() {
      try await obey()
      try await clock.sleep(for: Interval(micros: 50_000))
    }
  }

  /// Whoever asked a recorder that has ended has long been told so. What clears a browser's log must
  /// not be done days later.
  func refuseStaleRequests(of source: SourceID) async throws {
    let stale = try await store.control(of: [source]).requests
    requestsTaken.formUnion(stale.map(\.id))
    let answer = RequestAnswer.failed("The recorder that was asked has ended.")
    for request in stale {
      enqueue(.requestAnswered(request.id, answer: answer, at: clock.now()), of: source)
    }
  }

  private func obey() async throws {
    // A source that may yet turn out to be another one is not obeyed for.
    let sources = recordings.values.filter { $0.held == nil }.map(\.machine.source.id)
    guard !sources.isEmpty else { return }
    let control: RecorderControl
    do {
      control = try await store.control(of: sources)
    } catch let error as StoreError where error.isPassing {
      return
    }
    let now = clock.now()
    // An answer is not yet durable when the request is read again.
    let fresh = control.requests.filter { !requestsTaken.contains($0.id) }
    requestsTaken = Set(control.requests.map(\.id))
    forEachRecording { machine in
      let source = machine.source.id
      var effects: [SourceRecorder.Effect] = []
      for wish in control.wishes where wish.source == source { effects += machine.wanted(wish) }
      for request in fresh where request.source == source {
        effects += machine.perform(request, at: now)
      }
      return effects
    }
  }

  func judge(_ result: WriteResult) {
    for verdict in result.replays {
      guard let handle = owners[verdict.observation],
        var recording = recordings.removeValue(forKey: handle)
      else { continue }
      let effects = recording.machine.judged(verdict, at: clock.now())
      noteCaughtUp(in: &recording)
      recordings[handle] = recording
      apply(effects, to: handle)
    }
  }

  func forEachRecording(_ body: (inout SourceRecorder) -> [SourceRecorder.Effect]) {
    for handle in recordings.keys.sorted(by: { $0.number < $1.number }) {
      guard var recording = recordings.removeValue(forKey: handle) else { continue }
      let effects = body(&recording.machine)
      recordings[handle] = recording
      apply(effects, to: handle)
    }
  }

  // MARK: Notices

  func noteProgress(of signals: [CaptureSignal], in recording: inout Recording) {
    let name = recording.machine.source.displayName
    for signal in signals {
      switch signal {
      case .recordingState(let service, let isRecording, _):
        notify(.recording(name, service, isRecording))
      case .observationFailed(let service, let message, _):
        notify(.refused(name, service, message: message))
      default: break
      }
    }
    if !recording.hasCaughtUp {
      notify(
        .replaying(
          name, events: recording.machine.replayed,
          elapsed: clock.now() - recording.caughtUpFrom))
    }
  }

  /// All six histories came in, and the last of them is durable.
  func noteCaughtUp(in recording: inout Recording) {
    guard !recording.hasCaughtUp, recording.machine.hasCaughtUp else { return }
    recording.hasCaughtUp = true
    notify(
      .caughtUp(
        recording.machine.source.displayName, events: recording.machine.replayed,
        elapsed: clock.now() - recording.caughtUpFrom, off: recording.machine.unwanted))
  }

  func noteGap(_ write: StoreWrite, in source: Source) {
    guard case .gapOpened(let service, let reason, _, _, _) = write else { return }
    notify(.gap(source.displayName, service, reason))
  }
}

extension Source {
  package var displayName: SourceName { SourceName(id: id, name: name) }
}
