internal import HTTPTypes
internal import Hummingbird

/// Stands in front of every answer, those of unknown routes included.
struct GuardMiddleware: RouterMiddleware {
  typealias Context = BasicRequestContext

  let requestGuard: RequestGuard
  let port: BoundPort

  func handle(
    _ request: Request, context: Context,
    next: (Request, Context) async throws -> Response
  ) async throws -> Response {
    let verdict = requestGuard.judge(RequestGuard.Head(request), port: port.value)
    if let problem = Problem(verdict, port: port.value) { throw problem }
    return try await next(request, context)
  }
}

extension RequestGuard.Head {
  /// NIO's codec takes the first Host header out as the authority and leaves further ones.
  init(_ request: Request) {
    self.init(
      path: request.uri.path,
      hosts: [request.head.authority].compactMap { $0 }
        + request.headers[values: .furtherHost],
      origins: request.headers[values: .origin],
      fetchSites: request.headers[values: .secFetchSite],
      authorizations: request.headers[values: .authorization])
  }
}

extension Problem {
  /// Nil when the request passes.
  init?(_ verdict: RequestGuard.Verdict, port: Int) {
    switch verdict {
    case .pass: return nil
    case .foreignHost:
      // RFC 9110 §15.5.20: the request was directed at a server that does not answer for its host.
      self.init(
        421, .foreignHost, "The Host header is not one of this server's.",
        hint: "Use http://127.0.0.1:\(port), http://localhost:\(port) or http://[::1]:\(port).")
    case .foreignOrigin:
      self.init(
        403, .foreignOrigin, "The request comes from a page of another origin.",
        hint: "Only this server's own pages may call it from a browser.")
    case .crossSite:
      self.init(
        403, .crossSite, "The browser says that the request comes from another site.",
        hint: "Only this server's own pages may call it from a browser.")
    case .noToken:
      self.init(
        401, .noToken, "The request bears no token.",
        hint: "Send “Authorization: Bearer TOKEN”; running/*.json in the data folder has it.")
      headers[.wwwAuthenticate] = "Bearer"
    case .wrongToken:
      self.init(
        401, .wrongToken, "The request's token is not this server's.",
        hint: "The data folder's running/*.json has it.")
      headers[.wwwAuthenticate] = "Bearer error=\"invalid_token\""
    }
  }
}

extension HTTPField.Name {
  static let furtherHost = HTTPField.Name("Host")!
  /// Fetch Metadata Request Headers §2.3.
  static let secFetchSite = HTTPField.Name("Sec-Fetch-Site")!
}
