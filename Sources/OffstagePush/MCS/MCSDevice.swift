import OffstageCore

/// One browser's queue of messages and its connection, as a value.
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

  private struct Waiting {
    var message: PushMessage
    /// The number of the frame that it was sent in, on the live connection.
    var frame: UInt32?

    /// RFC 8030, section 5.4: what is on its way is not taken back.
    func isReplaced(by other: PushMessage) -> Bool {
      frame == nil && other.topic != nil && message.topic == other.topic
        && message.subscription == other.subscription
    }
  }

  /// More that wait for one browser are refused.
  static let limit = 2000

  let device: PushDevice
  private var live: Live?
  private var queue: [Waiting] = []

  init(_ device: PushDevice, waiting: [PushMessage] = []) {
    self.device = device
    queue = waiting.map { Waiting(message: $0) }
  }

  /// One that replaces another is room enough.
  func hasRoom(for message: PushMessage) -> Bool {
    queue.count < Self.limit || queue.contains { $0.isReplaced(by: message) }
  }

  var isConnected: Bool { live != nil }
  var waiting: [PushMessage] { queue.map(\.message) }

  // MARK: The browser

  mutating func login(
    _ connection: ConnectionID, _ login: MCSLogin,
    registrations: [String: MCSRegistration], at now: Timestamp
  ) -> [PushEffect] {
    var effects: [PushEffect] = []
    // Chromium connects twice at its first subscription, and the second counts.
    if let old = live?.connection { effects.append(.close(old)) }
    let received = Set(login.receivedMessages)
    effects += end(.acknowledged, at: now) { received.contains($0.message.id) }
    live = Live(connection: connection, sent: 1, received: 1)
    for index in queue.indices { queue[index].frame = nil }
    effects += expire(at: now)
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
      effects += end(.acknowledged, at: now) { waiting in waiting.frame.map { $0 <= last } ?? false
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
    for index in queue.indices { queue[index].frame = nil }
  }

  // MARK: Messages

  mutating func add(
    _ message: PushMessage, registrations: [String: MCSRegistration], at now: Timestamp
  ) -> [PushEffect] {
    var effects: [PushEffect] = []
    effects += end(.replaced, at: now) { $0.isReplaced(by: message) }
    queue.append(Waiting(message: message))
    effects += send(queue.count - 1, registrations, at: now)
    guard !message.isHeld(at: now) else { return effects }
    // What lets the next go first has waited long enough.
    for index in queue.indices
    where queue[index].message.injected == .reorder && queue[index].message.isHeld(at: now)
      && queue[index].message.subscription == message.subscription
    {
      queue[index].message.due = nil
      effects += send(index, registrations, at: now)
    }
    return effects
  }

  /// Sends what was held back until now.
  mutating func release(
    registrations: [String: MCSRegistration], at now: Timestamp
  ) -> [PushEffect] {
    queue.indices.filter { queue[$0].frame == nil && queue[$0].message.due != nil }.flatMap {
      send($0, registrations, at: now)
    }
  }

  /// Ends those whose time is over and that are not on their way.
  mutating func expire(at now: Timestamp) -> [PushEffect] {
    end(.expired, at: now) { $0.frame == nil && $0.message.deadline <= now }
  }

  /// When the next one's time is over.
  var nextDeadline: Timestamp? {
    queue.lazy.filter { $0.frame == nil }.map { [isConnected] waiting in
      let deadline = waiting.message.deadline
      return isConnected ? min(waiting.message.due ?? deadline, deadline) : deadline
    }.min()
  }

  /// Takes a message back; whether it waited and was not on its way.
  mutating func cancel(_ id: String, at now: Timestamp) -> [PushEffect] {
    end(.cancelled, at: now) { $0.message.id == id && $0.frame == nil }
  }

  mutating func unsubscribe(_ token: String, at now: Timestamp) -> [PushEffect] {
    end(.unsubscribed, at: now) { $0.message.subscription == token }
  }

  // MARK: How

  private mutating func send(
    _ index: Int, _ registrations: [String: MCSRegistration], at now: Timestamp
  ) -> [PushEffect] {
    let message = queue[index].message
    guard var live, let registration = registrations[message.subscription],
      !message.isHeld(at: now)
    else { return [] }
    live.sent &+= 1
    self.live = live
    queue[index].frame = live.sent
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

  private mutating func end(
    _ end: PushMessage.End, at now: Timestamp, where isMeant: (Waiting) -> Bool
  ) -> [PushEffect] {
    let ended = queue.filter(isMeant)
    guard !ended.isEmpty else { return [] }
    queue.removeAll(where: isMeant)
    return ended.map { .write(.ended(id: $0.message.id, end, at: now)) }
  }
}

extension PushMessage {
  func isHeld(at now: Timestamp) -> Bool { due.map { $0 > now } ?? false }

  /// Until when it waits for its browser. A TTL of 0 gets a second: a browser that subscribes
  /// for the first time connects twice, and is away for some milliseconds in between.
  var deadline: Timestamp { received + .seconds(Int64(max(ttl, 1))) }
}
