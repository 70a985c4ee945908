import JSON
package import OffstageCore

/// What a push service answered.
package struct SendAnswer: Sendable {
  package var status: Int
  package var reason: String
  package var headers: [(name: String, value: String)] = []
  package var body: [UInt8] = []
  /// The body went on; no more of it was read.
  package var isCut = false
  /// From the start until the connection stood, with TLS if there is any.
  package var connected = Interval(micros: 0)
  /// From the start until all of the answer was there.
  package var answered = Interval(micros: 0)

  /// So much of a body is read.
  package static let limit = 1 << 16

  package var isSuccess: Bool { 200..<300 ~= status }

  /// The message at the push service.
  package var location: String? { headers.header("Location") }

  /// What our push service says is to be done.
  package var hint: String? {
    (try? JSONObject(parsing: body))?.text("hint")
  }

  /// What a problem document says (RFC 9457), else a text body's beginning.
  package var explanation: String? {
    let text = String(decoding: body, as: UTF8.self).trimmed
    if let object = try? JSONObject(parsing: Array(text.utf8)) {
      let parts = [object.text("title"), object.text("detail"), object.text("message")]
        .compactMap(\.self)
      return parts.isEmpty ? nil : parts.joined(separator: ": ")
    }
    return text.isEmpty ? nil : String(text.prefix(500))
  }
}
