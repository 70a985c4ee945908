import OffstageCore
import OffstageTesting
import Testing

/// A profile that moved, and what people ask of a recorder.
@Suite(.timeLimit(.minutes(3))) struct `A recorder's sources` {
  /// A known source that holds the given events.
  private func known(
    _ rig: RecorderRig, _ name: String, _ events: [LoggedEvent]
  ) async throws -> SourceID {
    let source = try await rig.store.openSource(.sample(name), at: rig.clock.now()).source
    _ = try await rig.store.write(
      [SourceWrites(source: source.id, writes: events.map { .event($0, .replay) })],
      receivedUntil: rig.clock.now())
    return source.id
  }

  @Test func `a new place with a known source's events is that source`() async throws {
    let rig = RecorderRig()
    let history = [LoggedEvent].history(100)
    let old = try await known(rig, "old", Array(history[..<90]))
    let stranger = try await known(rig, "stranger", [.sample(instance: "elsewhere")])
    rig.store.setMovedCandidates([old, stranger])
    try await rig.run { rig in
      let handle = try await rig.attach(.sample("new"))
      await rig.answer(.pushMessaging, history, to: handle)
      await rig.submit([.sample(at: ManualClock.start + .seconds(1), instance: "live")], to: handle)
      await rig.settle()
      #expect(await rig.recorder.source(of: handle)?.id == old)
    }
    #expect(rig.store.events.count { $0.source.id == old } == 101)
    #expect(try await rig.store.sources().map(\.id) == [old, stranger])
    #expect(rig.notices.all.contains { $0.word == "moved" })
  }

  @Test func `a new place that shares events with two known sources is its own`() async throws {
    let rig = RecorderRig()
    let history = [LoggedEvent].history(70)
    let one = try await known(rig, "one", history)
    let two = try await known(rig, "two", history)
    rig.store.setMovedCandidates([one, two])
    try await rig.run { rig in
      let handle = try await rig.attach(.sample("copy"))
      await rig.answer(.pushMessaging, history, to: handle)
      await rig.settle()
      let source = await rig.recorder.source(of: handle)?.id
      #expect(source != one && source != two)
    }
    #expect(rig.store.events.count == 210)
  }

  @Test func `a new place that shares nothing, or holds nothing, is its own`() async throws {
    let rig = RecorderRig()
    let one = try await known(rig, "one", [.sample(instance: "elsewhere")])
    rig.store.setMovedCandidates([one])
    try await rig.run { rig in
      let strange = try await rig.attach(.sample("strange"))
      await rig.answer(.pushMessaging, .history(70), to: strange)
      let empty = try await rig.attach(.sample("empty"))
      await rig.answerAll(to: empty)
      await rig.settle()
      #expect(await rig.recorder.source(of: strange)?.id != one)
      #expect(await rig.recorder.source(of: empty)?.id != one)
    }
    #expect(rig.store.events.count == 71)
    #expect(!rig.notices.all.contains { $0.word == "moved" })
  }

  @Test func `a browser that goes before it is known loses nothing of what came`() async throws {
    let rig = RecorderRig()
    let one = try await known(rig, "one", [.sample(instance: "elsewhere")])
    rig.store.setMovedCandidates([one])
    try await rig.run { rig in
      let handle = try await rig.attach(.sample("short"))
      await rig.submit(.history(3), to: handle)
      await rig.recorder.submit([.ended(.connectionLost, at: rig.clock.now())], to: handle)
      await rig.recorder.detach(handle)
    }
    #expect(rig.store.events.count == 4)
  }

  // MARK: Wishes and requests

  @Test func `a wish that any process stores is obeyed once`() async throws {
    let rig = RecorderRig()
    try await rig.run { rig in
      let handle = try await rig.attach()
      await rig.answerAll(to: handle)
      await rig.settle()
      let source = try #require(await rig.recorder.source(of: handle)?.id)
      try await rig.store.setWanted(false, .pushMessaging, of: source)
      await rig.turn { $0.contains(.setRecording(.pushMessaging, false)) }
      await rig.recorder.submit(
        [.recordingState(.pushMessaging, isRecording: false, at: rig.clock.now())], to: handle)
      // Another change has the control read again: the same wish is not carried out anew.
      try await rig.store.setWanted(false, .notifications, of: source)
      await rig.turn { $0.contains(.setRecording(.notifications, false)) }
      #expect(rig.commands.all.count { $0 == .setRecording(.pushMessaging, false) } == 1)
      try await rig.store.setWanted(true, .pushMessaging, of: source)
      await rig.turn { $0.last == .setRecording(.pushMessaging, true) }
    }
    #expect(!rig.notices.all.contains { $0.word == "gap turnedOff" })
  }

  @Test func `a wish that was already acted on is not applied at the next attach`() async throws {
    let rig = RecorderRig()
    let source = try await rig.store.openSource(.sample(), at: rig.clock.now()).source.id
    try await rig.store.setWanted(true, .pushMessaging, of: source)
    var facts = ServiceFacts()
    facts.wishRevision = 1
    facts.wanted = false
    facts.wantedBy = .other
    rig.store.setFacts([.pushMessaging: facts], of: source)
    try await rig.run { rig in
      let handle = try await rig.attach()
      await rig.recorder.submit(
        [
          .recordingState(.pushMessaging, isRecording: false, at: rig.clock.now()),
          .replayEnded(.pushMessaging, at: rig.clock.now()),
        ], to: handle)
      await rig.settle()
      try await rig.store.setWanted(false, .notifications, of: source)
      await rig.answer(.notifications, to: handle)
      await rig.turn { $0.contains(.setRecording(.notifications, false)) }
      #expect(!rig.commands.all.contains(.setRecording(.pushMessaging, true)))
    }
  }

  @Test func `a request that an earlier recorder left is refused, not performed later`()
    async throws
  {
    let rig = RecorderRig()
    try await rig.run { rig in
      let first = try await rig.attach()
      await rig.answerAll(to: first)
      await rig.settle()
      let source = try #require(await rig.recorder.source(of: first)?.id)
      await rig.recorder.detach(first)
      let request = try await rig.store.ask(
        .clearBrowserLog, .pushMessaging, of: source, at: rig.clock.now())
      let second = try await rig.attach()
      await rig.answerAll(to: second)
      await rig.store.untilAnswered(request)
      #expect(try await rig.store.answer(to: request) != .done)
      #expect(!rig.commands.all.contains(.clearEvents(.pushMessaging)))
    }
  }

  @Test func `a request is performed once and answered`() async throws {
    let rig = RecorderRig()
    try await rig.run { rig in
      let handle = try await rig.attach()
      await rig.answerAll(to: handle)
      await rig.settle()
      let source = try #require(await rig.recorder.source(of: handle)?.id)
      let now = rig.clock.now()
      let request = try await rig.store.ask(.clearBrowserLog, .pushMessaging, of: source, at: now)
      await rig.turn { $0.contains(.stopObserving(.pushMessaging)) }
      // It stays open while it is worked on, and must not be begun again.
      let renewal = try await rig.store.ask(.renew, .notifications, of: source, at: now)
      await rig.turn { $0.count { $0 == .setRecording(.notifications, true) } >= 2 }
      await rig.recorder.submit([.observationStopped(.pushMessaging, at: now)], to: handle)
      await rig.answer(.pushMessaging, to: handle)
      await rig.commands.until { $0.contains(.clearEvents(.pushMessaging)) }
      await rig.recorder.submit([.cleared(.pushMessaging, failure: nil, at: now)], to: handle)
      await rig.store.untilAnswered(request)
      await rig.store.untilAnswered(renewal)
      #expect(rig.commands.all.count { $0 == .clearEvents(.pushMessaging) } == 1)
      #expect(rig.commands.all.count { $0 == .stopObserving(.pushMessaging) } == 1)
      #expect(try await rig.store.answer(to: request) == .done)
    }
  }

  @Test func `a wipe is told of and its gap stored once`() async throws {
    let rig = RecorderRig()
    rig.store.setLacking(2, .pushMessaging)
    try await rig.run { rig in
      let handle = try await rig.attach()
      await rig.answer(.pushMessaging, .history(1), to: handle)
      await rig.notices.until { $0.contains { $0.word == "gap wiped" } }
      rig.store.setLacking(0, .pushMessaging)
      await rig.commands.until { $0.contains(.stopObserving(.pushMessaging)) }
      await rig.recorder.submit(
        [.observationStopped(.pushMessaging, at: rig.clock.now())], to: handle)
      await rig.answer(.pushMessaging, .history(1), to: handle)
      await rig.settle()
    }
    #expect(rig.notices.all.count { $0.word == "gap wiped" } == 1)
    #expect(rig.store.events.count == 1)
  }
}

extension RecorderRig {
  /// Lets the recorder's rounds come by until the browser has been told what is awaited.
  fileprivate func turn(_ condition: @escaping @Sendable ([CaptureCommand]) -> Bool) async {
    while !condition(commands.all) {
      clock.advance(by: Interval(micros: 50_000))
      await Task.yield()
    }
  }
}
