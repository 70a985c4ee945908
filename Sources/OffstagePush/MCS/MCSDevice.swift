import OffstageCore

/// One Chromium's queue of messages and its connection, as a value.
///
/// A message stays in the queue until the browser has acknowledged it. What was written to a
/// connection that broke is written to the next one, unless the browser says at its login that it
/// has got it: so none is lost and none comes twice.
struct MCSDevice: Sendable {
  /// A connection whose login was taken. Frames are counted by both sides from their logins on; the
  /// numbers are not in the frames.
  private struct Live {
    var connection: ConnectionID
    var sent: UInt32
    var received: UInt32
  }

  let device: PushDevice
  private var live: Live?
  /// The numbers are those of the frames.
  var queue: MessageQueue

  init(_ device: PushDevice, waiting: [PushMessage] = []) {
    self.device = device
    queue = MessageQueue(waiting)
  }

  // MARK: The browser

  mutating func login(
    _ connection: ConnectionID, _ login: MCSLogin,
    registrations: [String: MCSRegistration], at now: Timestamp
  ) -> [PushEffect] {
    var effects: [PushEffect] = []
    // Chromium connects twice at its first subscription, and the second counts.
    if let old = live?.connection { effects.append(.close(old)) }
    let received = Set(login.receivedMessages)
    effects += queue.end(.acknowledged, at: now) { received.contains($0.message.id) }
    live = Live(connection: connection, sent: 1, received: 1)
    queue.noteLost()
    effects += queue.expire(at: now)
    let response = MCSFrame.loginResponse(id: login.id, now: now.micros)
    effects.append(.send(connection, [MCSFrame.version] + response.bytes))
    for index in queue.indices { effects += send(index, registrations, at: now) }
    return effects
  }

  mutating func take(_ frame: MCSFrame, from connection: ConnectionID, at now: Timestamp)
    -> [PushEffect]
  {
    guard live?.connection == connection else { return [] }
    live?.received &+= 1
    var effects: [PushEffect] = []
    if let last = frame.lastStreamID {
      effects += queue.end(.acknowledged, at: now) { waiting in
        waiting.number.map { $0 <= last } ?? false
      }
    }
    switch frame.tag {
    case .heartbeatPing:
      effects += reply { .heartbeatAck(received: $0) }
    case .iqStanza:
      // It may forget what it has acknowledged, since that is stored before this is sent.
      effects += reply { .streamAck(received: $0) }
    case .close:
      disconnected(connection)
      effects.append(.close(connection))
    case .heartbeatAck, .loginRequest, .loginResponse, .dataMessageStanza, .streamError, nil:
      break
    }
    return effects
  }

  mutating func disconnected(_ connection: ConnectionID) {
    guard live?.connection == connection else { return }
    live = nil
    queue.noteLost()
  }

  // MARK: Messages

  mutating func add(
    _ message: PushMessage, registrations: [String: MCSRegistration], at now: Timestamp
  ) -> [PushEffect] {
    queue.add(message, at: now)
      + queue.going(at: now).flatMap { send($0, registrations, at: now) }
  }

  /// Ends what waits no longer, and sends what was held back until now.
  mutating func expire(
    registrations: [String: MCSRegistration], at now: Timestamp
  ) -> [PushEffect] {
    queue.expire(at: now)
      + queue.released(at: now).flatMap { send($0, registrations, at: now) }
  }

  /// When there is something to end or to send.
  var nextDeadline: Timestamp? { queue.nextDeadline(isConnected: live != nil) }

  // MARK: How

  private mutating func send(
    _ index: Int, _ registrations: [String: MCSRegistration], at now: Timestamp
  ) -> [PushEffect] {
    let message = queue[index]
    guard var live, let registration = registrations[message.subscription],
      !message.isHeld(at: now)
    else { return [] }
    live.sent &+= 1
    self.live = live
    queue.noteSent(index, as: live.sent)
    let frame = MCSFrame.push(
      message, to: registration, received: live.received, now: now.micros)
    return [.write(.sent(id: message.id, at: now)), .send(live.connection, frame.bytes)]
  }

  private mutating func reply(_ frame: (UInt32) -> MCSFrame) -> [PushEffect] {
    guard var live else { return [] }
    live.sent &+= 1
    self.live = live
    return [.send(live.connection, frame(live.received).bytes)]
  }
}
