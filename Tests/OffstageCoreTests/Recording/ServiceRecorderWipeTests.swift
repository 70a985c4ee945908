import OffstageCore
import OffstageTesting
import Testing

/// What a replay that lacks events means, and clearing on purpose.
@Suite struct `A browser's log that lost events` {
  @Test func `a partial wipe is one gap, and the rest is replayed once more`() {
    var tape = Tape(.pushMessaging, .known(renewed: -100, seen: -50))
    tape.began(0)
    tape.state(true, 0)
    tape.event(-90, at: 0)
    tape.replayEnded(1)
    _ = tape.take()
    tape.judged(2, events: 1, lacking: 3)
    #expect(tape.take() == ["forget replays", "gap wiped -50…2 unknown", "> stop"])
    tape.stopped(3)
    #expect(tape.take() == ["> start"])
    tape.observation(4, isRecording: true, events: 1, lacking: 0)
    #expect(tape.take() == ["> record on"])
  }

  @Test func `a whole wipe is one gap, and the first live event proves that the log can be read`() {
    var tape = Tape(.pushMessaging, .known(renewed: -100, seen: -50))
    tape.observation(0, isRecording: true, events: 0, lacking: 4)
    #expect(tape.take() == ["> record on", "forget replays", "gap wiped -50…0 unknown"])
    tape.event(10)
    #expect(tape.take() == ["> stop"])
    tape.event(11)
    #expect(tape.take() == [])
    tape.stopped(12)
    _ = tape.take()
    tape.observation(13, isRecording: true, events: 2)
    #expect(tape.take() == ["> record on"])
  }

  @Test func `a log that stays empty after a live event can't be read`() {
    var tape = Tape(.pushMessaging, .known(renewed: -100, seen: -50))
    tape.observation(0, isRecording: true, events: 0, lacking: 4)
    tape.event(10)
    tape.stopped(12)
    _ = tape.take()
    tape.observation(13, isRecording: true, events: 0)
    #expect(tape.take() == ["> record on", "gap wiped was unreadable"])
  }

  @Test func `an event that is live only proves nothing of the log`() {
    var tape = Tape(.paymentHandler, .known(renewed: -100, seen: -50))
    tape.observation(0, isRecording: true, events: 0, lacking: 4)
    _ = tape.take()
    tape.event(10, registration: "-1")
    #expect(tape.take() == [])
  }

  @Test func `nothing lacking is no gap`() {
    var tape = Tape(.pushMessaging, .known(renewed: -100, seen: -50))
    tape.observation(0, isRecording: true, events: 9, lacking: 0)
    #expect(tape.take() == ["> record on"])
  }

  @Test func `a verdict of an earlier observation is none of this one`() {
    var tape = Tape(.pushMessaging)
    tape.observation(0, isRecording: true)
    _ = tape.take()
    let stale = ReplayVerdict(
      observation: ObservationToken(rawValue: 99), service: .pushMessaging, events: 0, lacking: 5)
    tape.does { $0.judged(stale, at: Tape.time(1)) }
    #expect(tape.take() == [])
  }

  // MARK: clear --browser-log

  private func live() -> Tape {
    var tape = Tape(.pushMessaging)
    tape.observation(0, isRecording: true)
    tape.state(true, 0)
    _ = tape.take()
    return tape
  }

  @Test func `clearing proves, then clears, then answers`() {
    var tape = live()
    tape.does { $0.clearBrowserLog(request: 7, at: Tape.time(1)) }
    #expect(tape.take() == ["> stop"])
    tape.stopped(2)
    #expect(tape.take() == ["> start"])
    tape.began(3)
    tape.state(true, 3)
    tape.event(-5, at: 3)
    tape.replayEnded(4)
    #expect(tape.take() == ["> record on"])
    tape.judged(5, events: 1)
    #expect(tape.take() == ["> clear"])
    tape.cleared(6)
    #expect(tape.take() == ["forget replays", "answer 7 done"])
  }

  @Test func `a wipe that the proof shows is not hidden by the clearing`() {
    var tape = live()
    tape.does { $0.clearBrowserLog(request: 7, at: Tape.time(1)) }
    tape.stopped(2)
    tape.began(3)
    tape.state(true, 3)
    tape.replayEnded(4)
    _ = tape.take()
    tape.judged(5, events: 1, lacking: 2)
    #expect(tape.take() == ["forget replays", "gap wiped 0…5 unknown", "> clear"])
  }

  @Test func `a refused clearing is answered so and forgets nothing`() {
    var tape = live()
    tape.does { $0.clearBrowserLog(request: 7, at: Tape.time(1)) }
    tape.stopped(2)
    tape.observation(3, isRecording: true)
    _ = tape.take()
    tape.cleared(6, failure: "Internal error")
    #expect(tape.take() == ["answer 7: Internal error"])
  }

  @Test func `clearing is not begun twice, nor while the history comes in`() {
    var tape = live()
    tape.does { $0.clearBrowserLog(request: 7, at: Tape.time(1)) }
    _ = tape.take()
    tape.does { $0.clearBrowserLog(request: 8, at: Tape.time(1)) }
    #expect(tape.take() == ["answer 8: Push Messaging is busy."])
    var replaying = Tape(.pushMessaging)
    replaying.began(0)
    replaying.does { $0.clearBrowserLog(request: 9, at: Tape.time(1)) }
    #expect(replaying.take() == ["answer 9: Push Messaging is busy."])
  }

  @Test func `whatever ends the clearing answers it`() {
    var gone = live()
    gone.does { $0.clearBrowserLog(request: 7, at: Tape.time(1)) }
    _ = gone.take()
    gone.does { $0.ended(.left, at: Tape.time(2)) }
    #expect(gone.take() == ["answer 7: The browser went away."])

    var refused = live()
    refused.does { $0.clearBrowserLog(request: 7, at: Tape.time(1)) }
    refused.stopped(2)
    refused.began(2)
    _ = refused.take()
    refused.does { $0.observationFailed(at: Tape.time(3)) }
    #expect(refused.take() == ["answer 7: It can't be observed."])

    var stuck = live()
    stuck.does { $0.clearBrowserLog(request: 7, at: Tape.time(1)) }
    _ = stuck.take()
    stuck.does { $0.shed(at: Tape.time(2)) }
    #expect(stuck.take() == ["answer 7: The store is stuck."])
  }

  @Test func `a connection that ends while the stop has no answer does not start again`() {
    var tape = live()
    tape.does { $0.clearBrowserLog(request: 7, at: Tape.time(1)) }
    tape.does { $0.ended(.left, at: Tape.time(2)) }
    _ = tape.take()
    tape.stopped(3)
    #expect(tape.take() == [])
  }
}
