import CDP
import Foundation
import JSON
import OffstageCore
@testable import OffstagePush
import OffstageStore
import OffstageTesting

/// The push service of a bench, for a browser that the test starts by itself.
struct CorpusPushService: Sendable {
  let program: RunningProgram
  let bench: Bench
  let origin: String
  /// What the browser is started with.
  let flags: [String]

  init(_ bench: Bench, _ options: [String] = []) async throws {
    self.bench = bench
    program = try bench.start(["push", "serve", "--push-port", "0", "--json"] + options)
    try await program.line("\"origin\"")
    let line = program.output.value.lines.first ?? ""
    let read = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
    guard let origin = read?["origin"] as? String, let flags = read?["arguments"] as? [String]
    else { throw Unexpected(line) }
    self.origin = origin
    self.flags = flags
  }

  func post(
    _ path: String, _ headers: [(name: String, value: String)], _ body: [UInt8]
  ) async throws -> SendAnswer {
    let endpoint = try PushEndpoint(parsing: origin + path)
    return try await PushSender().send(
      PushRequest(endpoint: endpoint, headers: headers, body: body))
  }

  func send(_ request: PushRequest) async throws -> SendAnswer {
    try await PushSender().send(request)
  }

  /// Registers as a browser's push client does, and gives the token. Nobody is ever connected under a
  /// device that is new.
  func register(
    device: UInt64, security: UInt64, subtype: String, sender: String
  ) async throws -> String {
    let name = subtype.replacing("#", with: "%23")
    let form =
      "app=org.chromium.linux&device=\(device)&X-subtype=\(name)&sender=\(sender)&appid=away"
    let answer = try await post(
      "/c2dm/register3",
      [
        ("Authorization", "AidLogin \(device):\(security)"),
        ("Content-Type", "application/x-www-form-urlencoded"),
      ], Array(form.utf8))
    let text = String(decoding: answer.body, as: UTF8.self)
    guard text.hasPrefix("token=") else { throw Unexpected(text) }
    return String(text.dropFirst("token=".count))
  }

  func unregister(device: UInt64, security: UInt64, subtype: String) async throws {
    let name = subtype.replacing("#", with: "%23")
    _ = try await post(
      "/c2dm/register3",
      [
        ("Authorization", "AidLogin \(device):\(security)"),
        ("Content-Type", "application/x-www-form-urlencoded"),
      ], Array("app=a&device=\(device)&X-subtype=\(name)&delete=true&appid=away&sender=*".utf8))
  }
}

/// A subscription, and whoever sends to it.
struct CorpusSubscription: Sendable {
  let service: CorpusPushService
  let json: SubscriptionJSON
  let key: VAPIDKey

  /// An encrypted and signed push, unless something is made wrong with it.
  @discardableResult
  func post(
    _ text: String, ttl: Int = 600, topic: String? = nil,
    signedBy credentials: VAPIDCredentials? = nil,
    _ change: @Sendable (inout PushRequest) -> Void = { _ in }
  ) async throws -> SendAnswer {
    // Without keys there is nobody who could read it.
    var push = OutgoingPush(payload: json.keys == nil ? nil : Array(text.utf8))
    (push.ttl, push.topic) = (ttl, topic)
    var request = try push.request(to: json, by: credentials ?? self.credentials())
    change(&request)
    return try await service.send(request)
  }

  func credentials(
    audience: String? = nil, lasting time: Interval = .hours(12), by other: VAPIDKey? = nil
  ) -> VAPIDCredentials {
    VAPIDToken(
      audience: audience ?? json.endpoint.origin, expires: SystemClock().now() + time,
      subject: "mailto:you@example.org"
    ).signed(by: other ?? key)
  }
}

extension PushRequest {
  mutating func drop(_ name: String) {
    headers.removeAll { $0.name.lowercased() == name.lowercased() }
  }

  mutating func set(_ name: String, _ value: String) {
    drop(name)
    headers.append((name, value))
  }
}

extension CorpusPlay {
  private var service: CorpusPushService {
    get throws {
      guard let service = stage.pushService else { throw Unexpected("no push service") }
      return service
    }
  }

  /// In the page, as every site does.
  func subscribe() async throws -> CorpusSubscription {
    let service = try service
    let key = VAPIDKey()
    let text = try await page(
      """
      return JSON.stringify(await worker.pushManager.subscribe(
        { userVisibleOnly: true, applicationServerKey: '\(key.applicationServerKey)' }));
      """)
    let ours = text.replacing(/https:\/\/[^\/"]+/, with: service.origin, maxReplacements: 1)
    return CorpusSubscription(
      service: service, json: try SubscriptionJSON(parsing: Array(ours.utf8)), key: key)
  }

  /// One of a browser that has registered and is away.
  func subscribeAway() async throws -> (subscription: CorpusSubscription, leave: Leaving) {
    let service = try service
    let leave = Leaving(service: service, subtype: subtype)
    let key = VAPIDKey()
    let token = try await service.register(
      device: leave.device, security: leave.security, subtype: leave.subtype,
      sender: key.applicationServerKey)
    return (try subscription(token, key), leave)
  }

  /// One that the service has of the browser, and that the browser itself does not know.
  func subscribeUnknown() async throws -> CorpusSubscription {
    let service = try service
    let store = try SQLiteEventStore.open(at: stage.bench.storePath)
    let state = try await store.pushState(at: began)
    try await store.close()
    guard
      let own = state.subscriptions.last(where: { $0.origin == site.origin }),
      let device = state.devices.first(where: { $0.id == own.device }),
      let number = UInt64(device.id)
    else { throw Unexpected("no subscription of the site's") }
    let key = VAPIDKey()
    let token = try await service.register(
      device: number, security: device.securityToken, subtype: subtype,
      sender: key.applicationServerKey)
    return try subscription(token, key)
  }

  /// To a token that nobody has got.
  func nobody(_ name: String) throws -> CorpusSubscription {
    try subscription("nobody-of-" + name.prefix(40), VAPIDKey())
  }

  private func subscription(_ token: String, _ key: VAPIDKey) throws -> CorpusSubscription {
    let service = try service
    let json = #"{"endpoint":"\#(service.origin)/wp/\#(token)"}"#
    return CorpusSubscription(
      service: service, json: try SubscriptionJSON(parsing: Array(json.utf8)), key: key)
  }

  private var subtype: String { "wp:\(site.origin)/#\(UUID().uuidString)-V2" }

  struct Leaving: Sendable {
    let service: CorpusPushService
    let subtype: String
    let device = UInt64.random(in: 1...UInt64(Int64.max))
    let security = UInt64.random(in: 1...UInt64(Int64.max))

    func callAsFunction() async throws {
      try await service.unregister(device: device, security: security, subtype: subtype)
    }
  }
}

extension Client {
  /// A page beside the site's.
  func openNothing(_ site: LoopbackSite) async throws -> Worker {
    let target = try await connection.call(Target.CreateTarget(url: "about:blank")).targetId
    return Worker(
      client: self, page: try await attach(target), target: target, origin: site.origin,
      registration: "")
  }
}
