import JSON

/// What one frame holds.
package enum ScannedMessage: Sendable {
  case event(ProtocolEvent, session: SessionID?)
  case reply(ScannedReply, session: SessionID?)
  case malformed(String)
}

/// Reads frames in one pass; members may come in any order.
package struct MessageScanner: Sendable {
  /// Nearly all messages are of a few sessions: the last one's id is not made anew.
  private var lastSession = SessionID(rawValue: "")
  private var cache = JSONStringCache()

  private enum Parameters {
    case none
    case decoded(ProtocolEvent)
    case undecodable(JSONError)
    /// Stands in front of the method, or the method is not in use.
    case raw
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

  package init() {}

  package mutating func scan(_ frame: [UInt8]) -> ScannedMessage {
    var parts = Parts()
    var reader = JSONReader(frame)
    swap(&reader.cache, &cache)
    defer { swap(&reader.cache, &cache) }
    do throws(JSONError) {
      try reader.enterObject()
      var last = -1
      while try reader.nextMember(of: Self.names, after: &last) {
        try member(last, &reader, &parts)
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

  private static let names: JSONMemberNames = [
    "method", "params", "sessionId", "id", "result", "error",
  ]

  private mutating func member(
    _ index: Int, _ reader: inout JSONReader, _ parts: inout Parts
  ) throws(JSONError) {
    switch index {
    case 0: parts.method = try reader.readKey()
    case 1: try parameters(&reader, &parts)
    case 2:
      let text = try reader.readKey()
      if text != lastSession.rawValue { lastSession = SessionID(rawValue: text.string) }
      parts.session = lastSession
    case 3: parts.id = try reader.readInt()
    case 4: parts.result = try reader.readRange()
    case 5: parts.error = try RemoteError(from: &reader)
    default: try reader.skipValue()
    }
  }

  private func parameters(_ reader: inout JSONReader, _ parts: inout Parts) throws(JSONError) {
    let start = reader.place
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
      reader.goBack(to: start)
    }
    let range = try reader.readRange()
    parts.parametersRange = range
    if case .none = parts.parameters { parts.parameters = .raw }
  }

  private static func event(_ method: JSONKey, _ parts: Parts, _ frame: [UInt8]) -> ProtocolEvent {
    if case .decoded(let event) = parts.parameters { return event }
    let raw = RawJSON(unchecked: parts.parametersRange.map { Array(frame[$0]) } ?? Array("{}".utf8))
    if case .undecodable(let error) = parts.parameters {
      return .undecodable(method: method.string, params: raw, error: error)
    }
    var reader = JSONReader(raw.bytes)
    do throws(JSONError) {
      if let event = try ProtocolEvent(method: method, params: &reader) { return event }
    } catch {
      return .undecodable(method: method.string, params: raw, error: error)
    }
    return .unknown(method: method.string, params: raw)
  }

  private static func excerpt(_ frame: [UInt8]) -> String {
    let text = String(decoding: frame.prefix(120), as: UTF8.self)
    let shown = text.unicodeScalars.map {
      $0.properties.generalCategory == .control ? "·" : "\($0)"
    }
    return shown.joined() + (frame.count > 120 ? "…" : "")
  }
}
