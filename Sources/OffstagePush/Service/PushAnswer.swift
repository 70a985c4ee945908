import JSON
package import OffstageCore

/// What the push service answers over HTTP.
package struct PushAnswer: Sendable, Hashable {
  package var status: Int
  package var headers: [PushMessage.Header]
  package var body: [UInt8]

  package init(_ status: Int, headers: [PushMessage.Header] = [], body: [UInt8] = []) {
    self.status = status
    self.headers = headers
    self.body = body
  }

  static func text(_ text: String, status: Int = 200) -> PushAnswer {
    PushAnswer(
      status, headers: [.init("Content-Type", "text/plain")], body: Array(text.utf8))
  }

  /// RFC 8030, section 5.
  static func taken(_ message: PushMessage) -> PushAnswer {
    PushAnswer(
      201, headers: [.init("Location", "/m/\(message.id)"), .init("TTL", "\(message.ttl)")])
  }

  /// RFC 9457. `code` is for programs, `detail` and `hint` are for persons.
  static func problem(
    _ status: Int, _ refusal: PushMessage.Refusal, headers: [PushMessage.Header] = []
  ) -> PushAnswer {
    var writer = JSONWriter()
    writer.object { writer in
      writer.member("type", "about:blank")
      writer.member("status", status)
      writer.member("title", title(of: status))
      writer.member("code", refusal.code)
      writer.member("detail", refusal.detail)
      if let hint = refusal.hint { writer.member("hint", hint) }
    }
    return PushAnswer(
      status, headers: [.init("Content-Type", "application/problem+json")] + headers,
      body: writer.bytes)
  }

  private static func title(of status: Int) -> String {
    switch status {
    case 400: "Bad Request"
    case 401: "Unauthorized"
    case 403: "Forbidden"
    case 404: "Not Found"
    case 405: "Method Not Allowed"
    case 408: "Request Timeout"
    case 410: "Gone"
    case 413: "Content Too Large"
    case 415: "Unsupported Media Type"
    case 426: "Upgrade Required"
    case 429: "Too Many Requests"
    case 500: "Internal Server Error"
    case 502: "Bad Gateway"
    case 503: "Service Unavailable"
    case 504: "Gateway Timeout"
    default: "Error"
    }
  }
}
