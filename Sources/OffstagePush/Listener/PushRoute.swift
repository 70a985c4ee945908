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
    default: break
    }
    guard let slash = path.lastIndex(of: "/"), path[slash...].count > 1 else { return nil }
    let name = String(path[slash...].dropFirst())
    switch path[...slash] {
    // The paths of the endpoints that Chromium makes, by channel and feature.
    case "/fcm/send/", "/wp/", "/preprod/wp/": return ("POST", .push(token: name))
    case "/m/": return ("DELETE", .message(id: name))
    default: return nil
    }
  }
}
