/// Writes a message in the wire format of protocol buffers, field after field.
///
/// ```swift
/// let bytes = ProtobufWriter.message { message in
///   message.int(1, 5)
///   message.text(2, "hello")
/// }
/// ```
/// Source: protobuf.dev, “Encoding”.
package struct ProtobufWriter: Sendable {
  package private(set) var bytes: [UInt8] = []

  package init() {}

  package static func message(_ body: (inout ProtobufWriter) -> Void) -> [UInt8] {
    var writer = ProtobufWriter()
    body(&writer)
    return writer.bytes
  }

  /// `int32`, `int64` and enumerations; a negative one takes ten bytes, as the format has it.
  package mutating func int(_ number: UInt64, _ value: Int64) {
    varint(number << 3)
    varint(UInt64(bitPattern: value))
  }

  package mutating func bool(_ number: UInt64, _ value: Bool) { int(number, value ? 1 : 0) }

  package mutating func fixed64(_ number: UInt64, _ value: UInt64) {
    varint(number << 3 | 1)
    withUnsafeBytes(of: value.littleEndian) { bytes += $0 }
  }

  package mutating func bytes(_ number: UInt64, _ value: some Collection<UInt8>) {
    varint(number << 3 | 2)
    varint(UInt64(value.count))
    bytes += value
  }

  package mutating func text(_ number: UInt64, _ value: String) { bytes(number, value.utf8) }

  package mutating func message(_ number: UInt64, _ body: (inout ProtobufWriter) -> Void) {
    bytes(number, Self.message(body))
  }

  /// Seven bits a byte, the lowest first.
  package mutating func varint(_ value: UInt64) {
    var value = value
    while value >= 0x80 {
      bytes.append(UInt8(value & 0x7F) | 0x80)
      value >>= 7
    }
    bytes.append(UInt8(value))
  }
}
