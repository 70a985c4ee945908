import OffstageCore

/// One Firefox's queue of messages and its connection, as a value.
///
/// A message stays in the queue until Firefox has acknowledged it by its name. What was written to a
/// connection that broke is written to the next one; Firefox knows the names of the last hundred
/// that it took and gives none of these to its worker again (hasRecentMessageID in
/// dom/push/PushServiceWebSocket.sys.mjs).
struct FirefoxDevice: Sendable {
  var device: PushDevice
  private(set) var connection: ConnectionID?
  /// A message that was sent has the number 0.
  var queue: MessageQueue

  init(_ device: PushDevice, waiting: [PushMessage] = []) {
    self.device = device
    queue = MessageQueue(waiting)
  }

  /// Says hello back, and sends what waits.
  mutating func hello(
    on connection: ConnectionID, channels: [String: String], at now: Timestamp
  ) -> [PushEffect] {
    var effects: [PushEffect] = []
    if let old = self.connection { effects.append(.close(old)) }
    self.connection = connection
    queue.noteLost()
    effects += queue.expire(at: now)
    effects.append(.send(connection, FirefoxAnswer.hello(agent: device.id).bytes))
    for index in queue.indices { effects += send(index, channels, at: now) }
    return effects
  }

  mutating func disconnected(_ connection: ConnectionID) {
    guard self.connection == connection else { return }
    self.connection = nil
    queue.noteLost()
  }

  mutating func add(
    _ message: PushMessage, channels: [String: String], at now: Timestamp
  ) -> [PushEffect] {
    queue.add(message, at: now) + queue.going(at: now).flatMap { send($0, channels, at: now) }
  }

  /// Ends what waits no longer, and sends what was held back until now.
  mutating func expire(channels: [String: String], at now: Timestamp) -> [PushEffect] {
    queue.expire(at: now) + queue.released(at: now).flatMap { send($0, channels, at: now) }
  }

  /// When there is something to end or to send.
  var nextDeadline: Timestamp? { queue.nextDeadline(isConnected: connection != nil) }

  /// Firefox has it, whatever came of it there.
  mutating func acknowledge(_ id: String, _ code: FirefoxCode?, at now: Timestamp) -> [PushEffect] {
    let attempt = queue.index(of: id).map { queue[$0].delivery.sends } ?? 0
    let effects = queue.end(.acknowledged, at: now) { $0.message.id == id && $0.number != nil }
    guard !effects.isEmpty, let code else { return effects }
    let report = PushReport(
      message: id, kind: .acknowledged(code, attempt: attempt), at: now)
    return effects + [.write(.reported(report))]
  }

  /// - Parameter channels: by the token of their subscription.
  private mutating func send(
    _ index: Int, _ channels: [String: String], at now: Timestamp
  ) -> [PushEffect] {
    guard let connection, let channel = channels[queue[index].subscription],
      !queue[index].isHeld(at: now)
    else { return [] }
    queue.noteSent(index, as: 0)
    let message = queue[index]
    return [
      .write(.sent(id: message.id, at: now)),
      .write(
        .reported(
          PushReport(
            message: message.id, kind: .sent(attempt: message.delivery.sends), at: now))),
      .send(connection, FirefoxAnswer.notification(message, channel: channel).bytes),
    ]
  }
}
