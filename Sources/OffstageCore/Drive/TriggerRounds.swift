/// Takes what is asked of the sources that a recorder records here, has it done, and answers.
package actor TriggerRounds {
  private let store: any EventStore
  private let recorder: Recorder
  private let driver: any Driver
  private let clock: any WallClock
  private let taken = AsyncStream.makeStream(of: StoredTrigger.self)
  private var running = 0

  /// At once; what is asked beyond waits its turn, and lapses if that does not come.
  private static let limit = 64

  package init(
    store: any EventStore, recorder: Recorder, driver: any Driver, clock: any WallClock
  ) {
    self.store = store
    self.recorder = recorder
    self.driver = driver
    self.clock = clock
  }

  /// Runs until `finish` is called and all that was taken is answered.
  package func run() async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask {
        for await _ in self.store.changes() {
          try await self.look()
          // Others' commits come often while events are recorded.
          try await self.clock.sleep(for: Interval(micros: 20_000))
        }
      }
      group.addTask {
        // That a recorder has caught up is no commit.
        while true {
          try await self.clock.sleep(for: .seconds(1))
          try await self.look()
        }
      }
      group.addTask { try await self.performUntilFinished() }
      defer { group.cancelAll() }
      try await group.next()
    }
  }

  /// Takes nothing more.
  package func finish() { taken.continuation.finish() }

  private func performUntilFinished() async throws {
    try await withThrowingDiscardingTaskGroup { group in
      for await trigger in taken.stream {
        group.addTask { try await self.perform(trigger) }
      }
    }
  }

  private func look() async throws {
    do {
      for trigger in try await asked() where running < Self.limit {
        guard try await store.take(trigger: trigger.id, at: clock.now()) else { continue }
        running += 1
        taken.continuation.yield(trigger)
      }
    } catch let error as StoreError where error.isPassing {
      // The next look is another chance.
    }
  }

  private func asked() async throws -> [StoredTrigger] {
    let sources = await recorder.sourcesCaughtUp
    guard !sources.isEmpty else { return [] }
    return try await store.triggers(toTakeOf: sources, at: clock.now())
  }

  private func perform(_ trigger: StoredTrigger) async throws {
    let answer = await driver.perform(
      trigger.action, as: trigger.id, in: trigger.source.id, patience: trigger.patience)
    // The answer names its events: they have to be there.
    await recorder.flush()
    try await patiently {
      try await self.store.end(trigger: trigger.id, with: answer, at: self.clock.now())
    }
    running -= 1
  }
}
