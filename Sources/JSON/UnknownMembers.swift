/// Collects the members of an object that a generated type does not name.
package struct UnknownMembers {
  private var writer: JSONWriter?

  package init() {}

  package mutating func keep(_ reader: inout JSONReader) throws(JSONError) {
    let key = reader.memberKey
    let value = try reader.readRaw()
    var writer = self.writer ?? JSONWriter()
    // Line ends can only be white space here, and JSON lines and event streams end at them.
    let line = value.bytes.filter { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") }
    writer.member(key.string, raw: RawJSON(unchecked: line))
    self.writer = writer
  }

  /// What was kept, as one object; nil if there was nothing.
  package var object: RawJSON? {
    guard let writer else { return nil }
    return RawJSON(unchecked: [UInt8(ascii: "{")] + writer.bytes + [UInt8(ascii: "}")])
  }
}
