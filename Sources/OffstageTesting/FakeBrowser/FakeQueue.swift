/// What waits to be written to one client. It has no bound: what waits is events that the log
/// holds anyway, made into text only as they are written.
struct FakeQueue {
  private var waiting: [FakeOutput] = []
  private var reader: CheckedContinuation<[FakeOutput], Never>?
  private(set) var isEnded = false

  /// True when everything was taken and the reader is back for more.
  var isIdle: Bool { waiting.isEmpty && (reader != nil || isEnded) }

  mutating func add(_ output: FakeOutput) {
    guard !isEnded else { return }
    waiting.append(output)
    if case .end = output { isEnded = true }
    guard let reader else { return }
    self.reader = nil
    reader.resume(returning: waiting)
    waiting = []
  }

  /// Gives all that waits, else the next; nothing more than nothing when the client is gone.
  mutating func take(_ reader: CheckedContinuation<[FakeOutput], Never>) {
    if waiting.isEmpty, !isEnded {
      self.reader = reader
    } else {
      reader.resume(returning: waiting)
      waiting = []
    }
  }

  /// The client has gone: nobody reads any more.
  mutating func end() {
    isEnded = true
    waiting = []
    reader?.resume(returning: [])
    reader = nil
  }
}
