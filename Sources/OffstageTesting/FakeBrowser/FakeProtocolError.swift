import JSON

/// An error as Chromium 156 words it.
struct FakeProtocolError: Error, Sendable, Hashable {
  var code: Int
  var message: String
  var data: String?

  init(_ code: Int, _ message: String, data: String? = nil) {
    self.code = code
    self.message = message
    self.data = data
  }

  static func notFound(_ method: String) -> Self { .init(-32601, "'\(method)' wasn't found") }

  static let noSession = Self(-32001, "Session with given id not found.")
  static let noTarget = Self(-32602, "No target with given id found")
  static let invalidService = Self(-32602, "Invalid service name")
  static let workersNotEnabled = Self(-32000, "ServiceWorker domain not enabled")

  static func missing(_ name: String) -> Self {
    invalidParameters(name, "mandatory field missing")
  }

  static func invalidParameters(_ name: String, _ problem: String) -> Self {
    // Chromium ends it with "at position n", counted in its own encoding of the request.
    Self(
      -32602, "Invalid parameters",
      data: "Failed to deserialize params.\(name) - BINDINGS: \(problem) at position 8")
  }

  func reply(id: Int?, sessionID: String?) -> [UInt8] {
    var writer = JSONWriter()
    writer.object { writer in
      if let id { writer.member("id", id) }
      writer.memberObject("error") { writer in
        writer.member("code", code)
        writer.member("message", message)
        if let data { writer.member("data", data) }
      }
      if let sessionID { writer.member("sessionId", sessionID) }
    }
    return writer.bytes
  }
}
