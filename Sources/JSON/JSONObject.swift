/// The members of one object, in their order, each value as it was written.
///
/// For changing a part of a file that belongs to somebody else: what is not touched is written back
/// byte for byte.
package struct JSONObject: Sendable, Hashable {
  private struct Member: Hashable {
    /// With its quotes, as it was written.
    var writtenKey: RawJSON
    var key: String
    var value: RawJSON
  }

  private var members: [Member] = []

  package init() {}

  package init(parsing raw: RawJSON) throws(JSONError) {
    try self.init(parsing: raw.bytes)
  }

  package init(parsing bytes: [UInt8]) throws(JSONError) {
    var reader = JSONReader(bytes)
    try reader.readObject { key, reader throws(JSONError) in
      members.append(
        Member(
          writtenKey: RawJSON(unchecked: Array(key.writtenBytes)), key: key.string,
          value: try reader.readRaw()))
    }
    guard reader.isAtEnd() else { throw reader.error(.unexpectedByte) }
  }

  package var keys: [String] { members.map(\.key) }

  /// The value of a member; of two with the same name the last counts, as in every browser.
  package subscript(key: String) -> RawJSON? {
    get { members.last { $0.key == key }?.value }
    set {
      guard let newValue else {
        members.removeAll { $0.key == key }
        return
      }
      if let index = members.lastIndex(where: { $0.key == key }) {
        members[index].value = newValue
      } else {
        var writer = JSONWriter()
        writer.value(key)
        members.append(
          Member(writtenKey: RawJSON(unchecked: writer.bytes), key: key, value: newValue))
      }
    }
  }

  package func object(_ key: String) throws(JSONError) -> JSONObject? {
    guard let raw = self[key] else { return nil }
    return try JSONObject(parsing: raw)
  }

  /// Changes the object at `path`, making what is missing on the way.
  package mutating func update(
    _ path: some Collection<String>, _ change: (inout JSONObject) throws(JSONError) -> Void
  ) throws(JSONError) {
    guard let first = path.first else { return try change(&self) }
    var inner = try object(first) ?? JSONObject()
    try inner.update(Array(path.dropFirst()), change)
    self[first] = inner.raw
  }

  package var raw: RawJSON {
    var bytes: [UInt8] = [UInt8(ascii: "{")]
    for member in members {
      if bytes.count > 1 { bytes.append(UInt8(ascii: ",")) }
      bytes.append(contentsOf: member.writtenKey.bytes)
      bytes.append(UInt8(ascii: ":"))
      bytes.append(contentsOf: member.value.bytes)
    }
    bytes.append(UInt8(ascii: "}"))
    return RawJSON(unchecked: bytes)
  }
}
