import JSON

/// What is outstanding on a connection, and what becomes of it.
///
/// A value without a socket or a clock: whoever owns it carries out the actions it returns.
struct ConnectionStateMachine {
  typealias Instant = ContinuousClock.Instant

  enum State: Hashable {
    case open
    /// We asked for the end; replies still come.
    case closing
    case closed(CDPError)
  }

  enum Kind: Hashable {
    /// Somebody waits for the reply.
    case call(deadline: Instant)
    /// The reply is delivered in the inbound stream.
    case posted(ticket: UInt64)
  }

  struct Pending: Hashable {
    var method: String
    var kind: Kind
    var session: SessionID?
  }

  enum RegisterAction: Hashable {
    case send(id: Int)
    case fail(CDPError)
  }

  enum ReplyAction {
    case resume(id: Int, Result<RawJSON, CDPError>)
    case deliver(ticket: UInt64, Result<RawJSON, CDPError>)
    /// Nobody waits any more: the reply came after the deadline or after the caller gave up.
    case drop
  }

  struct Failure: Hashable {
    var id: Int
    var error: CDPError
  }

  struct FailedPost: Hashable {
    var ticket: UInt64
    var error: CDPError
  }

  /// A browser that does not answer must not make us fill the memory.
  static let maximumPending = 65_536

  private(set) var state = State.open
  private var pending: [Int: Pending] = [:]
  private var lastID = 0

  var pendingCount: Int { pending.count }

  // MARK: Going out

  /// Takes in a command; its id was never used before on this connection.
  mutating func register(_ command: Pending) -> RegisterAction {
    switch state {
    case .open: break
    case .closing: return .fail(CDPError.endedByUs.ending(command.method))
    case .closed(let cause): return .fail(cause.ending(command.method))
    }
    if case .call = command.kind, pending.count >= Self.maximumPending {
      return .fail(
        CDPError(
          .busy, "\(command.method) was not sent: \(pending.count) commands are unanswered",
          hint: "The browser may hang; end it or detach from it."))
    }
    lastID += 1
    pending[lastID] = command
    return .send(id: lastID)
  }

  // MARK: Coming in

  mutating func receive(_ reply: ScannedReply) -> ReplyAction {
    guard let command = pending.removeValue(forKey: reply.id) else { return .drop }
    let outcome: Result<RawJSON, CDPError> =
      switch reply.outcome {
      case .result(let result): .success(result)
      case .error(let error): .failure(error.asError(of: command.method))
      }
    return switch command.kind {
    case .call: .resume(id: reply.id, outcome)
    case .posted(let ticket): .deliver(ticket: ticket, outcome)
    }
  }

  /// A session has ended: the browser answers nothing on it any more.
  mutating func detach(_ session: SessionID) -> (calls: [Failure], posts: [FailedPost]) {
    let cause = CDPError(.detached, "the target closed or the session was detached")
    var calls: [Failure] = []
    var posts: [FailedPost] = []
    for (id, command) in pending.filter({ $0.value.session == session }).sorted(by: byID) {
      pending[id] = nil
      let error = cause.ending(command.method)
      switch command.kind {
      case .call: calls.append(Failure(id: id, error: error))
      case .posted(let ticket): posts.append(FailedPost(ticket: ticket, error: error))
      }
    }
    return (calls, posts)
  }

  // MARK: Giving up

  mutating func expire(now: Instant) -> [Failure] {
    var failures: [Failure] = []
    for (id, command) in pending.sorted(by: byID) {
      guard case .call(let deadline) = command.kind, deadline <= now else { continue }
      pending[id] = nil
      failures.append(
        Failure(
          id: id,
          error: CDPError(.timedOut, "\(command.method) was not answered in time")))
    }
    return failures
  }

  mutating func cancel(id: Int) -> Failure? {
    guard let command = pending.removeValue(forKey: id) else { return nil }
    return Failure(id: id, error: CDPError(.cancelled, "\(command.method) was cancelled"))
  }

  // MARK: The end

  /// No command is taken any more. False if that was so already.
  mutating func beginClosing() -> Bool {
    guard state == .open else { return false }
    state = .closing
    return true
  }

  /// The connection is gone: every call fails with the one cause. Posted commands get no reply,
  /// their reader sees the stream end.
  mutating func end(_ cause: CDPError) -> [Failure] {
    if case .closed = state { return [] }
    state = .closed(cause)
    defer { pending = [:] }
    return pending.sorted(by: byID).compactMap { id, command in
      guard case .call = command.kind else { return nil }
      return Failure(id: id, error: cause.ending(command.method))
    }
  }

  private func byID(_ a: (key: Int, value: Pending), _ b: (key: Int, value: Pending)) -> Bool {
    a.key < b.key
  }
}
