import OffstageCore
import OffstageTesting
import Testing

/// The recorder against a store that obeys, stalls, fills up or breaks.
@Suite(.timeLimit(.minutes(3))) struct `A recorder` {
  @Test func `writes in order, in batches of bounded size`() async throws {
    let rig = RecorderRig { $0.batchLimit = 10 }
    let events = [LoggedEvent].history(95)
    try await rig.run { rig in
      let handle = try await rig.attach()
      await rig.answer(.pushMessaging, events, to: handle)
    }
    #expect(rig.store.events.map(\.logged) == events)
    let sizes = rig.store.batches.map { $0.reduce(0) { $0 + $1.writes.count } }
    #expect(sizes.allSatisfy { (1...10).contains($0) }, "\(sizes)")
  }

  @Test func `finishing writes all that was submitted`() async throws {
    let rig = RecorderRig { $0.batchDelay = .hours(1) }
    try await rig.run { rig in
      let opened = try await rig.store.openSource(.sample(), at: rig.clock.now())
      let handle = try await rig.recorder.attach(opened, disk: [:], transport: "pipe") { _ in }
      await rig.answer(.pushMessaging, .history(5), to: handle)
      await rig.recorder.finish()
      // The writer lies in its batch's delay; everything after that is at once.
      rig.clock.advance(by: .hours(1))
    }
    #expect(rig.store.events.count == 5)
  }

  @Test func `what comes while it finishes keeps it from nothing`() async throws {
    for _ in 0..<50 {
      let rig = RecorderRig()
      try await rig.run { rig in
        let handle = try await rig.attach()
        await rig.settle()
        async let late: Void = {
          for number in 0..<20 { await rig.submit([.sample(instance: "\(number)")], to: handle) }
        }()
        await rig.recorder.finish()
        await late
      }
    }
  }

  @Test func `a full queue holds the submitter back until the store has caught up`() async throws {
    let rig = RecorderRig {
      $0.queueLimit = 2000
      $0.patience = .days(1)
    }
    let through = Collected<Bool>()
    let history = [LoggedEvent].history(40)
    try await rig.run { rig in
      let handle = try await rig.attach()
      await rig.settle()
      rig.store.stall()
      await rig.submit(Array(history[..<20]), to: handle)
      await rig.store.untilStalled()
      async let later: Void = {
        await rig.submit(Array(history[20...]), to: handle)
        through.append(true)
      }()
      for _ in 0..<200 { await Task.yield() }
      #expect(through.all.isEmpty)
      rig.store.release()
      await later
    }
    #expect(rig.store.events.map(\.logged) == history)
    #expect(!rig.notices.all.contains { $0.word == "stuck" })
  }

  @Test func `a full disk sheds, tries again, resumes and loses nothing`() async throws {
    let rig = RecorderRig()
    try await rig.run { rig in
      let handle = try await rig.attach()
      await rig.answerAll(to: handle)
      await rig.settle()
      rig.store.fail([StoreError(.full, "full"), StoreError(.full, "still full")])
      await rig.submit(.history(3), to: handle)
      await rig.notices.until { $0.contains { $0.word == "stuck" } }
      let stops = rig.commands.all.filter { if case .stopObserving = $0 { true } else { false } }
      #expect(stops.count == 6)
      for service in Service.allCases {
        await rig.recorder.submit([.observationStopped(service, at: rig.clock.now())], to: handle)
      }
      // Shed: what the browser tells now, it will tell again.
      await rig.submit([.sample(instance: "shed")], to: handle)
      // Both rounds of the writer and of the tick sleep for a second each.
      while !rig.notices.all.contains(where: { $0.word == "unstuck" }) {
        await rig.clock.untilSleeping(2)
        rig.clock.advance(by: .seconds(1))
        await Task.yield()
      }
      await rig.commands.until { commands in
        commands.count { if case .startObserving = $0 { true } else { false } } == 12
      }
      await rig.answer(.pushMessaging, .history(3) + [.sample(instance: "shed")], to: handle)
    }
    #expect(rig.store.events.map(\.logged.instanceId) == ["0", "1", "2", "shed"])
    #expect(rig.notices.all.map(\.word).filter { $0.hasSuffix("stuck") } == ["stuck", "unstuck"])
  }

  @Test func `a store that takes too long with a full queue is stuck`() async throws {
    let rig = RecorderRig { $0.queueLimit = 2000 }
    try await rig.run { rig in
      let handle = try await rig.attach()
      await rig.answerAll(to: handle)
      await rig.settle()
      rig.store.stall()
      await rig.submit(.history(20), to: handle)
      await rig.store.untilStalled()
      await rig.clock.untilSleeping(1)
      async let more: Void = rig.submit([.sample(instance: "more")], to: handle)
      while !rig.notices.all.contains(where: { $0.word == "stuck" }) {
        await rig.clock.untilSleeping(1)
        rig.clock.advance(by: .seconds(1))
        await Task.yield()
      }
      await more
      rig.store.release()
      await rig.notices.until { $0.contains { $0.word == "unstuck" } }
    }
    #expect(rig.store.events.count >= 20)
  }

  @Test func `an error that does not pass ends the run, and nobody waits for ever`() async throws {
    let rig = RecorderRig { $0.queueLimit = 3000 }
    let handle = try await rig.attach()
    rig.store.fail([StoreError(.damaged, "The store is damaged.")])
    await rig.submit(.history(10), to: handle)
    async let blocked: Void = rig.submit(.history(10), to: handle)
    await #expect(throws: StoreError(.damaged, "The store is damaged.")) {
      try await rig.recorder.run()
    }
    await blocked
    await rig.submit(.history(10), to: handle)
    await rig.recorder.flush()
  }

  @Test func `an error of the rounds beside the writing ends the run too`() async throws {
    let rig = RecorderRig()
    _ = try await rig.attach()
    rig.store.failPrune(StoreError(.damaged, "The store is damaged."))
    await #expect(throws: StoreError.self) { try await rig.recorder.run() }
  }

  @Test func `a cancelled run ends`() async throws {
    let rig = RecorderRig()
    let handle = try await rig.attach()
    await rig.submit(.history(3), to: handle)
    await withTaskGroup(of: Void.self) { group in
      group.addTask { try? await rig.recorder.run() }
      await rig.store.untilBatches(1)
      group.cancelAll()
    }
  }

  @Test func `retention is looked at on attach and each hour`() async throws {
    let rig = RecorderRig()
    try await rig.run { rig in
      _ = try await rig.attach()
      await rig.clock.untilSleeping(1)
      rig.clock.advance(by: .hours(1))
      await rig.store.untilPruned(1)
      await rig.clock.untilSleeping(1)
      rig.clock.advance(by: .hours(1))
      await rig.store.untilPruned(2)
    }
  }

  // MARK: Catching up

  @Test func `it has caught up once, when the last history is durable`() async throws {
    let rig = RecorderRig()
    try await rig.run { rig in
      let handle = try await rig.attach()
      await rig.settle()
      rig.store.stall()
      await rig.answerAll(to: handle)
      await rig.store.untilStalled()
      #expect(!rig.notices.all.contains { $0.word == "caughtUp" })
      rig.store.release()
      await rig.notices.until { $0.contains { $0.word == "caughtUp" } }
      await rig.submit(.history(1), to: handle)
    }
    #expect(rig.notices.all.count { $0.word == "caughtUp" } == 1)
  }

  @Test func `a history in another batch than the last one is waited for`() async throws {
    let rig = RecorderRig()
    try await rig.run { rig in
      let handle = try await rig.attach()
      await rig.settle()
      for service in Service.allCases.dropLast() { await rig.answer(service, to: handle) }
      await rig.settle()
      rig.store.stall()
      await rig.submit(.history(1), to: handle)
      await rig.store.untilStalled()
      await rig.answer(.paymentHandler, to: handle)
      #expect(!rig.notices.all.contains { $0.word == "caughtUp" })
      rig.store.release()
      await rig.notices.until { $0.contains { $0.word == "caughtUp" } }
    }
  }

  @Test func `a browser that refuses the last service has been caught up with`() async throws {
    let rig = RecorderRig()
    try await rig.run { rig in
      let handle = try await rig.attach()
      for service in Service.allCases.dropLast() { await rig.answer(service, to: handle) }
      await rig.settle()
      await rig.recorder.submit(
        [.observationFailed(.paymentHandler, message: "no such service", at: rig.clock.now())],
        to: handle)
      await rig.notices.until { $0.contains { $0.word == "caughtUp" } }
    }
    #expect(rig.notices.all.contains { $0.word == "refused" })
  }
}
