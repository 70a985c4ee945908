import JSON

/// A command as a client sent it.
struct FakeRequest: Sendable {
  var id: Int
  var method: String
  var sessionID: String?
  private var params: [String: RawJSON] = [:]

  /// Why a text is no command, with the id if there was one.
  struct Refusal: Error {
    var id: Int?
    var error: FakeProtocolError
  }

  init(parsing bytes: [UInt8]) throws(Refusal) {
    let members: [String: RawJSON]
    do {
      var reader = JSONReader(bytes)
      guard try reader.peekKind() == .object else {
        throw Refusal(id: nil, error: .init(-32600, "Message must be an object"))
      }
      members = try Self.members(&reader)
      guard reader.isAtEnd() else { throw reader.error(.unexpectedByte) }
    } catch let refusal as Refusal {
      throw refusal
    } catch {
      let offset = (error as? JSONError)?.offset ?? 0
      throw Refusal(
        id: nil, error: .init(-32700, "JSON: string literal expected at position \(offset)"))
    }
    guard let id = members["id"].flatMap(Self.int) else {
      throw Refusal(id: nil, error: .init(-32600, "Message must have integer 'id' property"))
    }
    guard let method = members["method"].flatMap(Self.string) else {
      throw Refusal(id: id, error: .init(-32600, "Message must have string 'method' property"))
    }
    self.id = id
    self.method = method
    sessionID = members["sessionId"].flatMap(Self.string)
    if let raw = members["params"] {
      var reader = JSONReader(raw.bytes)
      // Chromium takes `"params":[]` for none.
      params = (try? Self.members(&reader)) ?? [:]
    }
  }

  func string(_ name: String) throws(FakeProtocolError) -> String {
    guard let value = try optionalString(name) else { throw .missing(name) }
    return value
  }

  func optionalString(_ name: String) throws(FakeProtocolError) -> String? {
    guard let raw = params[name] else { return nil }
    guard let value = Self.string(raw) else {
      throw .invalidParameters(name, "string value expected")
    }
    return value
  }

  func bool(_ name: String) throws(FakeProtocolError) -> Bool {
    guard let value = try optionalBool(name) else { throw .missing(name) }
    return value
  }

  func optionalBool(_ name: String) throws(FakeProtocolError) -> Bool? {
    guard let raw = params[name] else { return nil }
    var reader = JSONReader(raw.bytes)
    guard let value = try? reader.readBool() else {
      throw .invalidParameters(name, "bool value expected")
    }
    return value
  }

  func service() throws(FakeProtocolError) -> FakeService {
    guard let service = FakeService(rawValue: try string("service")) else {
      throw .invalidService
    }
    return service
  }

  func targetFilter() -> FakeTargetFilter {
    guard let raw = params["filter"] else { return .standard }
    var reader = JSONReader(raw.bytes)
    var entries: [FakeTargetFilter.Entry] = []
    try? reader.readArray { reader throws(JSONError) in
      let members = try Self.members(&reader)
      entries.append(
        .init(
          type: members["type"].flatMap(Self.string),
          isExcluded: members["exclude"]?.bytes == Array("true".utf8)))
    }
    return FakeTargetFilter(entries: entries)
  }

  private static func members(_ reader: inout JSONReader) throws(JSONError) -> [String: RawJSON] {
    var members: [String: RawJSON] = [:]
    try reader.readObject { key, reader throws(JSONError) in
      members[key.string] = try reader.readRaw()
    }
    return members
  }

  private static func string(_ raw: RawJSON) -> String? {
    var reader = JSONReader(raw.bytes)
    return try? reader.readString()
  }

  private static func int(_ raw: RawJSON) -> Int? {
    var reader = JSONReader(raw.bytes)
    return try? reader.readInt()
  }
}
