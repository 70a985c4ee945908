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

  /// What was read of a frame. Its texts are ranges of it, so that nothing is counted or copied.
  private struct Parts {
    var id: Int?
    var method: JSONStringSlice?
    var hasSession = false
    var parameters: Range<Int>?
    var unreadable: JSONError?
    var result: Range<Int>?
  }

  package init() {}

  package mutating func scan(_ frame: [UInt8]) -> ScannedMessage {
    var parts = Parts()
    var event: ProtocolEvent?
    var remote: RemoteError?
    var reader = JSONReader(frame)
    swap(&reader.cache, &cache)
    defer { swap(&reader.cache, &cache) }
    do throws(JSONError) {
      try reader.enterObject()
      var last = -1
      while try reader.nextMember(of: Self.names, after: &last) {
        switch last {
        case 0: parts.method = try reader.readStringSlice()
        case 1: event = try parameters(&reader, &parts)
        case 2:
          try session(&reader)
          parts.hasSession = true
        case 3: parts.id = try reader.readInt()
        case 4: parts.result = try reader.readRange()
        case 5: remote = try RemoteError(from: &reader)
        default: try reader.skipValue()
        }
      }
      guard reader.isAtEnd() else { throw reader.error(.unexpectedByte) }
    } catch {
      return .malformed("\(error): \(Self.excerpt(frame))")
    }
    let session = parts.hasSession ? lastSession : nil
    if let method = parts.method, parts.id == nil {
      return .event(event ?? Self.event(method, parts, frame), session: session)
    }
    guard let id = parts.id else {
      if let remote {
        return .malformed(
          "the browser could not read a command: \(remote.message) (\(remote.code))")
      }
      return .malformed("a message with neither id nor method: \(Self.excerpt(frame))")
    }
    let outcome: ScannedReply.Outcome =
      if let remote {
        .error(remote)
      } else {
        .result(RawJSON(unchecked: parts.result.map { Array(frame[$0]) } ?? Array("{}".utf8)))
      }
    return .reply(ScannedReply(id: id, outcome: outcome), session: session)
  }

  private static let names: JSONMemberNames = [
    "method", "params", "sessionId", "id", "result", "error",
  ]

  private mutating func session(_ reader: inout JSONReader) throws(JSONError) {
    let text = try reader.readKey()
    if text != lastSession.rawValue { lastSession = SessionID(rawValue: text.string) }
  }

  /// The event, if its method stands before its parameters and is in use.
  private func parameters(
    _ reader: inout JSONReader, _ parts: inout Parts
  ) throws(JSONError) -> ProtocolEvent? {
    let start = reader.place
    if let method = parts.method {
      do throws(JSONError) {
        let key = reader.key(method)
        if let event = try ProtocolEvent(method: key, params: &reader) { return event }
      } catch {
        // The shape may be new; if it is not even JSON, passing over it says so.
        parts.unreadable = error
      }
      reader.goBack(to: start)
    }
    parts.parameters = try reader.readRange()
    return nil
  }

  /// An event that was not read on the way: the rare ones.
  private static func event(
    _ method: JSONStringSlice, _ parts: Parts, _ frame: [UInt8]
  ) -> ProtocolEvent {
    let raw = RawJSON(unchecked: parts.parameters.map { Array(frame[$0]) } ?? Array("{}".utf8))
    let method = JSONReader(frame).key(method)
    if let error = parts.unreadable {
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
