import OffstageCore
import OffstageTesting
import Testing

@Suite struct StoredTriggerTests {
  private let start = ManualClock.start

  private func trigger(patience: Interval = .seconds(5)) -> StoredTrigger {
    StoredTrigger(
      id: 1, source: SourceName(id: SourceID(), name: "work"), askedBy: .cli,
      action: .push(WorkerSelector(), data: nil), patience: patience, asked: start)
  }

  @Test func `one that nobody takes is answered once its lease is over`() {
    #expect(trigger().answer(at: start + .seconds(5)) == nil)
    #expect(trigger().answer(at: start + Interval(micros: 5_000_001)) == .nobody)
  }

  @Test func `one that can't wait is still given the time to be taken`() {
    let hasty = trigger(patience: Interval(micros: 0))
    #expect(hasty.answer(at: start + .seconds(4)) == nil)
  }

  @Test func `one whose recorder was killed is answered some time after its patience`() {
    var taken = trigger()
    taken.taken = start + .seconds(1)
    #expect(taken.answer(at: start + .seconds(30)) == nil)
    #expect(taken.answer(at: start + .seconds(37)) == .left)
  }

  @Test func `an answer stays what it was`() {
    var answered = trigger()
    answered.stored = TriggerAnswer(.done)
    #expect(answered.answer(at: start + .days(9)) == TriggerAnswer(.done))
  }
}
