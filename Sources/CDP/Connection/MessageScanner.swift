import JSON

/// What one frame holds.
enum ScannedMessage: Sendable {
  case event(ProtocolEvent, session: SessionID?)
  case reply(ScannedReply, session: SessionID?)
  case malformed(String)
}

/// Reads frames in one pass; members may come in any order.
struct MessageScanner: Sendable {
  /// Nearly all messages are of a few sessions: the last one's id is not made anew.
  private var lastSession = SessionID(rawValue: "")

  private enum Parameters {
    case none
    case decoded(ProtocolEvent)
    case undecodable(JSONError)
    /// Stands where the method had not been read yet.
    case raw(Range<Int>)
  }

  private struct Parts {
    var id: Int?
    var method: JSONKey?
    var session: SessionID?
    var parameters = Parameters.none
    var parametersRange: Range<Int>?
    var result: Range<Int>?
    var error: RemoteError?
  }

  mutating func scan(_ frame: [UInt8]) -> ScannedMessage {
    var parts = Parts()
    var reader = JSONReader(frame)
    do throws(JSONError) {
      try reader.readObject { key, reader throws(JSONError) in
        try member(key, &reader, &parts)
      }
      guard reader.isAtEnd() else { throw reader.error(.unexpectedByte) }
    } catch {
      return .malformed("\(error): \(Self.excerpt(frame))")
    }
    if let method = parts.method, parts.id == nil {
      return .event(Self.event(method, parts, frame), session: parts.session)
    }
    guard let id = parts.id else {
      if let error = parts.error {
        return .malformed("the browser could not read a command: \(error.message) (\(error.code))")
      }
      return .malformed("a message with neither id nor method: \(Self.excerpt(frame))")
    }
    let outcome: ScannedReply.Outcome =
      if let error = parts.error {
        .error(error)
      } else {
        .result(RawJSON(unchecked: parts.result.map { Array(frame[$0]) } ?? Array("{}".utf8)))
      }
    return .reply(ScannedReply(id: id, outcome: outcome), session: parts.session)
  }

  private mutating func member(
    _ key: JSONKey, _ reader: inout JSONReader, _ parts: inout Parts
  ) throws(JSONError) {
    switch key {
    case "method": parts.method = try reader.readKey()
    case "params": try parameters(&reader, &parts)
    case "sessionId":
      let text = try reader.readKey()
      if text != lastSession.rawValue { lastSession = SessionID(rawValue: text.string) }
      parts.session = lastSession
    case "id": parts.id = try reader.readInt()
    case "result": parts.result = try reader.readRange()
    case "error": parts.error = try RemoteError(from: &reader)
    default: try reader.skipValue()
    }
  }

  private func parameters(_ reader: inout JSONReader, _ parts: inout Parts) throws(JSONError) {
    let start = reader
    if let method = parts.method {
      do throws(JSONError) {
        if let event = try ProtocolEvent(method: method, params: &reader) {
          parts.parameters = .decoded(event)
          return
        }
      } catch {
        // The shape may be new; if it is not even JSON, passing over it says so.
        parts.parameters = .undecodable(error)
      }
      reader = start
    }
    let range = try reader.readRange()
    parts.parametersRange = range
    if case .none = parts.parameters { parts.parameters = .raw(range) }
  }

  private static func event(_ method: JSONKey, _ parts: Parts, _ frame: [UInt8]) -> ProtocolEvent {
    let raw = RawJSON(unchecked: parts.parametersRange.map { Array(frame[$0]) } ?? Array("{}".utf8))
    switch parts.parameters {
    case .decoded(let event):
      return event
    case .undecodable(let error):
      return .undecodable(method: method.string, params: raw, error: error)
    case .none, .raw:
      var reader = JSONReader(raw.bytes)
      do throws(JSONError) {
        if let event = try ProtocolEvent(method: method, params: &reader) { return event }
      } catch {
        return .undecodable(method: method.string, params: raw, error: error)
      }
      return .unknown(method: method.string, params: raw)
    }
  }

  private static func excerpt(_ frame: [UInt8]) -> String {
    let text = String(decoding: frame.prefix(120), as: UTF8.self)
    let shown = text.unicodeScalars.map { $0.properties.generalCategory == .control ? "·" : "\($0)" }
    return shown.joined() + (frame.count > 120 ? "…" : "")
  }
}
