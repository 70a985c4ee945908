/// One thing that happens in or to the fake browser.
package enum ScriptStep: Sendable, Hashable {
  // MARK: The log
  case log(FakeScene, in: FakeContextKey = .main)
  case storm(FakeStorm)
  /// This many events that are the same in every part, of one µs.
  case duplicates(FakeService, count: Int, in: FakeContextKey = .main)
  /// This many different events of one µs.
  case equalTimestamps(FakeService, count: Int, in: FakeContextKey = .main)

  // MARK: Time
  case advanceClock(micros: Int64)
  /// The machine's clock is set; negative is back.
  case clockJump(byMicros: Int64)

  // MARK: Recording
  /// The lease has ended; nobody notices before the next event.
  case expireLease(FakeService, in: FakeContextKey = .main)
  case setRecordingByOther(FakeService, Bool, in: FakeContextKey = .main)
  /// Another client clears the browser's log.
  case wipe(FakeService, in: FakeContextKey = .main)
  /// One record cannot be read: replays of the service are empty until it is wiped.
  case corrupt(FakeService, in: FakeContextKey = .main)

  // MARK: Workers
  case register(origin: String, in: FakeContextKey = .main)
  case unregister(id: String, in: FakeContextKey = .main)
  case startWorker(id: String, in: FakeContextKey = .main)
  case stopWorker(id: String, in: FakeContextKey = .main)
  case workerError(id: String, message: String, line: Int, in: FakeContextKey = .main)

  // MARK: Contexts and targets
  /// An off-the-record context with a page.
  case contextAppears(FakeContextKey)
  case contextDisappears(FakeContextKey)
  case openPage(url: String, in: FakeContextKey = .main)
  /// Every page and hidden target of the context.
  case closeAllTargets(in: FakeContextKey = .main)

  // MARK: Connections; no client means all of them
  case disconnect(ClientID?)
  /// The connection breaks so many bytes into the frame of an event, which is in the log.
  case disconnectMidFrame(ClientID?, afterBytes: Int)
  case sendMalformed(ClientID?, [UInt8])
  /// Bytes with no frame around them.
  case sendUnframed(ClientID?, [UInt8])
  /// A message of so many bytes.
  case sendOversize(ClientID?, bytes: Int)

  // MARK: The process
  case crashWithoutClose
  /// Ends well if it runs, and starts again.
  case restart

  // MARK: Replies
  case delayReply(method: String, steps: Int)
  case neverReply(method: String)
  case errorReply(method: String, code: Int = -32000, message: String)
  case replyNormally(method: String)
}

/// Many events in a row.
package struct FakeStorm: Sendable, Hashable {
  package var count: Int
  /// They take turns.
  package var services: [FakeService]
  package var context: FakeContextKey = .main
  /// Of a whole message, about.
  package var bytes: Int
  /// Events a second: a front paces them so; without it they come as fast as can be written.
  package var rate: Int?
  /// One event in so many comes from `rareOrigin`.
  package var rareOriginEvery: Int?
  /// One event in so many is a push that failed.
  package var failureEvery: Int?
  /// Each of the events is one of three of a story, instead of one by itself.
  package var tellsStories = false
  /// Numbers of the first event, so that a storm can be sent in slices.
  package var first = 0
  /// Its events bear the time at which they are made, instead of that of the script.
  package var isStampedByWall = false
  /// The time of this slice, if it is stamped.
  package var stampMicros: Int64?

  package init(
    count: Int, services: [FakeService] = FakeService.allCases, bytes: Int = 400, rate: Int? = nil
  ) {
    self.count = count
    self.services = services
    self.bytes = bytes
    self.rate = rate
  }

  package static let rareOrigin = "https://rare.example"

  /// Docs/browser-facts.md §2: Chromium itself makes about 2,400 a second.
  package var spacingMicros: Int64 {
    stampMicros != nil ? 1 : rate.map { max(1, 1_000_000 / Int64($0)) } ?? 417
  }

  package func slices(of size: Int) -> [FakeStorm] {
    stride(from: 0, to: count, by: size).map { start in
      var slice = self
      slice.first = first + start
      slice.count = min(size, count - start)
      return slice
    }
  }
}
