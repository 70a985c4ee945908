import OffstageCore
import OffstageTesting
import Testing

private let hour = 3600.0
private let day = 86_400.0

/// What `isRecording` means, and how long the browser keeps recording.
@Suite struct `A service's lease` {
  @Test func `the first attach ever turns recording on and leaves no gap`() {
    var tape = Tape()
    tape.observation(10, isRecording: false)
    #expect(tape.take() == ["> record on"])
    tape.state(true, 11)
    #expect(tape.take() == ["lease 11"])
    #expect(!tape.all.contains { $0.hasPrefix("gap") })
  }

  @Test func `recording is asked for only when the history is through`() {
    var tape = Tape()
    tape.began(0)
    tape.state(false, 0)
    #expect(tape.take() == [])
    tape.replayEnded(1)
    #expect(tape.take() == ["> record on"])
  }

  @Test func `a browser that records is asked again, so that its lease begins anew`() {
    var tape = Tape(.pushMessaging, .known(renewed: -hour, seen: -hour))
    tape.observation(10, isRecording: true)
    #expect(tape.take() == ["> record on"])
    tape.state(true, 10.5)
    #expect(tape.take() == ["lease 10.5"])
  }

  @Test func `off because we asked goes on being that`() {
    var tape = Tape(
      .backgroundSync, .known(renewed: -hour, seen: -hour, wanted: false, by: .person))
    tape.observation(10, isRecording: false)
    #expect(tape.take() == ["gap switchedOff -3600… unknown"])
  }

  @Test func `a person's wish that came after another client's off is granted at the next start`() {
    var facts = ServiceFacts.known(renewed: -hour, seen: -hour, wanted: true, by: .person)
    facts.isRecording = false
    var tape = Tape(.backgroundSync, facts, disk: .off)
    tape.observation(10, isRecording: false)
    #expect(tape.take() == ["> record on"])
    tape.state(true, 11)
    #expect(tape.take() == ["lease 11"])
  }

  @Test func `a lease of three days that ran out is renewed and its gap begins where it ended`() {
    var tape = Tape(.backgroundSync, .known(renewed: 0, seen: hour))
    tape.observation(3 * day, isRecording: false)
    #expect(tape.take() == ["gap leaseExpired 259200…259200 unknown", "> record on"])

    var later = Tape(.backgroundSync, .known(renewed: 0, seen: hour))
    later.observation(5 * day, isRecording: false)
    #expect(later.take() == ["gap leaseExpired 259200…432000 unknown", "> record on"])
  }

  @Test func `one microsecond less than three days is another client's doing`() {
    var tape = Tape(.backgroundSync, .known(renewed: 0, seen: hour), disk: .off)
    tape.observation(3 * day - 0.000_001, isRecording: false)
    #expect(tape.take() == ["wanted false by other", "gap turnedOff 3600… unknown"])
  }

  @Test func `an expired gap begins no earlier than we last saw the service record`() {
    // What we observed after the end would have shown the expiry: nothing was lost until then.
    var tape = Tape(.backgroundSync, .known(renewed: 0, seen: 3 * day + hour))
    tape.observation(4 * day, isRecording: false)
    #expect(tape.take() == ["gap leaseExpired 262800…345600 unknown", "> record on"])
  }

  @Test func `another client's off is honoured and shown`() {
    var tape = Tape(.backgroundSync, .known(renewed: -hour, seen: -60))
    tape.observation(10, isRecording: false)
    #expect(tape.take() == ["wanted false by other", "gap turnedOff -60… unknown"])
    #expect(tape.recorder.facts.wanted == false)
    // And stays honoured at the next attach.
    var next = Tape(.backgroundSync, tape.recorder.facts)
    next.observation(20, isRecording: false)
    #expect(next.take() == [])
  }

  @Test func `when the other client turns it on again the gap ends and we want it again`() {
    var tape = Tape(.backgroundSync, .known(renewed: -hour, seen: -60))
    tape.observation(10, isRecording: false)
    _ = tape.take()
    tape.state(true, 50)
    #expect(tape.take() == ["lease 50", "wanted true by other"])
    #expect(tape.all.contains("close turnedOff 50"))
    #expect(tape.recorder.facts.wanted == true)
  }

  @Test func `off while we observe, before the lease is over, is another client's doing`() {
    var tape = Tape()
    tape.observation(0, isRecording: false)
    tape.state(true, 1)
    _ = tape.take()
    tape.state(false, 100)
    #expect(tape.take() == ["wanted false by other", "gap turnedOff 100… unknown"])
  }

  @Test func `off while we observe, after the lease is over, is renewed`() {
    var tape = Tape()
    tape.observation(0, isRecording: false)
    tape.state(true, 1)
    _ = tape.take()
    tape.state(false, 1 + 3 * day)
    #expect(tape.take() == ["gap leaseExpired 259201…259201 unknown", "> record on"])
  }

  // MARK: The disk's evidence

  @Test func `a lease that the disk shows as over is expired, whatever we remember`() {
    var tape = Tape(
      .backgroundSync, .known(renewed: -hour, seen: -1800), disk: .until(Tape.time(-600)))
    tape.observation(0, isRecording: false)
    #expect(tape.take() == ["gap leaseExpired -600…0 unknown", "> record on"])
  }

  @Test func `a wish that never reached the disk was lost in a crash`() {
    var tape = Tape(
      .backgroundSync, .known(renewed: -30, seen: -20, isSettled: false), disk: .absent)
    tape.observation(0, isRecording: false)
    #expect(tape.take() == ["gap crash -20…0 unknown", "> record on"])
  }

  @Test func `without a look at the disk, an unsettled wish was lost and a settled one turned off`()
  {
    var lost = Tape(.backgroundSync, .known(renewed: -30, seen: -20, isSettled: false))
    lost.observation(0, isRecording: false)
    #expect(lost.take() == ["gap crash -20…0 unknown", "> record on"])
    var off = Tape(.backgroundSync, .known(renewed: -30, seen: -20, isSettled: true))
    off.observation(0, isRecording: false)
    #expect(off.take() == ["wanted false by other", "gap turnedOff -20… unknown"])
  }

  // MARK: Renewal

  @Test func `the lease is renewed once a day and asked for once`() {
    var tape = Tape()
    tape.observation(0, isRecording: false)
    tape.state(true, 0)
    _ = tape.take()
    tape.does { $0.tick(at: Tape.time(19)) }
    #expect(tape.take() == [])
    tape.does { $0.tick(at: Tape.time(20)) }
    #expect(tape.take() == ["lease 0 settled"])
    tape.does { $0.tick(at: Tape.time(21)) }
    tape.does { $0.tick(at: Tape.time(day - 1)) }
    #expect(tape.take() == [])
    tape.does { $0.tick(at: Tape.time(day)) }
    #expect(tape.take() == ["> record on"])
    // The browser has yet to answer: no second wish each second.
    tape.does { $0.tick(at: Tape.time(day + 1)) }
    #expect(tape.take() == [])
    tape.state(true, day + 2)
    #expect(tape.take() == ["lease 86402"])
    tape.does { $0.tick(at: Tape.time(day + 3)) }
    #expect(tape.take() == [])
  }

  @Test func `what was asked in vain is asked again after a while`() {
    var tape = Tape()
    tape.observation(0, isRecording: false)
    tape.state(true, 0)
    tape.does { $0.tick(at: Tape.time(day)) }
    _ = tape.take()
    tape.does { $0.tick(at: Tape.time(day + 600)) }
    #expect(tape.take() == ["> record on"])
  }

  @Test func `what a person turned off is not renewed`() {
    var tape = Tape()
    tape.observation(0, isRecording: false)
    tape.state(true, 0)
    tape.does { $0.wanted(false, revision: 1) }
    tape.state(false, 1)
    _ = tape.take()
    tape.does { $0.tick(at: Tape.time(2 * day)) }
    tape.does { $0.renewNow() }
    #expect(tape.take() == [])
  }

  @Test func `the heartbeat notes until when we were there`() {
    var tape = Tape()
    tape.observation(0, isRecording: true)
    tape.does { $0.heartbeat(at: Tape.time(15)) }
    #expect(tape.recorder.facts.seenUntil == Tape.time(15))
  }
}
