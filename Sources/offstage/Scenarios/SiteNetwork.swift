import CDP
import Foundation
import OffstageScenario

/// A network of a browser's own, and how the site is reached from within.
struct SiteNetwork: Sendable {
  enum Way: Sendable {
    /// The site listens on this machine's end of the link, under that origin.
    case hostAddress(origin: String)
    /// It is handed on to the browser's loopback, under its own name.
    case relayed(SiteRelay)
  }

  /// What is there before the site is.
  struct Base: Sendable {
    let namespace: NetworkNamespace
    /// By which the push service is handed on.
    let push: SiteRelay

    init(_ namespace: NetworkNamespace, push: SiteRelay) {
      self.namespace = namespace
      self.push = push
    }
  }

  let base: Base
  let way: Way

  init(_ base: Base, way: Way) {
    self.base = base
    self.way = way
  }

  var namespace: NetworkNamespace { base.namespace }

  private var relays: [SiteRelay] {
    guard case .relayed(let relay) = way else { return [base.push] }
    return [base.push, relay]
  }

  /// Pulls the plug, or puts it in again.
  func set(isUp: Bool) async throws(CDPError) {
    if !isUp { for relay in relays { await relay.unplug() } }
    try await namespace.set(isUp: isUp)
    if isUp { for relay in relays { relay.plug() } }
  }

  /// A name that the browser has to be told is at its own loopback; nil if it takes it for that.
  var mappedHost: String? {
    guard case .relayed(let relay) = way else { return nil }
    let host = relay.host
    return host == "localhost" || host.hasSuffix(".localhost") || host == "127.0.0.1" ? nil : host
  }

  /// Hands the site at an address on into the network while `body` runs.
  static func relaying<Result: Sendable>(
    _ url: String, on base: Base,
    _ body: @escaping @Sendable (SiteNetwork) async throws(StageError) -> Result
  ) async throws(StageError) -> Result {
    let address = SiteAddress(url)
    guard let (host, port) = address.place else {
      throw StageError(.broken, "\(url) is no address that can be reached.")
    }
    return try await handing(on: host, port, into: base.namespace) {
      relay async throws(StageError) in
      try await body(SiteNetwork(base, way: .relayed(relay)))
    }
  }

  /// Hands the push service on into a network while `body` runs.
  static func handing<Result: Sendable>(
    on place: PushPlace, into namespace: NetworkNamespace,
    _ body: @escaping @Sendable (SiteRelay) async throws(StageError) -> Result
  ) async throws(StageError) -> Result {
    try await handing(on: "127.0.0.1", place.port, into: namespace, body)
  }

  private static func handing<Result: Sendable>(
    on host: String, _ port: Int, into namespace: NetworkNamespace,
    _ body: @escaping @Sendable (SiteRelay) async throws(StageError) -> Result
  ) async throws(StageError) -> Result {
    let relay: SiteRelay
    do throws(CDPError) {
      relay = SiteRelay(socket: try namespace.bind(port: port), host: host, port: port)
    } catch {
      throw StageError(endOf: error)
    }
    let outcome = await withTaskGroup(of: Swift.Result<Result, StageError>?.self) { group in
      group.addTask {
        do {
          try await relay.run()
          return nil
        } catch {
          return .failure(StageError(.broken, "\(host):\(port) can't be handed on: \(error)."))
        }
      }
      group.addTask {
        do throws(StageError) {
          return .success(try await body(relay))
        } catch {
          return .failure(error)
        }
      }
      defer { group.cancelAll() }
      for await outcome in group { if let outcome { return outcome } }
      return .failure(StageError(.broken, "\(host):\(port) was not handed on."))
    }
    return try outcome.get()
  }
}
