internal import HTTPTypes
internal import Hummingbird
internal import NIOCore

/// One method of one path, with all that a client has to know of it: `OpenAPIDocument` is made of it.
struct Route: Sendable {
  let method: HTTPRequest.Method
  /// As OpenAPI writes it: `/api/v1/events/{id}`.
  let path: String
  let summary: String
  let parameters: [QueryParameter]
  /// Those of them that a request can't do without.
  let required: [QueryParameter]
  let headers: [HeaderParameter]
  let body: RouteBody?
  let giving: RouteAnswer
  private let answer: @Sendable (RouteRequest) async throws -> Response

  /// - Parameters:
  ///   - body: what `RouteRequest.body()` is read as, if it is.
  ///   - giving: the shape of the answer, such as `.json(.eventPage)`; shapes that several routes
  ///     give stand in `Schema+Shapes.swift`.
  init(
    _ method: HTTPRequest.Method, _ path: String, _ summary: String,
    _ parameters: [QueryParameter] = [], required: [QueryParameter] = [],
    headers: [HeaderParameter] = [], body: RouteBody? = nil,
    giving: RouteAnswer,
    answer: @escaping @Sendable (RouteRequest) async throws -> Response
  ) {
    self.method = method
    self.path = API.root + path
    self.summary = summary
    self.parameters = parameters
    self.required = required
    self.headers = headers
    self.body = body
    self.giving = giving
    self.answer = answer
  }

  func add(to router: Router<BasicRequestContext>) {
    router.on(RouterPath(path), method: method) { request, context in
      // A mistyped parameter must not widen what a request reads or removes.
      let query = try Query(parsing: request.uri.query ?? "", taking: parameters)
      for parameter in required { try query.expect(parameter) }
      return try await answer(
        RouteRequest(query: query, parameters: context.parameters, request: request))
    }
  }

  func matches(_ path: String) -> Bool {
    let wanted = self.path.split(separator: "/")
    let given = path.split(separator: "/")
    return wanted.count == given.count
      && zip(wanted, given).allSatisfy { $0.hasPrefix("{") || $0 == $1 }
  }
}

/// A request as a route sees it.
struct RouteRequest: Sendable {
  /// In bytes.
  static let bodyLimit = 64 * 1024

  let query: Query
  let parameters: Parameters
  fileprivate let request: Request

  init(query: Query, parameters: Parameters, request: Request) {
    self.query = query
    self.parameters = parameters
    self.request = request
  }

  /// Only what a GET would answer with is asked for.
  var isHead: Bool { request.method == .head }

  /// Nil unless it came once.
  func header(_ header: HeaderParameter) -> String? {
    guard let name = HTTPField.Name(header.rawValue) else { return nil }
    let values = request.headers[values: name]
    return values.count == 1 ? values[0] : nil
  }

  /// A body that is not held, a part at a time.
  func body(upTo limit: Int, _ take: ([UInt8]) throws -> Void) async throws {
    var count = 0
    for try await part in request.body {
      count += part.readableBytes
      guard count <= limit else {
        throw Problem(
          413, .bodyTooLarge, "The body has more than \(limit >> 20) MiB.",
          hint: "`offstage import` takes files of any size.")
      }
      try take(Array(part.readableBytesView))
    }
  }

  func body() async throws -> [UInt8] {
    do {
      let buffer = try await request.body.collect(upTo: RouteRequest.bodyLimit)
      return Array(buffer.readableBytesView)
    } catch is NIOTooManyBytesError {
      throw Problem(
        413, .bodyTooLarge, "The body has more than \(RouteRequest.bodyLimit) bytes.",
        hint: "Send only the members that the route takes.")
    }
  }
}
