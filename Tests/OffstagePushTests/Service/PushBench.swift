import OffstageCore
import Protobuf

@testable import OffstagePush

/// A push service without sockets, clock or store.
struct PushBench {
  var machine: PushStateMachine
  private(set) var ledger = ModelLedger()
  private(set) var sent: [ConnectionID: [UInt8]] = [:]
  private(set) var closed: Set<ConnectionID> = []
  var now = Timestamp(micros: 1_795_000_000_000_000)

  static let app = MCSRegistration(
    app: "org.chromium.linux", subtype: "wp:http://localhost:8000/#A-V2",
    sender: "745476177629", appID: "app")

  init(ownKey: [UInt8]? = nil) {
    machine = PushStateMachine(ownKey: ownKey, names: Self.names)
  }

  /// Like those of the service, and never twice.
  private static let names: PushStateMachine.Names = { randomBytes(16) }

  /// As after a kill: what the ledger has is all that there is.
  mutating func restart() {
    machine = PushStateMachine(ledger.state, names: Self.names)
    sent = [:]
    closed = []
  }

  // MARK: In

  mutating func register(
    device: UInt64 = 1, token: UInt64 = 2, _ registration: MCSRegistration = Self.app
  ) -> String {
    let (answer, effects) = machine.register(
      .register(device: device, securityToken: token, registration), at: now)
    perform(effects)
    return String(decoding: answer.body.dropFirst("token=".utf8.count), as: UTF8.self)
  }

  @discardableResult
  mutating func unregister() -> PushAnswer {
    let (answer, effects) = machine.register(
      .unregister(device: 1, securityToken: 2, subtype: Self.app.subtype), at: now)
    perform(effects)
    return answer
  }

  @discardableResult
  mutating func post(
    _ token: String, ttl: Int = 60, topic: String? = nil, body: String = ""
  ) -> PushAnswer {
    var headers = [PushMessage.Header("TTL", "\(ttl)")]
    if let topic { headers.append(PushMessage.Header("Topic", topic)) }
    if !body.isEmpty { headers.append(PushMessage.Header("Content-Encoding", "aes128gcm")) }
    return post(
      PushPost(
        token: token, authority: "127.0.0.1:7789", headers: headers, body: Array(body.utf8)))
  }

  mutating func post(_ post: PushPost) -> PushAnswer {
    let (answer, effects) = machine.post(post, at: now)
    perform(effects)
    return answer
  }

  mutating func login(
    _ connection: ConnectionID, device: UInt64 = 1, token: UInt64 = 2, received: [String] = []
  ) {
    perform(
      machine.login(
        MCSLogin(id: "chrome", device: device, securityToken: token, receivedMessages: received),
        on: connection, at: now))
  }

  mutating func take(_ frame: MCSFrame, from connection: ConnectionID) {
    perform(machine.take(frame, from: connection, at: now))
  }

  mutating func acknowledge(_ frame: Int, on connection: ConnectionID) {
    take(
      MCSFrame(.iqStanza) { message in
        message.int(2, 1)
        message.int(10, Int64(frame))
      }, from: connection)
  }

  mutating func wait(seconds: Int64) {
    now = now + .seconds(seconds)
    perform(machine.expire(at: now))
  }

  mutating func perform(_ effects: [PushEffect]) {
    // All writes of a batch are durable before anything is sent.
    for case .write(let write) in effects { ledger.apply(write) }
    for effect in effects {
      switch effect {
      case .write: break
      case .send(let connection, let bytes): sent[connection, default: []] += bytes
      case .close(let connection): closed.insert(connection)
      }
    }
  }

  // MARK: Out

  /// The frames that a connection has got so far.
  func frames(of connection: ConnectionID) -> [MCSFrame] {
    var reader = MCSFrameReader()
    reader.append(sent[connection] ?? [])
    var frames: [MCSFrame] = []
    while let frame = try? reader.next() { frames.append(frame) }
    return frames
  }

  /// The ids of the messages that a connection has got so far.
  func messages(of connection: ConnectionID) -> [String] {
    frames(of: connection).compactMap { $0.tag == .dataMessageStanza ? $0.text(9) : nil }
  }

  /// What became of each message, in the order of the posts.
  var ends: [PushMessage.End?] { ledger.messages.map(\.delivery.end) }
}

extension MCSFrame {
  func text(_ field: UInt64) -> String? { ProtobufReader.fields(body[...])?.text(field) }

  func int(_ field: UInt64) -> Int64? { ProtobufReader.fields(body[...])?.int(field) }

  /// The pairs of a push.
  var appData: [String: String] {
    let pairs = ProtobufReader.fields(body[...])?.messages(7) ?? []
    return Dictionary(
      pairs.compactMap { $0 }.map { ($0.text(1) ?? "", $0.text(2) ?? "") },
      uniquingKeysWith: { first, _ in first })
  }
}

/// What a store would hold.
struct ModelLedger {
  private(set) var devices: [PushDevice] = []
  private(set) var subscriptions: [PushSubscription] = []
  private(set) var messages: [PushMessage] = []
  private(set) var reports: [PushReport] = []
  private(set) var orders: [PushWrite] = []

  var state: PushState {
    PushState(
      devices: devices, subscriptions: subscriptions,
      waiting: messages.filter { $0.status == 201 && $0.delivery.end == nil })
  }

  mutating func apply(_ write: PushWrite) {
    switch write {
    case .device(let device):
      devices.removeAll { $0.id == device.id }
      devices.append(device)
    case .subscription(let subscription): subscriptions.append(subscription)
    case .subscriptionEnded(let token, let end):
      for index in subscriptions.indices where subscriptions[index].token == token {
        subscriptions[index].end = end
      }
    case .message(let message): messages.append(message)
    case .sent(let id, let at):
      change(id) { delivery in
        delivery.sends += 1
        delivery.firstSent = delivery.firstSent ?? at
      }
    case .ended(let id, let end, let at):
      change(id) { delivery in
        delivery.end = delivery.end ?? end
        delivery.ended = delivery.ended ?? at
      }
    case .reported(let report): reports.append(report)
    case .origin(let token, let origin):
      for index in subscriptions.indices where subscriptions[index].token == token {
        subscriptions[index].origin = subscriptions[index].origin ?? origin
      }
    case .orderTaken, .orderMet, .orderDone: orders.append(write)
    }
  }

  private mutating func change(_ id: String, _ body: (inout PushMessage.Delivery) -> Void) {
    guard let index = messages.firstIndex(where: { $0.id == id }) else { return }
    body(&messages[index].delivery)
  }
}
