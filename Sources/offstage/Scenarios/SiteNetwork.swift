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

  let namespace: NetworkNamespace
  let way: Way

  /// Pulls the plug, or puts it in again.
  func set(isUp: Bool) async throws(CDPError) {
    guard case .relayed(let relay) = way else { return try await namespace.set(isUp: isUp) }
    if !isUp { await relay.unplug() }
    try await namespace.set(isUp: isUp)
    if isUp { relay.plug() }
  }

  /// A name that the browser has to be told is at its own loopback; nil if it takes it for that.
  var mappedHost: String? {
    guard case .relayed(let relay) = way else { return nil }
    let host = relay.host
    return host == "localhost" || host.hasSuffix(".localhost") || host == "127.0.0.1" ? nil : host
  }

  /// Hands the site at an address on into the network while `body` runs.
  static func relaying<Result: Sendable>(
    _ url: String, into namespace: NetworkNamespace,
    _ body: @escaping @Sendable (SiteNetwork) async throws(StageError) -> Result
  ) async throws(StageError) -> Result {
    let address = SiteAddress(url)
    guard let (host, port) = address.place else {
      throw StageError(.broken, "\(url) is no address that can be reached.")
    }
    let relay: SiteRelay
    do throws(CDPError) {
      relay = SiteRelay(socket: try namespace.bind(port: port), host: host, port: port)
    } catch {
      throw StageError(endOf: error)
    }
    let network = SiteNetwork(namespace: namespace, way: .relayed(relay))
    let outcome = await withTaskGroup(of: Swift.Result<Result, StageError>?.self) { group in
      group.addTask {
        do {
          try await relay.run()
          return nil
        } catch {
          return .failure(StageError(.broken, "The site can't be handed on: \(error)."))
        }
      }
      group.addTask {
        do throws(StageError) {
          return .success(try await body(network))
        } catch {
          return .failure(error)
        }
      }
      defer { group.cancelAll() }
      for await outcome in group { if let outcome { return outcome } }
      return .failure(StageError(.broken, "The site was not handed on."))
    }
    return try outcome.get()
  }
}
