import OffstageCore
import OffstageTesting
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(2))) struct TriggerRoundsTests {
  /// Answers when it is told to.
  final class Puppet: Driver {
    private let asked = AsyncStream.makeStream(of: Int64.self)
    private let answers = Mutex<[Int64: CheckedContinuation<TriggerAnswer, Never>]>([:])

    func perform(
      _ action: TriggerAction, as trigger: Int64, in source: SourceID, patience: Interval
    ) async -> TriggerAnswer {
      await withCheckedContinuation { continuation in
        answers.withLock { $0[trigger] = continuation }
        asked.continuation.yield(trigger)
      }
    }

    func next() async -> Int64? {
      var iterator = asked.stream.makeAsyncIterator()
      return await iterator.next()
    }

    func answer(_ trigger: Int64, _ answer: TriggerAnswer) {
      answers.withLock { $0.removeValue(forKey: trigger) }?.resume(returning: answer)
    }
  }

  private static let push = TriggerAction.push(WorkerSelector(), data: nil)

  /// A recorder that has caught up, and rounds over it.
  private func withRounds(
    _ body: @Sendable (RecordingStore, Puppet, TriggerRounds, SourceID) async throws -> Void
  ) async throws {
    let store = RecordingStore()
    let puppet = Puppet()
    let caughtUp = AsyncStream.makeStream(of: Void.self)
    let recorder = Recorder(store: store, clock: SystemClock()) { notice in
      if case .caughtUp = notice { caughtUp.continuation.finish() }
    }
    let opened = try await store.openSource(.sample(), at: ManualClock.start)
    let rounds = TriggerRounds(
      store: store, recorder: recorder, driver: puppet, clock: SystemClock())
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await recorder.run() }
      group.addTask { try await rounds.run() }
      let handle = try await recorder.attach(opened, disk: [:], transport: "test") { _ in }
      await recorder.submit(
        Service.allCases.map { .replayEnded($0, at: ManualClock.start) }, to: handle)
      for await _ in caughtUp.stream {}
      try await body(store, puppet, rounds, opened.source.id)
      await recorder.finish()
      try await group.waitForAll()
    }
  }

  @Test func `what is asked is taken, done and answered, and the end waits for it`() async throws {
    try await withRounds { store, puppet, rounds, source in
      let now = SystemClock().now()
      let first = try await store.ask(
        Self.push, by: .api, of: source, patience: .seconds(5), at: now)
      #expect(await puppet.next() == first)
      let second = try await store.ask(
        Self.push, by: .api, of: source, patience: .seconds(5), at: now)
      #expect(await puppet.next() == second)
      #expect(try await store.trigger(id: first)?.taken != nil)
      #expect(try await store.trigger(id: first)?.ended == nil)
      puppet.answer(second, TriggerAnswer(.nothing, reason: "No."))
      await store.untilEnded(second)
      await rounds.finish()
      puppet.answer(first, TriggerAnswer(.done))
      await store.untilEnded(first)
      #expect(try await store.trigger(id: first)?.stored?.verdict == .done)
      #expect(try await store.trigger(id: second)?.stored?.reason == "No.")
    }
  }

  @Test func `what was asked of nobody's source, or long ago, is left alone`() async throws {
    try await withRounds { store, puppet, rounds, source in
      let now = SystemClock().now()
      let old = try await store.ask(
        Self.push, by: .api, of: source, patience: .seconds(5), at: now - .minutes(1))
      let foreign = try await store.ask(
        Self.push, by: .api, of: SourceID(), patience: .seconds(5), at: now)
      let mine = try await store.ask(
        Self.push, by: .api, of: source, patience: .seconds(5), at: now)
      #expect(await puppet.next() == mine)
      puppet.answer(mine, TriggerAnswer(.done))
      await store.untilEnded(mine)
      for id in [old, foreign] { #expect(try await store.trigger(id: id)?.taken == nil) }
      #expect(try await store.trigger(id: old)?.answer(at: now) == .nobody)
      await rounds.finish()
    }
  }
}
