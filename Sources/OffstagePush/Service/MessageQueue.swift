import OffstageCore

/// The messages that wait for one browser, in the order in which they came. Each stays until the
/// browser has acknowledged it or its time is over.
struct MessageQueue: Sendable {
  struct Waiting {
    var message: PushMessage
    /// Under what number it was sent on the live connection.
    var number: UInt32?

    fileprivate func isHeldForNext(of subscription: String, at now: Timestamp) -> Bool {
      message.injected == .reorder && message.subscription == subscription
        && message.isHeld(at: now)
    }

    /// RFC 8030, section 5.4: what is on its way is not taken back.
    fileprivate func isReplaced(by other: PushMessage) -> Bool {
      number == nil && other.topic != nil && message.topic == other.topic
        && message.subscription == other.subscription
    }
  }

  /// More that wait for one browser are refused.
  static let limit = 2000

  private var waiting: [Waiting]

  init(_ messages: [PushMessage] = []) {
    waiting = messages.map { Waiting(message: $0) }
  }

  var messages: [PushMessage] { waiting.map(\.message) }
  var indices: Range<Int> { waiting.indices }

  subscript(index: Int) -> PushMessage { waiting[index].message }

  func index(of id: String) -> Int? { waiting.firstIndex { $0.message.id == id } }

  /// One that replaces another is room enough.
  func hasRoom(for message: PushMessage) -> Bool {
    waiting.count < Self.limit || waiting.contains { $0.isReplaced(by: message) }
  }

  mutating func add(_ message: PushMessage, at now: Timestamp) -> [PushEffect] {
    let effects = end(.replaced, at: now) { $0.isReplaced(by: message) }
    waiting.append(Waiting(message: message))
    return effects
  }

  /// Whether one waits for the next of its subscription to go first.
  func holdsForNext(of subscription: String, at now: Timestamp) -> Bool {
    waiting.contains { $0.isHeldForNext(of: subscription, at: now) }
  }

  /// Those that go with the newest one: it, and then what was to let it go first, which stands behind
  /// it from now on.
  mutating func going(at now: Timestamp) -> Range<Int> {
    guard let newest = waiting.last, !newest.message.isHeld(at: now) else { return 0..<0 }
    let subscription = newest.message.subscription
    var held = waiting.filter { $0.isHeldForNext(of: subscription, at: now) }
    waiting.removeAll { $0.isHeldForNext(of: subscription, at: now) }
    for index in held.indices { held[index].message.due = nil }
    waiting += held
    return (waiting.count - held.count - 1)..<waiting.count
  }

  /// Those that were held back until now.
  func released(at now: Timestamp) -> [Int] {
    waiting.indices.filter { index in
      let (message, number) = (waiting[index].message, waiting[index].number)
      return number == nil && message.due != nil && !message.isHeld(at: now)
    }
  }

  mutating func noteSent(_ index: Int, as number: UInt32) {
    waiting[index].number = number
    waiting[index].message.delivery.sends += 1
  }

  /// The connection is lost: what was on its way waits again.
  mutating func noteLost() {
    for index in waiting.indices { waiting[index].number = nil }
  }

  // MARK: Ends

  /// Ends those whose time is over and that are not on their way.
  mutating func expire(at now: Timestamp) -> [PushEffect] {
    end(.expired, at: now) { $0.number == nil && $0.message.deadline <= now }
  }

  /// When the next one's time is over, or it is to be sent.
  func nextDeadline(isConnected: Bool) -> Timestamp? {
    waiting.lazy.filter { $0.number == nil }.map { waiting in
      let deadline = waiting.message.deadline
      return isConnected ? min(waiting.message.due ?? deadline, deadline) : deadline
    }.min()
  }

  /// Takes a message back, if it waits and is not on its way.
  mutating func cancel(_ id: String, at now: Timestamp) -> [PushEffect] {
    end(.cancelled, at: now) { $0.message.id == id && $0.number == nil }
  }

  mutating func unsubscribe(_ token: String, at now: Timestamp) -> [PushEffect] {
    end(.unsubscribed, at: now) { $0.message.subscription == token }
  }

  mutating func end(
    _ end: PushMessage.End, at now: Timestamp, where isMeant: (Waiting) -> Bool
  ) -> [PushEffect] {
    let ended = waiting.filter(isMeant)
    guard !ended.isEmpty else { return [] }
    waiting.removeAll(where: isMeant)
    return ended.map { .write(.ended(id: $0.message.id, end, at: now)) }
  }
}

extension PushMessage {
  /// It is not to be sent yet.
  func isHeld(at now: Timestamp) -> Bool { due.map { $0 > now } ?? false }

  /// Until when it waits for its browser. A TTL of 0 gets a second: a Chromium that subscribes
  /// for the first time connects twice, and is away for some milliseconds in between.
  var deadline: Timestamp { received + .seconds(Int64(max(ttl, 1))) }
}
