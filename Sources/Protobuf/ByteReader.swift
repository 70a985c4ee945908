/// A walk over bytes that anybody may have written: it gives nil at whatever is not there, and never
/// reads past the end.
package struct ByteReader: Sendable {
  package private(set) var rest: ArraySlice<UInt8>

  package init(_ bytes: ArraySlice<UInt8>) {
    rest = bytes
  }

  package init(_ bytes: [UInt8]) {
    rest = bytes[...]
  }

  package var isAtEnd: Bool { rest.isEmpty }

  package mutating func byte() -> UInt8? { rest.popFirst() }

  package mutating func bytes(_ count: Int) -> ArraySlice<UInt8>? {
    guard count >= 0, count <= rest.count else { return nil }
    defer { rest = rest.dropFirst(count) }
    return rest.prefix(count)
  }

  package mutating func bytes(_ count: UInt64) -> ArraySlice<UInt8>? {
    Int(exactly: count).flatMap { bytes($0) }
  }

  /// Seven bits a byte, the lowest first; nil if it has no end or more than 64 bits.
  package mutating func varint() -> UInt64? {
    var value: UInt64 = 0
    var shift: UInt64 = 0
    while let byte = rest.popFirst() {
      guard shift < 63 || byte <= 1 else { return nil }
      value |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 { return value }
      shift += 7
    }
    return nil
  }

  package mutating func fixed32() -> UInt32? {
    bytes(4).map { $0.reversed().reduce(0) { $0 << 8 | UInt32($1) } }
  }

  package mutating func fixed64() -> UInt64? {
    bytes(8).map { $0.reversed().reduce(0) { $0 << 8 | UInt64($1) } }
  }

  /// Bytes with their count before them.
  package mutating func counted() -> ArraySlice<UInt8>? {
    varint().flatMap { bytes($0) }
  }
}
