package import JSON

/// A reply as it stands in a frame, before anyone knows what it answers.
package struct ScannedReply: Hashable, Sendable {
  package enum Outcome: Hashable, Sendable {
    case result(RawJSON)
    case error(RemoteError)
  }

  var id: Int
  var outcome: Outcome
}

/// The `error` member of a reply.
package struct RemoteError: Hashable, Sendable {
  var code = 0
  var message = ""
  var data: String?

  init(code: Int = 0, message: String = "", data: String? = nil) {
    self.code = code
    self.message = message
    self.data = data
  }

  init(from reader: inout JSONReader) throws(JSONError) {
    try reader.readObject { key, reader throws(JSONError) in
      switch key {
      case "code": code = try reader.readInt()
      case "message": message = try reader.readString()
      case "data": data = try Self.readText(&reader)
      default: try reader.skipValue()
      }
    }
  }

  private static func readText(_ reader: inout JSONReader) throws(JSONError) -> String {
    try reader.peekKind() == .string ? reader.readString() : reader.readRaw().description
  }

  func asError(of method: String) -> CDPError {
    CDPError(
      .remote(code: code), "\(method) failed: the browser says: \(message) (\(code))",
      underlying: data)
  }
}
