/// One JSON value kept as it was written.
package struct RawJSON: Sendable, Hashable, CustomStringConvertible {
  package let bytes: [UInt8]

  /// `bytes` must be one JSON value.
  package init(unchecked bytes: [UInt8]) {
    self.bytes = bytes
  }

  package init(parsing bytes: [UInt8]) throws(JSONError) {
    var reader = JSONReader(bytes)
    try reader.skipValue()
    guard reader.isAtEnd() else { throw reader.error(.unexpectedByte) }
    self.bytes = bytes
  }

  package static let emptyObject = RawJSON(unchecked: Array("{}".utf8))

  package var description: String { String(decoding: bytes, as: UTF8.self) }
}
