import JSON
package import Logging
import NIOCore
import NIOPosix
import Synchronization

/// The protocol over one transport: commands out, and one ordered stream of messages in.
///
/// ```swift
/// try await withThrowingTaskGroup { group in
///   group.addTask { try await connection.run { messages in … } }
///   let version = try await connection.call(Browser.GetVersion())
///   await connection.close()
///   try await group.waitForAll()
/// }
/// ```
package final class Connection: Sendable {
  private struct State {
    var machine = ConnectionStateMachine()
    var waiting: [Int: CheckedContinuation<Result<RawJSON, CDPError>, Never>] = [:]
    /// Outcomes of calls whose continuation is not there yet.
    var early: [Int: Result<RawJSON, CDPError>] = [:]
    var timers: [Int: Scheduled<Void>] = [:]
  }

  private struct Inbound {
    var scanner = MessageScanner()
    var sequence: UInt64 = 0

    @inline(__always)
    mutating func append(
      _ content: consuming InboundMessage.Content, session: consuming SessionID?,
      to messages: inout [InboundMessage]
    ) {
      sequence += 1
      messages.append(InboundMessage(sequence: sequence, session: session, content: content))
    }
  }

  private let transport: any Transport
  private let logger: Logger
  private let eventLoop: any EventLoop = MultiThreadedEventLoopGroup.singleton.any()
  private let state = Mutex(State())
  private let inbound = Mutex(Inbound())

  package init(transport: any Transport, logger: Logger) {
    self.transport = transport
    self.logger = logger
  }

  /// `pipe` or `websocket`.
  package var transportName: String { transport.name }

  // MARK: Receiving

  /// The one receive loop, to be called once.
  ///
  /// `receive` gets the messages of one read, in order; nothing more than a bounded amount is read
  /// until it returns. It must not await a ``call(_:session:timeout:)`` on this connection: the
  /// reply would be behind it. Use ``post(_:session:ticket:)`` where order matters; the reply to a
  /// `call` goes to its caller and may overtake events.
  ///
  /// Returns after ``close()``; throws if the other side ended the connection. Either way all
  /// calls that were waiting fail with that cause.
  package func run(
    _ receive: @Sendable ([InboundMessage]) async -> Void
  ) async throws(CDPError) {
    do throws(CDPError) {
      try await transport.run { frames in
        let messages = self.take(frames)
        if !messages.isEmpty { await receive(messages) }
      }
    } catch {
      end(error)
      throw error
    }
    end(.endedByUs)
  }

  private func take(_ frames: [[UInt8]]) -> [InboundMessage] {
    inbound.withLock { inbound in
      var messages: [InboundMessage] = []
      messages.reserveCapacity(frames.count)
      for frame in frames {
        switch inbound.scanner.scan(frame) {
        case .event(let event, let session):
          let ended = event.endedSession
          inbound.append(.event(event), session: session, to: &messages)
          guard let ended else { continue }
          for post in detach(ended) {
            inbound.append(
              .reply(ticket: post.ticket, .failure(post.error)), session: ended, to: &messages)
          }
        case .reply(let reply, let session):
          if let (ticket, outcome) = complete(reply) {
            inbound.append(.reply(ticket: ticket, outcome), session: session, to: &messages)
          }
        case .malformed(let text):
          inbound.append(.malformed(text), session: nil, to: &messages)
        }
      }
      return messages
    }
  }

  /// Hands a reply to its caller, or gives it back if it belongs in the stream.
  private func complete(_ reply: ScannedReply) -> (UInt64, Result<RawJSON, CDPError>)? {
    switch state.withLock({ $0.machine.receive(reply) }) {
    case .resume(let id, let outcome):
      resume(id, outcome)
      return nil
    case .deliver(let ticket, let outcome):
      return (ticket, outcome)
    case .drop:
      logger.debug("a reply came too late", metadata: ["id": "\(reply.id)"])
      return nil
    }
  }

  private func detach(_ session: SessionID) -> [ConnectionStateMachine.FailedPost] {
    let (calls, posts) = state.withLock { $0.machine.detach(session) }
    for failure in calls { resume(failure.id, .failure(failure.error)) }
    return posts
  }

  // MARK: Sending

  /// Sends a command and waits for its reply.
  package func call<C: Command>(
    _ command: C, session: SessionID? = nil, timeout: Duration = .seconds(30)
  ) async throws(CDPError) -> C.Reply {
    let deadline = ContinuousClock.now + timeout
    let id: Int
    switch register(C.method, .call(deadline: deadline), session) {
    case .fail(let error): throw error
    case .send(let registered): id = registered
    }
    let outcome = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        if wait(for: id, continuation, timeout: timeout) {
          transport.send(Self.frame(id, command, session))
        }
      }
    } onCancel: {
      if let failure = state.withLock({ $0.machine.cancel(id: id) }) {
        resume(id, .failure(failure.error))
      }
    }
    let result = try outcome.get()
    do throws(JSONError) {
      var reader = JSONReader(result.bytes)
      return try C.decodeReply(&reader)
    } catch {
      throw CDPError(
        .malformed, "the reply to \(C.method) could not be read", underlying: "\(error)")
    }
  }

  /// Sends a command without waiting; its reply comes in the stream as `.reply(ticket:)`.
  ///
  /// If the connection ends first there is no reply: ``run(_:)`` ends.
  package func post<C: Command>(_ command: C, session: SessionID? = nil, ticket: UInt64) {
    guard case .send(let id) = register(C.method, .posted(ticket: ticket), session) else { return }
    transport.send(Self.frame(id, command, session))
  }

  /// Ends the connection. What was sent before is still delivered.
  package func close() async {
    guard state.withLock({ $0.machine.beginClosing() }) else { return }
    await transport.close()
  }

  private func register(
    _ method: StaticString, _ kind: ConnectionStateMachine.Kind, _ session: SessionID?
  ) -> ConnectionStateMachine.RegisterAction {
    let command = ConnectionStateMachine.Pending(
      method: method.description, kind: kind, session: session)
    return state.withLock { $0.machine.register(command) }
  }

  private static func frame<C: Command>(_ id: Int, _ command: C, _ session: SessionID?) -> [UInt8] {
    var writer = JSONWriter(reservingCapacity: 256)
    writer.object { writer in
      writer.member("id", id)
      writer.member("method", C.method.description)
      writer.key("params")
      command.encode(to: &writer)
      if let session { writer.member("sessionId", session.rawValue) }
    }
    return writer.bytes
  }

  // MARK: Waiting

  /// False if the call was over before it began: cancelled, or the connection ended.
  private func wait(
    for id: Int, _ continuation: CheckedContinuation<Result<RawJSON, CDPError>, Never>,
    timeout: Duration
  ) -> Bool {
    let timer = eventLoop.scheduleTask(in: TimeAmount(timeout)) { self.expire() }
    let early = state.withLock { state in
      if let outcome = state.early.removeValue(forKey: id) { return Optional(outcome) }
      state.waiting[id] = continuation
      state.timers[id] = timer
      return nil
    }
    guard let early else { return true }
    timer.cancel()
    continuation.resume(returning: early)
    return false
  }

  private func resume(_ id: Int, _ outcome: Result<RawJSON, CDPError>) {
    let (continuation, timer) = state.withLock { state in
      let continuation = state.waiting.removeValue(forKey: id)
      if continuation == nil { state.early[id] = outcome }
      return (continuation, state.timers.removeValue(forKey: id))
    }
    timer?.cancel()
    continuation?.resume(returning: outcome)
  }

  private func expire() {
    let failures = state.withLock { $0.machine.expire(now: .now) }
    for failure in failures { resume(failure.id, .failure(failure.error)) }
  }

  private func end(_ cause: CDPError) {
    let failures = state.withLock { $0.machine.end(cause) }
    for failure in failures { resume(failure.id, .failure(failure.error)) }
  }
}

extension ProtocolEvent {
  fileprivate var endedSession: SessionID? {
    guard case .targetDetachedFromTarget(let detached) = self else { return nil }
    return detached.sessionId
  }
}
