import OffstageCore
import OffstageTesting
import Testing

/// What a person wants of a service's recording.
@Suite struct `A person's wish` {
  private func live(_ facts: ServiceFacts = ServiceFacts()) -> Tape {
    var tape = Tape(.backgroundSync, facts)
    tape.observation(0, isRecording: false)
    tape.state(true, 1)
    _ = tape.take()
    return tape
  }

  @Test func `off is sent, and is a gap from its answer until recording is on again`() {
    var tape = live()
    tape.does { $0.wanted(false, revision: 1) }
    #expect(tape.take() == ["> record off"])
    tape.state(false, 2)
    #expect(tape.take() == ["gap switchedOff 2… unknown"])
    tape.does { $0.wanted(true, revision: 2) }
    tape.state(true, 5)
    #expect(tape.all.contains("close switchedOff 5"))
  }

  @Test func `off and on again within the answer's time ends on`() {
    var tape = live()
    tape.does { $0.wanted(false, revision: 1) }
    tape.does { $0.wanted(true, revision: 2) }
    #expect(tape.take() == ["> record off", "> record on"])
    tape.state(false, 2)
    tape.state(true, 3)
    #expect(tape.take() == ["gap switchedOff 2… unknown", "lease 3"])
    #expect(tape.all.contains("close switchedOff 3"))
    #expect(tape.recorder.facts.wanted == true)
  }

  @Test func `a wish is obeyed once`() {
    var tape = live()
    tape.does { $0.wanted(false, revision: 4) }
    _ = tape.take()
    tape.does { $0.wanted(false, revision: 4) }
    tape.does { $0.wanted(true, revision: 3) }
    #expect(tape.take() == [])
    #expect(tape.recorder.facts.wanted == false)
  }

  @Test func `a wish for off made while we were away is carried out`() {
    var facts = ServiceFacts.known(renewed: -100, seen: -50, wanted: false, by: .person)
    facts.wishRevision = 1
    var tape = Tape(.backgroundSync, facts)
    tape.observation(0, isRecording: true)
    #expect(tape.take() == ["> record off"])
    tape.state(false, 1)
    #expect(tape.take() == ["gap switchedOff 1… unknown"])
  }

  @Test func `a wish made during the replay is carried out when it is through`() {
    var off = Tape(.backgroundSync, .known(renewed: -100, seen: -50))
    off.began(0)
    off.state(true, 0)
    off.does { $0.wanted(false, revision: 1) }
    #expect(off.take() == [])
    off.replayEnded(1)
    #expect(off.take() == ["> record off"])

    var on = Tape(.backgroundSync, .known(renewed: -100, seen: -50, wanted: false, by: .person))
    on.began(0)
    on.state(false, 0)
    on.does { $0.wanted(true, revision: 1) }
    on.replayEnded(1)
    #expect(on.take() == ["> record on"])
  }

  @Test func `off wished during the first replay ever is not overruled`() {
    var tape = Tape()
    tape.began(0)
    tape.state(false, 0)
    tape.does { $0.wanted(false, revision: 1) }
    tape.replayEnded(1)
    #expect(tape.take() == ["gap switchedOff 1… unknown"])
    #expect(tape.recorder.facts.wantedBy == .person)
  }

  @Test func `on wished during a replay shows what another client's off has cost`() {
    var tape = Tape(.backgroundSync, .known(renewed: -100, seen: -50))
    tape.began(0)
    tape.state(false, 0)
    tape.does { $0.wanted(true, revision: 1) }
    tape.replayEnded(1)
    #expect(tape.take() == ["gap turnedOff -50… unknown", "> record on"])
    tape.state(true, 2)
    #expect(tape.all.contains("close turnedOff 2"))
  }

  @Test func `one key turns on what another client turned off`() {
    var tape = live()
    tape.state(false, 10)
    _ = tape.take()
    tape.does { $0.wanted(true, revision: 1) }
    #expect(tape.take() == ["> record on"])
    tape.state(true, 11)
    #expect(tape.take() == ["lease 11"])
    #expect(tape.all.contains("close turnedOff 11"))
  }

  @Test func `renewing at once asks only a service that is observed and wanted`() {
    var tape = live()
    tape.does { $0.renewNow() }
    #expect(tape.take() == ["> record on"])
    var idle = Tape()
    idle.does { $0.renewNow() }
    #expect(idle.take() == [])
  }
}
