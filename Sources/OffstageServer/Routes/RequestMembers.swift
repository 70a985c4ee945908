internal import JSON
internal import OffstageCore

extension Problem {
  /// Reads the members of a request's JSON object. `take` reads the value of a key that it knows, and
  /// says whether it does; `hint` names those keys.
  static func readingMembers(
    of bytes: [UInt8], hint: String,
    _ take: (JSONKey, inout JSONReader) throws(JSONError) -> Bool
  ) throws(Problem) {
    var unknown: String?
    var reader = JSONReader(bytes)
    do throws(JSONError) {
      try reader.readObject { key, reader throws(JSONError) in
        guard try !take(key, &reader) else { return }
        unknown = key.string
        try reader.skipValue()
      }
      guard reader.isAtEnd() else { throw reader.error(.unexpectedByte) }
    } catch {
      throw Problem(
        400, .badBody, "The body is not what this route takes: \(error).",
        hint: "Send a JSON object. \(hint)")
    }
    if let unknown {
      throw Problem(
        400, .badBody, "There is no member “\(unknown.escapedForTerminal)” here.", hint: hint,
        parameter: unknown)
    }
  }
}
