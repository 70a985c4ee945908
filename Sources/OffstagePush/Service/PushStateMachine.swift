package import OffstageCore

/// The push service as a value: who is subscribed, what waits for whom, and what is to be done when
/// something comes in.
///
/// It knows no socket, clock or store. What it gives back is done in its order by `PushService`.
package struct PushStateMachine: Sendable {
  /// Sixteen bytes that nobody can guess.
  package typealias Names = @Sendable () -> [UInt8]

  /// More that one browser holds are refused.
  static let registrationLimit = 10_000

  let names: Names
  /// Of our own sender, which may send to any subscription.
  private let ownKey: [UInt8]?
  private var devices: [UInt64: MCSDevice] = [:]
  /// Those that have ended too.
  var subscriptions: [String: PushSubscription] = [:]
  private var connections: [ConnectionID: UInt64] = [:]
  /// Made of subscriptions, so that a message need not look for its own.
  private var registrations: [UInt64: [String: MCSRegistration]] = [:]
  var firefoxes = Firefoxes()
  var plan = FaultPlan()

  package init(
    _ state: PushState = PushState(), ownKey: [UInt8]? = nil, names: @escaping Names
  ) {
    self.names = names
    self.ownKey = ownKey
    let subscriptions = Dictionary(
      state.subscriptions.map { ($0.token, $0) }, uniquingKeysWith: { $1 })
    let waiting = Dictionary(grouping: state.waiting) { message in
      subscriptions[message.subscription]?.device ?? ""
    }
    self.subscriptions = subscriptions
    for device in state.devices {
      let waiting = waiting[device.id] ?? []
      if let number = UInt64(device.id) {
        devices[number] = MCSDevice(device, waiting: waiting)
      } else {
        firefoxes.devices[device.id] = FirefoxDevice(device, waiting: waiting)
      }
    }
    for subscription in state.subscriptions { keep(subscription) }
  }

  // MARK: Browsers, over HTTP

  package func checkin(_ checkin: Checkin) -> PushAnswer {
    var (device, token) = (checkin.device, checkin.securityToken)
    if device == 0 {
      (device, token) = (number(), number())
    }
    // It is kept once it subscribes or connects.
    if let known = devices[device], known.device.securityToken != token {
      // Any status but 200, 400 and 401 is tried again later; these two make the browser forget all
      // that it has, which is right for one that says another's name.
      return .text("unknown device", status: 401)
    }
    return PushAnswer(
      200, headers: [.init("Content-Type", "application/x-protobuf")],
      body: Checkin.response(device: device, securityToken: token))
  }

  package mutating func register(_ registration: Registration, at now: Timestamp) -> (
    PushAnswer, [PushEffect]
  ) {
    var effects: [PushEffect] = []
    switch registration {
    case .register(let device, let securityToken, let registration):
      guard meet(device, securityToken, at: now, &effects) else {
        return (.text("Error=AUTHENTICATION_FAILED"), [])
      }
      if let known = live(device, registration.subtype, registration.sender) {
        return (.text("token=\(known.token)"), effects)
      }
      guard registrations[device, default: [:]].count < Self.registrationLimit else {
        return (.text("Error=TOO_MANY_REGISTRATIONS"), effects)
      }
      let subscription = PushSubscription(
        token: Base64URL.encode(names()), device: "\(device)", client: .chromium(registration),
        applicationServerKey: registration.applicationServerKey, origin: registration.origin,
        created: now)
      keep(subscription)
      effects.append(.write(.subscription(subscription)))
      return (.text("token=\(subscription.token)"), effects)
    case .unregister(let device, let securityToken, let subtype):
      guard meet(device, securityToken, at: now, &effects) else {
        return (.text("Error=AUTHENTICATION_FAILED"), [])
      }
      for (token, registration) in registrations[device] ?? [:]
      where registration.subtype == subtype {
        effects += end(token, .unsubscribed, at: now)
      }
      // Without this word the browser takes it for a failure.
      return (.text("token=\(subtype)"), effects)
    }
  }

  /// Trusted at first sight, so that a browser that was here before this folder was is served; whoever
  /// says a known name has to know its secret.
  private mutating func meet(
    _ number: UInt64, _ securityToken: UInt64, at now: Timestamp, _ effects: inout [PushEffect]
  ) -> Bool {
    if let known = devices[number] { return known.device.securityToken == securityToken }
    let device = PushDevice(id: "\(number)", securityToken: securityToken, created: now)
    devices[number] = MCSDevice(device)
    effects.append(.write(.device(device)))
    return true
  }

  /// An unguessable number of 62 bits, none of which is 0.
  private func number() -> UInt64 {
    names().prefix(8).reduce(0) { $0 << 8 | UInt64($1) } >> 2 | 1
  }

  private func live(_ device: UInt64, _ subtype: String, _ sender: String) -> PushSubscription? {
    registrations[device]?.first { $0.value.subtype == subtype && $0.value.sender == sender }
      .flatMap { subscriptions[$0.key] }
  }

  // MARK: Browsers, over their connection

  package mutating func login(_ login: MCSLogin, on connection: ConnectionID, at now: Timestamp)
    -> [PushEffect]
  {
    var effects: [PushEffect] = []
    guard meet(login.device, login.securityToken, at: now, &effects) else {
      let refused = MCSFrame.loginRefused(id: login.id, reason: "The security token is another's.")
      return [.send(connection, [MCSFrame.version] + refused.bytes), .close(connection)]
    }
    connections[connection] = login.device
    return effects
      + devices[login.device]!.login(
        connection, login, registrations: registrations[login.device] ?? [:], at: now)
  }

  package mutating func take(_ frame: MCSFrame, from connection: ConnectionID, at now: Timestamp)
    -> [PushEffect]
  {
    guard let device = connections[connection] else { return [] }
    return devices[device]!.take(frame, from: connection, at: now)
  }

  package mutating func disconnected(_ connection: ConnectionID) {
    firefoxes.disconnected(connection)
    guard let device = connections.removeValue(forKey: connection) else { return }
    devices[device]!.disconnected(connection)
  }

  // MARK: Application servers

  /// RFC 8030, section 5.
  package mutating func post(_ post: PushPost, at now: Timestamp) -> (PushAnswer, [PushEffect]) {
    let id = newID()
    do throws(PushRefusal) {
      let subscription = try subscription(of: post)
      try post.checkSender(against: subscription.applicationServerKey, orFrom: ownKey, at: now)
      let message = try post.message(id: id, at: now)
      return try acceptOrFail(message, for: subscription, at: now)
    } catch {
      // Any page can post to addresses that there are not; it shall not push out what matters.
      if post.header("Origin") != nil, error.status == 404 {
        return (.problem(error.status, error.refusal), [])
      }
      let refused = PushMessage(
        id: id, subscription: String(post.token.prefix(64)), received: now, status: error.status,
        refusal: error.refusal, ttl: 0, headers: post.keptHeaders,
        body: Array(post.body.prefix(PushPost.largestBody)))
      return (.problem(error.status, error.refusal), [.write(.message(refused))])
    }
  }

  private func subscription(of post: PushPost) throws(PushRefusal) -> PushSubscription {
    guard let subscription = subscriptions[post.token] else {
      throw PushRefusal(
        404, "subscription-unknown", "There is no such subscription at this push service.",
        hint: "Its browser may have subscribed at another one, or into another data folder.")
    }
    if let end = subscription.end {
      throw PushRefusal(
        410, "subscription-gone", "This subscription has ended: \(end.reason.words).",
        hint: "RFC 8030, section 7.3: forget it, and don't send to it again.")
    }
    return subscription
  }

  func newID() -> String { Base64URL.encode(names()) }

  mutating func accept(
    _ message: PushMessage, for subscription: PushSubscription, at now: Timestamp
  ) throws(PushRefusal) -> (PushAnswer, [PushEffect]) {
    guard let queue = queue(of: subscription.device) else {
      throw PushRefusal(410, "subscription-gone", "The browser of this subscription is not known.")
    }
    guard queue.hasRoom(for: message) else {
      throw PushRefusal(
        429, "queue-full", "\(MessageQueue.limit) messages wait for this browser already.",
        hint: "RFC 8030, section 8.4: send less often, or with a topic.")
    }
    var effects: [PushEffect] = [.write(.message(message))]
    if let device = UInt64(subscription.device) {
      effects += devices[device]!.add(
        message, registrations: registrations[device] ?? [:], at: now)
    } else {
      effects += firefoxes.add(message, for: subscription.device, at: now)
    }
    return (.taken(message), effects)
  }

  func queue(of device: String) -> MessageQueue? {
    UInt64(device).flatMap { devices[$0]?.queue } ?? firefoxes.devices[device]?.queue
  }

  /// The sender takes a message back, by the address that it was answered.
  package mutating func cancel(_ id: String, at now: Timestamp) -> (PushAnswer, [PushEffect]) {
    for number in devices.keys {
      let effects = devices[number]!.queue.cancel(id, at: now)
      if !effects.isEmpty { return (PushAnswer(204), effects) }
    }
    for agent in firefoxes.devices.keys {
      let effects = firefoxes.devices[agent]!.queue.cancel(id, at: now)
      if !effects.isEmpty { return (PushAnswer(204), effects) }
    }
    return (
      .problem(
        404,
        .init(
          code: "message-unknown", detail: "No message of this address waits.",
          hint: "It has been delivered, or has ended.")), []
    )
  }

  // MARK: Time, and ends

  /// Ends what waits no longer, and sends what was held back until now.
  package mutating func expire(at now: Timestamp) -> [PushEffect] {
    devices.keys.flatMap {
      devices[$0]!.expire(registrations: registrations[$0] ?? [:], at: now)
    } + firefoxes.expire(at: now)
  }

  /// When there is something to end or to send.
  package var nextDeadline: Timestamp? {
    [devices.values.lazy.compactMap(\.nextDeadline).min(), firefoxes.nextDeadline]
      .compactMap { $0 }.min()
  }

  mutating func end(
    _ token: String, _ reason: PushSubscription.EndReason, at now: Timestamp
  ) -> [PushEffect] {
    guard var subscription = subscriptions[token], subscription.end == nil else { return [] }
    let end = PushSubscription.End(at: now, reason: reason)
    subscription.end = end
    subscriptions[token] = subscription
    var effects: [PushEffect] = [.write(.subscriptionEnded(token: token, end))]
    if let device = UInt64(subscription.device) {
      registrations[device]?[token] = nil
      if devices[device] != nil { effects += devices[device]!.queue.unsubscribe(token, at: now) }
    }
    return effects + firefoxes.end(token, of: subscription.device, at: now)
  }

  mutating func keep(_ subscription: PushSubscription) {
    subscriptions[subscription.token] = subscription
    guard subscription.end == nil else { return }
    switch subscription.client {
    case .chromium(let registration):
      guard let device = UInt64(subscription.device) else { return }
      registrations[device, default: [:]][subscription.token] = registration
    case .firefox(let channel):
      firefoxes.channels[subscription.device, default: [:]][subscription.token] = channel
    }
  }
}
