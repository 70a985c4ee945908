import OffstageCore

/// The Firefoxes that the push service knows.
struct Firefoxes: Sendable {
  var devices: [String: FirefoxDevice] = [:]
  /// Of each, its channels by the token of their subscription.
  var channels: [String: [String: String]] = [:]
  private var connections: [ConnectionID: String] = [:]

  func agent(on connection: ConnectionID) -> String? { connections[connection] }

  /// The name that a Firefox of ours was given.
  func agent(of source: SourceID) -> String? {
    devices.values.map(\.device).filter { $0.source == source }
      .max { ($0.created, $0.id) < ($1.created, $1.id) }?.id
  }

  func isConnected(_ source: SourceID) -> Bool {
    devices.values.contains { $0.device.source == source && $0.connection != nil }
  }

  mutating func hello(
    _ agent: String, on connection: ConnectionID, at now: Timestamp
  ) -> [PushEffect] {
    connections[connection] = agent
    return devices[agent]!.hello(on: connection, channels: channels[agent] ?? [:], at: now)
  }

  mutating func disconnected(_ connection: ConnectionID) {
    guard let agent = connections.removeValue(forKey: connection) else { return }
    devices[agent]!.disconnected(connection)
  }

  mutating func add(_ message: PushMessage, for agent: String, at now: Timestamp) -> [PushEffect] {
    devices[agent]!.add(message, channels: channels[agent] ?? [:], at: now)
  }

  mutating func expire(at now: Timestamp) -> [PushEffect] {
    devices.keys.flatMap { devices[$0]!.expire(channels: channels[$0] ?? [:], at: now) }
  }

  var nextDeadline: Timestamp? { devices.values.lazy.compactMap(\.nextDeadline).min() }

  mutating func end(_ token: String, of agent: String, at now: Timestamp) -> [PushEffect] {
    channels[agent]?[token] = nil
    return devices[agent]?.queue.unsubscribe(token, at: now) ?? []
  }
}
