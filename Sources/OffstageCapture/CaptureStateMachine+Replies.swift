import CDP
import JSON
package import OffstageCore

/// Names the reply to something that was sent without waiting.
package struct Ticket: RawRepresentable, Hashable, Sendable {
  package let rawValue: UInt64

  package init(rawValue: UInt64) {
    self.rawValue = rawValue
  }

  enum Purpose: UInt64 {
    case other = 0
    case createTarget
    case attach
    case enableServiceWorker
    case startObserving
    case stopObserving
    case setRecording
    case clearEvents
  }

  init(
    _ number: CaptureStateMachine.ContextNumber, _ purpose: Purpose, _ service: Service? = nil
  ) {
    rawValue =
      UInt64(number.rawValue) << 16 | purpose.rawValue << 8 | UInt64(service?.code ?? 0)
  }

  package init(_ number: CaptureStateMachine.ContextNumber, _ command: CaptureCommand) {
    switch command {
    case .startObserving(let service): self.init(number, .startObserving, service)
    case .stopObserving(let service): self.init(number, .stopObserving, service)
    case .setRecording(let service, _): self.init(number, .setRecording, service)
    case .clearEvents(let service): self.init(number, .clearEvents, service)
    }
  }

  var number: CaptureStateMachine.ContextNumber {
    CaptureStateMachine.ContextNumber(rawValue: Int(rawValue >> 16))
  }
  var purpose: Purpose { Purpose(rawValue: rawValue >> 8 & 255) ?? .other }
  var service: Service? { Service(code: Int(rawValue & 255)) }
}

extension CaptureStateMachine {
  mutating func receive(
    _ ticket: Ticket, _ result: Result<RawJSON, CDPError>, at now: Timestamp
  ) -> [Action] {
    let number = ticket.number
    guard contexts[number] != nil else { return [] }
    switch ticket.purpose {
    case .other, .setRecording, .enableServiceWorker:
      return []
    case .createTarget:
      return targetMade(number, result)
    case .attach:
      return attached(number, result)
    case .startObserving:
      return answer(ticket, result) { service, failure in
        failure.map { .observationFailed(service, message: $0, at: now) }
          ?? .replayEnded(service, at: now)
      }
    case .stopObserving:
      return answer(ticket, result) { service, _ in .observationStopped(service, at: now) }
    case .clearEvents:
      return answer(ticket, result) { .cleared($0, failure: $1, at: now) }
    }
  }

  private func answer(
    _ ticket: Ticket, _ result: Result<RawJSON, CDPError>,
    _ signal: (Service, String?) -> CaptureSignal
  ) -> [Action] {
    guard let service = ticket.service else { return [] }
    switch result {
    case .success: return [.signal(ticket.number, signal(service, nil))]
    case .failure(let error): return [.signal(ticket.number, signal(service, "\(error)"))]
    }
  }

  private mutating func targetMade(
    _ number: ContextNumber, _ result: Result<RawJSON, CDPError>
  ) -> [Action] {
    switch decode(result, Target.CreateTarget.decodeReply) {
    case .success(let reply):
      setHidden(reply.targetId, in: number)
      // Its window may have been closed while ours was being made.
      if let context = contexts[number], !context.isDefault, context.others.isEmpty {
        drop(number)
        return [.post(.closeTarget(reply.targetId), session: nil, ticket: Ticket(number, .other))]
      }
      return [.post(.attach(reply.targetId), session: nil, ticket: Ticket(number, .attach))]
    case .failure(let error):
      // Some browsers, such as those on Android, make no targets for clients.
      guard let page = contexts[number]?.pages.first else { return [.failed(number, error)] }
      return [.post(.attach(page), session: nil, ticket: Ticket(number, .attach))]
    }
  }

  private mutating func attached(
    _ number: ContextNumber, _ result: Result<RawJSON, CDPError>
  ) -> [Action] {
    switch decode(result, Target.AttachToTarget.decodeReply) {
    case .success(let reply):
      setSession(reply.sessionId, in: number)
      return [
        .open(number),
        .post(
          .enableServiceWorker, session: reply.sessionId,
          ticket: Ticket(number, .enableServiceWorker)),
      ]
    case .failure(let error):
      return [.failed(number, error)]
    }
  }

  private func decode<Reply>(
    _ result: Result<RawJSON, CDPError>,
    _ read: (inout JSONReader) throws(JSONError) -> Reply
  ) -> Result<Reply, CDPError> {
    result.flatMap { raw in
      var reader = JSONReader(raw.bytes)
      do throws(JSONError) {
        return .success(try read(&reader))
      } catch {
        return .failure(
          CDPError(.malformed, "The browser's answer could not be read.", underlying: "\(error)"))
      }
    }
  }

  /// All contexts end with the connection.
  package mutating func end(_ end: ContextEnd, at now: Timestamp) -> [Action] {
    contexts.keys.sorted { $0.rawValue < $1.rawValue }.map { .signal($0, .ended(end, at: now)) }
  }
}
