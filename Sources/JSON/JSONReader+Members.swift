/// Containers step by step, for generated code: no closure and no copy per member.
///
/// ```swift
/// static let names: JSONMemberNames = ["id", "name"]
///
/// var last = -1
/// try reader.enterObject()
/// while try reader.nextMember(of: names, after: &last) {
///   switch last {
///   case 0: id = try reader.readInt()
///   case 1: name = try reader.readString()
///   default: try reader.skipValue()
///   }
/// }
/// ```
extension JSONReader {
  package mutating func enterObject() throws(JSONError) {
    try enter(UInt8(ascii: "{"))
  }

  /// Goes to the next member's value, which must then be consumed; false at the object's end.
  package mutating func nextMember() throws(JSONError) -> Bool {
    guard try advance(until: UInt8(ascii: "}")) else { return false }
    memberName = try readStringSlice()
    try expect(UInt8(ascii: ":"))
    return true
  }

  /// The same, and sets `last` to the member's index in `names`; to their count if it is none of
  /// them (``memberKey`` has it then). Tried first is the one after `last`.
  package mutating func nextMember(
    of names: JSONMemberNames, after last: inout Int
  ) throws(JSONError) -> Bool {
    guard try advance(until: UInt8(ascii: "}")) else { return false }
    let expected = last + 1
    if expected < names.count {
      let length = bytes.withUnsafeBytes { names.match(expected, in: $0, at: index, end: end) }
      if length > 0 {
        index += length
        last = expected
        return true
      }
    }
    memberName = try readStringSlice()
    try expect(UInt8(ascii: ":"))
    last = names.index(of: memberKey) ?? names.count
    return true
  }

  /// The name of the member that ``nextMember()`` went to, until the next one is read.
  package var memberKey: JSONKey { JSONKey(slice: memberName, bytes: bytes) }

  package mutating func enterArray() throws(JSONError) {
    try enter(UInt8(ascii: "["))
  }

  /// Goes to the next element, which must then be consumed; false at the array's end.
  package mutating func nextElement() throws(JSONError) -> Bool {
    try advance(until: UInt8(ascii: "]"))
  }

  @inline(__always)
  private mutating func enter(_ bracket: UInt8) throws(JSONError) {
    try expect(bracket)
    depthLeft -= 1
    guard depthLeft > 0 else { throw error(.tooDeep) }
    isAtStart = true
  }

  @inline(__always)
  private mutating func advance(until close: UInt8) throws(JSONError) -> Bool {
    let byte = try peekByte()
    if byte == close {
      index += 1
      depthLeft += 1
      isAtStart = false
      return false
    }
    if isAtStart {
      isAtStart = false
      return true
    }
    guard byte == UInt8(ascii: ",") else { throw error(.unexpectedByte) }
    index += 1
    return true
  }
}
