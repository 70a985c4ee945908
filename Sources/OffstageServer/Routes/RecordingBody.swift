internal import JSON
internal import OffstageCore

/// The body of what changes recording. Members that it does not know are a mistake: one of them
/// may have been meant to narrow the change.
struct RecordingBody: Sendable {
  var recording: Bool?
  var service: Service?
  var source: String?

  static let lacksRecording = Problem(
    400, .badBody, "The body does not say whether to record.",
    hint: "Send {\"recording\":true} or {\"recording\":false}.", parameter: "recording")

  /// `members` are those of the route. An empty body is an empty object.
  init(parsing bytes: [UInt8], taking members: [String]) throws(Problem) {
    guard !bytes.isEmpty else { return }
    let hint = "Members are \(members.joined(separator: ", "))."
    var serviceText: String?
    var unknown: String?
    var reader = JSONReader(bytes)
    do throws(JSONError) {
      try reader.readObject { key, reader throws(JSONError) in
        switch key {
        case _ where !members.contains(key.string):
          unknown = key.string
          try reader.skipValue()
        case "recording": recording = try reader.readBool()
        case "service": serviceText = try reader.readString()
        default: source = try reader.readString()
        }
      }
      guard reader.isAtEnd() else { throw reader.error(.unexpectedByte) }
    } catch {
      throw Problem(
        400, .badBody, "The body is not what this route takes: \(error).",
        hint: "Send a JSON object. \(hint)")
    }
    if let unknown {
      throw Problem(
        400, .badBody, "There is no member “\(unknown.escapedForTerminal)” here.",
        hint: hint, parameter: unknown)
    }
    if let serviceText {
      do throws(UsageError) {
        service = try Service(parsing: serviceText)
      } catch {
        throw Problem(400, .badBody, error.message, hint: error.hint, parameter: "service")
      }
    }
  }
}
