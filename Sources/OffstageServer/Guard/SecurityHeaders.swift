internal import HTTPTypes
internal import Hummingbird

/// Gives every answer the headers that keep other pages from reading, framing or guessing it.
///
/// What a route has set itself stays: pages need a wider policy than data.
struct SecurityHeaders: RouterMiddleware {
  typealias Context = BasicRequestContext

  static let fields: [(name: String, value: String)] = [
    (
      "Content-Security-Policy",
      "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox"
    ),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    ("Cache-Control", "no-store"),
  ]

  private static let headers = HTTPFields(
    fields.compactMap { field in
      HTTPField.Name(field.name).map { HTTPField(name: $0, value: field.value) }
    })

  func handle(
    _ request: Request, context: Context,
    next: (Request, Context) async throws -> Response
  ) async throws -> Response {
    var response = try await next(request, context)
    for field in SecurityHeaders.headers where !response.headers.contains(field.name) {
      response.headers.append(field)
    }
    return response
  }
}
