package import OffstageCore

/// A Firefox that connects, by the address that it was given.
package struct FirefoxPeer: Sendable, Hashable {
  /// What it is recorded as, if it is one that we launched.
  package var source: SourceID?
  /// Host and port as it wrote them: its endpoints are there.
  package var authority: String

  package init(source: SourceID? = nil, authority: String) {
    self.source = source
    self.authority = authority
  }
}

extension PushStateMachine {
  /// What follows from a message; nil if the peer is not worth being listened to any longer.
  package mutating func take(
    _ message: FirefoxMessage, from peer: FirefoxPeer, on connection: ConnectionID,
    at now: Timestamp
  ) -> [PushEffect]? {
    guard let agent = firefoxes.agent(on: connection) else {
      guard case .hello(let agent) = message else { return nil }
      return hello(agent, peer, on: connection, at: now)
    }
    guard firefoxes.devices[agent]!.connection == connection else { return [] }
    switch message {
    case .hello: return nil
    case .register(let channel, let key):
      return register(channel, key, agent, peer, on: connection, at: now)
    case .unregister(let channel, let reason):
      let tokens = firefoxes.channels[agent]?.filter { $0.value == channel }.map(\.key) ?? []
      return tokens.flatMap { end($0, reason, at: now) } + [
        .send(connection, FirefoxAnswer.unregistered(channel: channel).bytes)
      ]
    case .acknowledgements(let all):
      return all.flatMap { firefoxes.devices[agent]!.acknowledge($0.id, $0.code, at: now) }
    case .failure(let failure):
      guard let code = failure.code else { return [] }
      // It comes after the acknowledgement, when the message has left the queue.
      return [
        .write(
          .reported(
            PushReport(
              message: failure.id, kind: .failed(code, device: agent), at: now)))
      ]
    case .ping: return [.send(connection, FirefoxAnswer.pong.bytes)]
    case .other: return []
    }
  }

  package func isConnected(_ source: SourceID) -> Bool { firefoxes.isConnected(source) }

  /// One that says a name that we don't know has subscriptions that we don't know: it is given another
  /// one, at which it drops them and tells its workers. One that says none has no subscriptions; of ours
  /// it gets the name that it had.
  private mutating func hello(
    _ name: String?, _ peer: FirefoxPeer, on connection: ConnectionID, at now: Timestamp
  ) -> [PushEffect] {
    var effects: [PushEffect] = []
    let agent: String
    if let known = name ?? peer.source.flatMap(firefoxes.agent),
      let device = firefoxes.devices[known]?.device
    {
      agent = known
      if device.source != peer.source {
        firefoxes.devices[known]!.device.source = peer.source
        effects.append(.write(.device(firefoxes.devices[known]!.device)))
      }
    } else {
      // Never a number: that is what Chromium's are.
      agent =
        "f"
        + names().map { byte in
          let text = String(byte, radix: 16)
          return byte < 16 ? "0" + text : text
        }.joined()
      let device = PushDevice(id: agent, created: now, source: peer.source)
      firefoxes.devices[agent] = FirefoxDevice(device)
      effects.append(.write(.device(device)))
    }
    return effects + firefoxes.hello(agent, on: connection, at: now)
  }

  private mutating func register(
    _ channel: String, _ key: String?, _ agent: String, _ peer: FirefoxPeer,
    on connection: ConnectionID, at now: Timestamp
  ) -> [PushEffect] {
    func answer(_ token: String) -> PushEffect {
      let endpoint = "http://\(peer.authority)/wp/\(token)"
      return .send(
        connection, FirefoxAnswer.registered(channel: channel, endpoint: endpoint).bytes)
    }
    let channels = firefoxes.channels[agent] ?? [:]
    if let known = channels.first(where: { $0.value == channel })?.key,
      subscriptions[known]?.applicationServerKey == key
    {
      return [answer(known)]
    }
    guard channels.count < Self.registrationLimit, !channels.values.contains(channel) else {
      return [
        .send(connection, FirefoxAnswer.notRegistered(channel: channel, status: 409).bytes)
      ]
    }
    let subscription = PushSubscription(
      token: Base64URL.encode(names()), device: agent, client: .firefox(channel: channel),
      applicationServerKey: key, origin: nil, created: now)
    keep(subscription)
    return [.write(.subscription(subscription)), answer(subscription.token)]
  }
}
