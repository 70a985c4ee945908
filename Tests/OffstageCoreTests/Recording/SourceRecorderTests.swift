import OffstageCore
import OffstageTesting
import Testing

/// Six services together.
@Suite struct `A source's recorder` {
  @Test func `all six are asked for at once`() {
    var tape = SourceTape(.sample())
    tape.does { $0.start() }
    #expect(tape.take() == Service.allCases.map { "\($0.shortName) > start" })
  }

  @Test func `it has caught up when the last history is durable, refused ones aside`() {
    var tape = SourceTape(.sample())
    tape.begin(at: 0)
    for service in Service.allCases.dropLast() {
      tape.receive(.replayEnded(service, at: Tape.time(1)))
    }
    tape.receive(.observationFailed(.paymentHandler, message: "no", at: Tape.time(1)))
    #expect(!tape.recorder.hasCaughtUp)
    for (index, service) in Service.allCases.dropLast().enumerated() {
      #expect(!tape.recorder.hasCaughtUp)
      let token = ObservationToken(rawValue: UInt64(index + 1))
      tape.does {
        $0.judged(
          ReplayVerdict(observation: token, service: service, events: 0, lacking: 0),
          at: Tape.time(2))
      }
    }
    #expect(tape.recorder.hasCaughtUp)
  }

  @Test func `a signal reaches its own service alone`() {
    var tape = SourceTape(.sample())
    tape.begin(at: 0)
    tape.receive(.recordingState(.notifications, isRecording: false, at: Tape.time(0)))
    tape.receive(.replayEnded(.notifications, at: Tape.time(1)))
    #expect(
      tape.take() == ["notifications take back connectionLost", "notifications > record on"])
    #expect(tape.recorder.services[.backgroundSync]?.phase == .replaying)
  }

  @Test func `a lost connection of an off-the-record context is a gap until all is replayed`() {
    var tape = SourceTape(.sample(.offTheRecord))
    tape.begin(at: 0)
    for service in Service.allCases { tape.receive(.replayEnded(service, at: Tape.time(1))) }
    _ = tape.take()
    tape.receive(.ended(.connectionLost, at: Tape.time(5)))
    #expect(
      tape.take() == Service.allCases.map { "\($0.shortName) gap connectionLost 5… unknown" })
    var back = SourceTape(.sample(.offTheRecord))
    back.begin([.pushMessaging], at: 10)
    back.receive(.replayEnded(.pushMessaging, at: Tape.time(11)))
    #expect(back.take().first == "push take back connectionLost")
  }

  @Test(arguments: [ContextEnd.left, .closed])
  func `an orderly end opens no gap`(_ end: ContextEnd) {
    var tape = SourceTape(.sample(.offTheRecord))
    tape.begin(at: 0)
    tape.receive(.ended(end, at: Tape.time(5)))
    #expect(tape.take() == [])
  }

  @Test func `a profile's lost connection is no gap, its log is on the disk`() {
    var tape = SourceTape(.sample())
    tape.begin(at: 0)
    tape.receive(.ended(.connectionLost, at: Tape.time(5)))
    #expect(tape.take() == [])
  }

  @Test func `the heartbeat beats each quarter of a minute`() {
    var tape = SourceTape(.sample())
    tape.begin(at: 0)
    for service in Service.allCases { tape.receive(.replayEnded(service, at: Tape.time(1))) }
    func beats(_ seconds: Double) -> Int {
      tape.recorder.tick(at: Tape.time(seconds)).count { effect in
        if case .write(.serviceState(_, let change)) = effect {
          change.seenUntil != nil
        } else {
          false
        }
      }
    }
    #expect(beats(2) == 6)
    #expect(beats(16) == 0)
    #expect(beats(17) == 6)
  }

  @Test func `a request to renew is done at once and answered`() {
    let source = Source.sample()
    var tape = SourceTape(source)
    tape.begin(at: 0)
    for service in Service.allCases { tape.receive(.replayEnded(service, at: Tape.time(1))) }
    _ = tape.take()
    tape.does {
      $0.perform(
        RecorderRequest(id: 3, source: source.id, service: .backgroundFetch, kind: .renew),
        at: Tape.time(2))
    }
    #expect(tape.take() == ["fetch > record on", "- answer 3 done"])
  }
}
