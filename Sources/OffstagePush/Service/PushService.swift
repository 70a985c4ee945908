package import OffstageCore

/// Runs the push service's state machine: keeps what it says in the ledger, and only then lets the
/// world see it.
///
/// Whatever comes in is decided at once; what follows from it is done by a single loop, which writes
/// all that has gathered in one transaction. So a burst of posts costs one commit, and the order of
/// what is sent is that of the decisions.
package actor PushService {
  private struct Batch {
    var effects: [PushEffect] = []
    var waiters: [CheckedContinuation<Void, any Error>] = []
  }

  /// So much may wait to be written before those who bring more have to wait.
  private static let gatheredLimit = 1000

  private let ledger: any PushLedger
  private let clock: any WallClock
  private let beforeSubscribing: @Sendable () async -> Void
  private var machine: PushStateMachine
  private var outbound: [ConnectionID: any PushOutbound] = [:]
  private var gathered = Batch()
  private let (signals, signal) = AsyncStream.makeStream(
    of: Void.self, bufferingPolicy: .bufferingNewest(1))
  private var nextConnection: UInt64 = 0
  private var failure: (any Error)?

  /// - Parameters:
  ///   - ownKey: of our own sender, which may send to any subscription; 65 bytes.
  ///   - beforeSubscribing: a browser that asks for a subscription has to wait for it.
  package init(
    ledger: any PushLedger, clock: any WallClock, ownKey: [UInt8]? = nil,
    beforeSubscribing: @escaping @Sendable () async -> Void = {},
    names: @escaping PushStateMachine.Names = { randomBytes(16) }
  ) async throws {
    self.ledger = ledger
    self.clock = clock
    self.beforeSubscribing = beforeSubscribing
    machine = PushStateMachine(
      try await ledger.pushState(at: clock.now()), ownKey: ownKey, names: names)
  }

  /// Does what is to be done until it is cancelled, or the ledger can't be written.
  package func run() async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await self.perform() }
      group.addTask { try await self.watchTime() }
      group.addTask { try await self.takeOrders() }
      defer { group.cancelAll() }
      try await group.next()
    }
  }

  // MARK: HTTP

  package func checkin(_ checkin: Checkin) -> PushAnswer {
    machine.checkin(checkin)
  }

  package func register(_ registration: Registration) async throws -> PushAnswer {
    if case .register = registration { await beforeSubscribing() }
    return try await answer { $0.register(registration, at: $1) }
  }

  package func post(_ post: PushPost) async throws -> PushAnswer {
    try await answer { $0.post(post, at: $1) }
  }

  package func cancel(_ id: String) async throws -> PushAnswer {
    try await answer { $0.cancel(id, at: $1) }
  }

  // MARK: Connections

  package func connected(_ outbound: any PushOutbound) -> ConnectionID {
    nextConnection += 1
    let connection = ConnectionID(nextConnection)
    self.outbound[connection] = outbound
    return connection
  }

  package func login(_ login: MCSLogin, on connection: ConnectionID) async throws {
    try await durable(machine.login(login, on: connection, at: clock.now()))
  }

  /// Returns once there is room for what may follow.
  package func take(_ frame: MCSFrame, from connection: ConnectionID) async {
    gather(machine.take(frame, from: connection, at: clock.now()))
    await room()
  }

  /// False if the connection is to end.
  package func take(
    _ message: FirefoxMessage, from peer: FirefoxPeer, on connection: ConnectionID
  ) async -> Bool {
    guard let effects = machine.take(message, from: peer, on: connection, at: clock.now()) else {
      return false
    }
    gather(effects)
    await room()
    return true
  }

  /// Whether the Firefox of this source has its connection.
  package func isConnected(_ source: SourceID) -> Bool { machine.isConnected(source) }

  package func disconnected(_ connection: ConnectionID) {
    outbound[connection] = nil
    machine.disconnected(connection)
  }

  // MARK: How

  private func answer(
    _ decide: (inout PushStateMachine, Timestamp) -> (PushAnswer, [PushEffect])
  ) async throws -> PushAnswer {
    let (answer, effects) = decide(&machine, clock.now())
    try await durable(effects)
    return answer
  }

  private func durable(_ effects: [PushEffect]) async throws {
    if let failure { throw failure }
    guard !effects.isEmpty else { return }
    try await withCheckedThrowingContinuation { continuation in
      gathered.waiters.append(continuation)
      gather(effects)
    }
  }

  private func gather(_ effects: [PushEffect]) {
    guard !effects.isEmpty else { return }
    gathered.effects += effects
    signal.yield()
  }

  /// A store that is slow makes browsers wait.
  private func room() async {
    guard gathered.effects.count > Self.gatheredLimit, failure == nil else { return }
    try? await withCheckedThrowingContinuation { gathered.waiters.append($0) }
  }

  private func perform() async throws {
    for await _ in signals {
      while !gathered.effects.isEmpty {
        let batch = gathered
        gathered = Batch()
        do {
          let writes = batch.effects.compactMap(\.write)
          try await patiently { [ledger] in try await ledger.record(writes) }
        } catch {
          fail(error, batch.waiters)
          throw error
        }
        // Answered before it is sent on: its sender hears first.
        for waiter in batch.waiters { waiter.resume() }
        for effect in batch.effects { send(effect) }
      }
    }
    fail(CancellationError(), [])
    throw CancellationError()
  }

  private func fail(_ error: any Error, _ waiters: [CheckedContinuation<Void, any Error>]) {
    failure = error
    for waiter in waiters + gathered.waiters { waiter.resume(throwing: error) }
    gathered = Batch()
  }

  private func send(_ effect: PushEffect) {
    switch effect {
    case .write: break
    case .send(let connection, let bytes): outbound[connection]?.send(bytes)
    case .close(let connection): outbound.removeValue(forKey: connection)?.close()
    }
  }

  /// What others ask for comes by the ledger.
  private func takeOrders() async throws {
    for await _ in ledger.changes() {
      let orders = try await patiently { [ledger] in try await ledger.pushOrders() }
      gather(machine.take(orders, at: clock.now()))
    }
    while true { try await clock.sleep(for: .hours(1)) }
  }

  /// Once a second: no TTL is finer.
  private func watchTime() async throws {
    while true {
      try await clock.sleep(for: .seconds(1))
      if let next = machine.nextDeadline, next <= clock.now() {
        gather(machine.expire(at: clock.now()))
      }
    }
  }
}

/// The way out of a connection.
package protocol PushOutbound: Sendable {
  /// Never waits. A peer that takes nothing in is closed.
  func send(_ bytes: [UInt8])
  func close()
}

extension PushEffect {
  fileprivate var write: PushWrite? {
    guard case .write(let write) = self else { return nil }
    return write
  }
}

package func randomBytes(_ count: Int) -> [UInt8] {
  var random = SystemRandomNumberGenerator()
  return (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &random) }
}
