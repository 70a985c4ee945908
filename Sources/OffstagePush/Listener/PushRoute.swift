import OffstageCore

/// What a request to the push service is for.
enum PushRoute: Sendable, Hashable {
  /// The three of Chromium.
  case checkin
  case register
  case push(token: String)
  /// The address of a message, as its sender was answered it.
  case message(id: String)
  /// The page by which a browser's push client is warmed up, and its worker.
  case warmUpPage
  case warmUpWorker
  /// Where a Firefox connects, with the source that it is recorded as.
  case firefox(SourceID?)
  /// The page that a Firefox of ours begins with, and what it asks.
  case firefoxStart(SourceID)
  case firefoxReady(SourceID)
  /// A page asks whether it may post.
  case preflight
  case wrongMethod(allowed: String)
  case unknown

  init(method: String, path: String) {
    let path = path.prefix { $0 != "?" }
    guard method != "OPTIONS" else {
      self = .preflight
      return
    }
    guard let (allowed, route) = Self.route(of: path) else {
      self = .unknown
      return
    }
    self = method == allowed ? route : .wrongMethod(allowed: allowed)
  }

  /// With the method that it takes.
  private static func route(of path: Substring) -> (method: String, PushRoute)? {
    switch path {
    case "/checkin": return ("POST", .checkin)
    case "/c2dm/register3": return ("POST", .register)
    case "/warm-up": return ("GET", .warmUpPage)
    case "/warm-up.js": return ("GET", .warmUpWorker)
    case "/firefox": return ("GET", .firefox(nil))
    default: break
    }
    if path.hasPrefix("/firefox/") { return firefox(path.dropFirst("/firefox/".count)) }
    guard let slash = path.lastIndex(of: "/"), path[slash...].count > 1 else { return nil }
    let name = String(path[slash...].dropFirst())
    switch path[...slash] {
    // The paths of the endpoints that Chromium makes, by channel and feature.
    case "/fcm/send/", "/wp/", "/preprod/wp/": return ("POST", .push(token: name))
    case "/m/": return ("DELETE", .message(id: name))
    default: return nil
    }
  }

  private static func firefox(_ path: Substring) -> (method: String, PushRoute)? {
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    guard let source = SourceID(String(parts[0])) else { return nil }
    switch parts.dropFirst().first {
    case nil: return ("GET", .firefox(source))
    case "start" where parts.count == 2: return ("GET", .firefoxStart(source))
    case "ready" where parts.count == 2: return ("GET", .firefoxReady(source))
    default: return nil
    }
  }
}
