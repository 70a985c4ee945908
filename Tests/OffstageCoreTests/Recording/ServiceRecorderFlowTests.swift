import OffstageCore
import OffstageTesting
import Testing

/// Events, shedding and the clock.
@Suite struct `A service's events` {
  private let profile = Source.sample()

  @Test func `history is replay; what happened since is live, also among the history`() {
    var tape = Tape()
    tape.began(100)
    tape.event(101, at: 101)
    tape.event(10, at: 101)
    tape.event(20, at: 101)
    tape.event(102, at: 102)
    tape.replayEnded(103)
    tape.event(50, at: 104)
    let events = tape.all.filter { $0.hasSuffix("#0") }
    #expect(events == ["live 101 #0", "replay 10 #0", "replay 20 #0", "live 102 #0", "live 50 #0"])
    #expect(tape.all.contains("replayed 1: 2"))
  }

  @Test func `an event from the future is history, not live`() {
    var tape = Tape()
    tape.began(100)
    tape.event(1e6, at: 101)
    #expect(tape.all.last == "replay 1000000 #0")
  }

  @Test func `equal events are numbered, in the history and where it meets the live ones`() {
    var tape = Tape()
    tape.began(100)
    for _ in 0..<2 { tape.event(101, at: 101) }
    tape.event(10, at: 101)
    tape.event(10, at: 101)
    tape.event(11, at: 101)
    tape.event(101, at: 101)
    tape.replayEnded(102)
    tape.event(101, at: 103)
    let events = tape.all.filter { $0.contains(" #") }
    #expect(
      events == [
        "live 101 #0", "live 101 #1", "replay 10 #0", "replay 10 #1", "replay 11 #0",
        "live 101 #2", "live 101 #3",
      ])
  }

  @Test func `events outside an observation are none of ours`() {
    var tape = Tape()
    tape.event(1)
    tape.observation(2, isRecording: true)
    tape.does { $0.ended(.left, at: Tape.time(3)) }
    tape.event(4)
    #expect(!tape.all.contains { $0.contains(" #") })
  }

  // MARK: The clock

  @Test func `a clock that goes back is one gap`() {
    var tape = Tape()
    tape.observation(0, isRecording: true)
    _ = tape.take()
    tape.event(100)
    tape.event(40, at: 41)
    #expect(tape.take() == ["gap clock 40…100 yes"])
    tape.event(41)
    tape.event(45)
    #expect(tape.take() == [])
  }

  @Test func `events that overtake each other by less than a second are no gap`() {
    var tape = Tape()
    tape.observation(0, isRecording: true)
    tape.event(100)
    tape.event(99.2, at: 100)
    tape.event(99.3, at: 100)
    tape.event(101)
    #expect(!tape.all.contains { $0.hasPrefix("gap") })
  }

  @Test func `a replay's order says nothing of the clock`() {
    var tape = Tape()
    tape.began(100)
    tape.event(101)
    tape.event(1, at: 101)
    tape.replayEnded(102)
    tape.event(103)
    #expect(!tape.all.contains { $0.hasPrefix("gap") })
  }

  // MARK: Shedding

  @Test func `a stuck store stops the observation, and replay catches up`() {
    var tape = Tape()
    tape.observation(0, isRecording: true)
    _ = tape.take()
    tape.does { $0.shed(at: Tape.time(10)) }
    #expect(tape.take() == ["> stop"])
    tape.stopped(11)
    #expect(tape.take() == [])
    tape.event(11.5)
    #expect(!tape.all.contains { $0.contains(" #") })
    tape.does { $0.resume() }
    #expect(tape.take() == ["> start"])
    tape.observation(12, isRecording: true)
    #expect(tape.take() == ["> record on"])
  }

  @Test func `a store that recovers before the stop is answered starts once it is`() {
    var tape = Tape()
    tape.observation(0, isRecording: true)
    _ = tape.take()
    tape.does { $0.shed(at: Tape.time(10)) }
    tape.does { $0.resume() }
    #expect(tape.take() == ["> stop"])
    tape.stopped(11)
    #expect(tape.take() == ["> start"])
  }

  @Test func `a history cut off by shedding proves nothing`() {
    var tape = Tape(.backgroundSync, .known(renewed: -100, seen: -50))
    tape.began(0)
    tape.state(true, 0)
    tape.event(-90, at: 0)
    tape.does { $0.shed(at: Tape.time(1)) }
    #expect(tape.take() == ["> stop"])
    // The answer to startObserving was on its way.
    tape.replayEnded(1)
    tape.stopped(2)
    #expect(tape.take() == [])
    #expect(!tape.all.contains { $0.hasPrefix("replayed") })
    tape.does { $0.resume() }
    #expect(tape.take() == ["> start"])
  }

  @Test func `a history that still comes after the stop is let pass before the next is asked for`()
  {
    var tape = Tape(.backgroundSync, .known(renewed: -100, seen: -50))
    tape.began(0)
    tape.does { $0.shed(at: Tape.time(1)) }
    tape.stopped(1)
    tape.does { $0.resume() }
    #expect(tape.take() == ["> stop"])
    tape.event(-90, at: 2)
    tape.replayEnded(2)
    #expect(tape.take() == ["> start"])
    #expect(!tape.all.contains { $0.contains(" #") || $0.hasPrefix("replayed") })
  }

  @Test func `shedding twice, or while the log is replayed anew, stops once`() {
    var tape = Tape()
    tape.observation(0, isRecording: true)
    _ = tape.take()
    tape.does { $0.shed(at: Tape.time(1)) }
    tape.does { $0.shed(at: Tape.time(2)) }
    #expect(tape.take() == ["> stop"])

    var clearing = Tape()
    clearing.observation(0, isRecording: true)
    _ = clearing.take()
    clearing.does { $0.clearBrowserLog(request: 1, at: Tape.time(1)) }
    clearing.does { $0.shed(at: Tape.time(2)) }
    clearing.stopped(3)
    #expect(clearing.take() == ["> stop", "answer 1: The store is stuck."])
    clearing.does { $0.resume() }
    #expect(clearing.take() == ["> start"])
  }

  @Test func `a service that is attached while the store is stuck waits`() {
    var source = SourceTape(profile)
    source.does { $0.shed(at: Tape.time(0)) }
    source.does { $0.start() }
    #expect(source.take() == [])
    source.does { $0.resume() }
    #expect(source.take().count { $0.hasSuffix("> start") } == 6)
  }

  @Test func `recovering without having been stuck does nothing`() {
    var tape = Tape()
    tape.observation(0, isRecording: true)
    _ = tape.take()
    tape.does { $0.resume() }
    #expect(tape.take() == [])
  }

  @Test func `a refused service stays refused`() {
    var tape = Tape()
    tape.began(0)
    tape.does { $0.observationFailed(at: Tape.time(1)) }
    tape.does { $0.shed(at: Tape.time(2)) }
    tape.does { $0.resume() }
    tape.does { $0.tick(at: Tape.time(1e6)) }
    #expect(tape.take() == [])
    #expect(tape.recorder.phase == .refused)
  }
}
