package import OffstageCore

/// What a stage is asked to send.
package struct SentPush: Sendable, Hashable {
  /// Nil for none.
  package var payload: String?
  /// Whose subscription it goes to, where `subscription` is nil.
  package var worker: WorkerSelector
  /// As JSON.
  package var subscription: String?
  package var ttl: Int
  package var topic: String?
  package var urgency: PushMessage.Urgency?
  /// Nil for the scenario's own.
  package var key: String?
}

/// What the push service answered.
package struct SentPushAnswer: Sendable, Hashable {
  package var status: Int
  /// Of the message that was taken.
  package var id: String?
  /// What it says of a refusal.
  package var detail: String?
  package var hint: String?

  package init(status: Int, id: String? = nil, detail: String? = nil, hint: String? = nil) {
    self.status = status
    self.id = id
    self.detail = detail
    self.hint = hint
  }
}

/// Does what a step says that sends a real push, or waits for its end.
struct PushSteps {
  let stage: any Stage
  let clock: any WallClock
  let values: [String: String]

  /// A page may have been told to subscribe and not yet have done it.
  private static let patience = Interval.seconds(10)
  private static let pause = Interval(micros: 50_000)

  /// It is over for the scenario once the push service has taken it.
  func send(_ step: RealPushStep) async throws -> StepOutcome {
    let scope = step.scope?.expanded(values)
    let answer = try await stage.send(
      SentPush(
        payload: step.payload.expanded(values),
        worker: WorkerSelector(
          origin: stage.origin, scope: scope.map { $0.hasPrefix("/") ? stage.origin + $0 : $0 }),
        subscription: step.subscription?.expanded(values), ttl: step.ttl,
        topic: step.topic?.expanded(values), urgency: step.urgency,
        key: step.key?.expanded(values)),
      patience: Self.patience)
    guard answer.status == step.status else {
      let why = answer.detail.map { ": \($0)" } ?? "."
      throw StepFailure(
        "The push service answered \(answer.status), not \(step.status)\(why)", hint: answer.hint)
    }
    var yield = StepYield()
    if let capture = step.capture {
      guard let id = answer.id else { throw StepFailure("The push service gave it no id.") }
      yield.captures[capture.text] = id
    }
    return .done(yield)
  }

  func expect(_ expectation: PushExpectation) async throws -> StepOutcome {
    let id = expectation.message.expanded(values)
    let end = clock.now() + expectation.within
    var message: PushMessage?
    repeat {
      message = try await stage.pushMessage(id)
      if message?.delivery.end == expectation.end { return .done(StepYield()) }
      // What has ended ends no other way.
      guard message?.delivery.end == nil else { break }
      try await clock.sleep(for: Self.pause)
    } while clock.now() < end
    guard let message else {
      throw StepFailure("There is no push message “\(id.escapedForTerminal)”.")
    }
    let wanted = expectation.end.rawValue
    if let end = message.delivery.end {
      throw StepFailure("The push was \(end.rawValue), not \(wanted).")
    }
    throw StepFailure(
      "The push was not \(wanted) within \(expectation.within.short).",
      hint: message.delivery.sends == 0
        ? "It waits for the browser." : "It was sent to the browser and not acknowledged.")
  }
}
