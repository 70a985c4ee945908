package import OffstageCore

/// What somebody asked for, so that an application server's own handling of it can be tested.
extension PushStateMachine {
  /// - Parameter orders: all that the store has.
  package mutating func take(_ orders: [PushOrder], at now: Timestamp) -> [PushEffect] {
    var effects = plan.take(orders).filter { !$0.isTaken }.map { order in
      PushEffect.write(.orderTaken(order.id))
    }
    for order in orders where order.kind == .expire {
      if let token = order.subscription { effects += end(token, .expired, at: now) }
      effects.append(.write(.orderDone(order.id)))
    }
    return effects
  }

  /// A push with which nothing is wrong.
  mutating func acceptOrFail(
    _ message: PushMessage, for subscription: PushSubscription, at now: Timestamp
  ) throws(PushRefusal) -> (PushAnswer, [PushEffect]) {
    // One that is refused anyway uses up none.
    guard queue(of: subscription.device)?.hasRoom(for: message) == true,
      let (fault, order) = plan.next(for: subscription.token)
    else {
      return try accept(message, for: subscription, at: now)
    }
    var message = message
    message.injected = fault
    let met = PushEffect.write(.orderMet(order))
    switch fault {
    case .respond(let status, let headers):
      return refuse(message, with: status, headers, met)
    case .drop:
      message.delivery = .init(ended: now, end: .dropped)
      return (.taken(message), [.write(.message(message)), met])
    case .delay(let time):
      message.due = now + time
    case .reorder:
      // It is the next one of that which waits already, and goes first.
      guard queue(of: subscription.device)?.holdsForNext(of: subscription.token, at: now) != true
      else { break }
      message.due = now + min(InjectedFault.patience, .seconds(Int64(message.ttl)))
    case .duplicate, .copy: break
    }
    let (answer, accepted) = try accept(message, for: subscription, at: now)
    var effects = accepted
    if fault == .duplicate {
      var copy = message
      copy.id = newID()
      copy.injected = .copy
      // It would replace the first.
      copy.topic = nil
      if let second = try? accept(copy, for: subscription, at: now) { effects += second.1 }
    }
    return (answer, effects + [met])
  }

  private func refuse(
    _ message: PushMessage, with status: Int, _ headers: [PushMessage.Header], _ met: PushEffect
  ) -> (PushAnswer, [PushEffect]) {
    let refusal = PushMessage.Refusal(
      code: "injected",
      detail: "Nothing is wrong with this push: a refusal with \(status) was asked for.",
      hint: "offstage push fault lists what is asked for, and --clear ends it.")
    var message = message
    (message.status, message.refusal) = (status, refusal)
    return (.problem(status, refusal, headers: headers), [.write(.message(message)), met])
  }
}
