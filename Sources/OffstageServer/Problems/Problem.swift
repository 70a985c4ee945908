internal import HTTPTypes
internal import Hummingbird
internal import JSON
internal import OffstageCore

/// An answer that says why not, as `application/problem+json` (RFC 9457).
struct Problem: Error, Sendable {
  static let contentType = "application/problem+json"

  enum Code: String, Sendable, CaseIterable {
    case foreignHost = "foreign-host"
    case foreignOrigin = "foreign-origin"
    case crossSite = "cross-site"
    case noToken = "no-token"
    case wrongToken = "wrong-token"
    case usedDownload = "used-download"
    case badFile = "bad-file"
    case usedCode = "used-code"
    case notFound = "not-found"
    case methodNotAllowed = "method-not-allowed"
    case badParameter = "bad-parameter"
    case badBody = "bad-body"
    case bodyTooLarge = "body-too-large"
    case nothingRecorded = "nothing-recorded"
    case tooMany = "too-many"
    case sourceHeld = "source-held"
    case storeBusy = "store-busy"
    case storeFailed = "store-failed"
    case failed = "failed"

    var type: String { "urn:offstage:problem:\(rawValue)" }

    var title: String {
      switch self {
      case .foreignHost: "Not a host of this server"
      case .foreignOrigin: "Not a page of this server"
      case .crossSite: "Not from this site"
      case .noToken: "A token is needed"
      case .wrongToken: "The token is wrong"
      case .usedDownload: "The download is used up"
      case .badFile: "The file can't be imported"
      case .usedCode: "The link is used up"
      case .notFound: "There is no such thing"
      case .methodNotAllowed: "The method is not for this"
      case .badParameter: "A parameter can't be taken"
      case .badBody: "The body can't be taken"
      case .bodyTooLarge: "The body is too large"
      case .nothingRecorded: "Nothing has been recorded yet"
      case .tooMany: "Too many for that"
      case .sourceHeld: "Another process holds the source"
      case .storeBusy: "The store can't be used for the moment"
      case .storeFailed: "The store can't be used"
      case .failed: "Something went wrong here"
      }
    }
  }

  var status: Int
  var code: Code
  /// One sentence about this occurrence.
  var detail: String
  /// What to do about it.
  var hint: String?
  /// The query parameter or member of the body that is at fault.
  var parameter: String?
  /// Where in a filter the mistake is.
  var mistake: FilterMistake?
  var headers = HTTPFields()

  init(
    _ status: Int, _ code: Code, _ detail: String, hint: String? = nil, parameter: String? = nil
  ) {
    self.status = status
    self.code = code
    self.detail = detail
    self.hint = hint
    self.parameter = parameter
  }

  static func badParameter(_ name: String, _ detail: String, hint: String?) -> Problem {
    Problem(400, .badParameter, detail, hint: hint, parameter: name)
  }

  var response: Response {
    var writer = JSONWriter()
    writer.object { writer in
      writer.member("type", code.type)
      writer.member("title", code.title)
      writer.member("status", status)
      writer.member("detail", detail)
      writer.member(orNull: "hint", hint)
      if let parameter { writer.member("parameter", parameter) }
      mistake?.writePlace(to: &writer)
    }
    var headers = self.headers
    headers[.contentType] = Problem.contentType
    return Response(
      status: .init(code: status), headers: headers,
      body: .init(byteBuffer: ByteBuffer(bytes: writer.bytes)))
  }
}
