internal import HTTPTypes
internal import Hummingbird
internal import OffstageCore

extension Problem {
  /// What a person typed, in the parameter `name`.
  init(_ error: UsageError, parameter name: String) {
    self = .badParameter(name, error.message, hint: error.hint)
  }

  init(_ mistake: FilterMistake, parameter name: String) {
    self = .badParameter(name, mistake.message, hint: mistake.advice)
    self.mistake = mistake
  }

  init(_ error: StoreError) {
    switch error.code {
    case .notFound: self.init(404, .notFound, error.message, hint: error.hint)
    case .tooMany: self.init(422, .tooMany, error.message, hint: error.hint)
    case .sourceHeld: self.init(409, .sourceHeld, error.message, hint: error.hint)
    case .full, .busy:
      self.init(503, .storeBusy, error.message, hint: error.hint ?? "Try again in a moment.")
      headers[.retryAfter] = "1"
    case .notAStore, .damaged, .newerFormat, .notWritable, .failed:
      self.init(
        500, .storeFailed, error.message, hint: error.hint ?? "offstage verify looks for the cause."
      )
    }
  }

  /// `methods` are those that the path knows; none means that there is no such path.
  static func unrouted(_ request: Request, methods: [String]) -> Problem {
    guard !methods.isEmpty else {
      return Problem(
        404, .notFound, "There is nothing at \(request.uri.path.escapedForTerminal).",
        hint: "GET \(API.root)/ lists what there is.")
    }
    var problem = Problem(
      405, .methodNotAllowed,
      "\(request.uri.path.escapedForTerminal) does not take \(request.method.rawValue).",
      hint: "It takes \(methods.joined(separator: ", ")).")
    problem.headers[.allow] = methods.joined(separator: ", ")
    return problem
  }

  init(_ error: HTTPError) {
    switch error.status {
    case let status where status.kind == .clientError:
      self.init(status.code, .badBody, error.body ?? status.reasonPhrase)
    default:
      self.init(500, .failed, "The request could not be answered.")
    }
  }
}
