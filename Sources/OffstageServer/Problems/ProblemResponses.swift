internal import HTTPTypes
internal import Hummingbird
internal import Logging
internal import OffstageCore

/// Turns every error into a problem.
struct ProblemResponses: RouterMiddleware {
  typealias Context = BasicRequestContext

  let routes: [Route]
  let logger: Logger

  func handle(
    _ request: Request, context: Context,
    next: (Request, Context) async throws -> Response
  ) async throws -> Response {
    do {
      return try await next(request, context)
    } catch let error as CancellationError {
      throw error
    } catch {
      let response = problem(for: error, request).response
      // Nothing else takes a body away from what answers HEAD (RFC 9110 §9.3.2).
      return request.method == .head ? response.createHeadResponse() : response
    }
  }

  private func problem(for error: any Error, _ request: Request) -> Problem {
    switch error {
    case let problem as Problem: return problem
    case let error as StoreError: return Problem(error)
    case let error as HTTPError where error.status == .notFound:
      return .unrouted(request, methods: methods(at: request.uri.path))
    case let error as HTTPError: return Problem(error)
    default:
      logger.error("A request failed.", metadata: ["error": "\(error)"])
      return Problem(
        500, .failed, "The request could not be answered.",
        hint: "The server's output on stderr says why.")
    }
  }

  private func methods(at path: String) -> [String] {
    let methods = routes.filter { $0.matches(path) }.map(\.method.rawValue)
    return methods.contains("GET") ? methods + ["HEAD"] : methods
  }
}
