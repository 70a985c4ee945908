import Protobuf

/// Unpacks what Snappy has packed.
///
/// Source: snappy, format_description.txt.
enum Snappy {
  /// No more is unpacked than this many times what came: the format can't pack closer (three bytes
  /// for a copy of 64), so that whoever claims more lies.
  private static let densest = 64

  /// Nil if it is not whole, or longer than `limit`.
  static func unpacked(_ packed: ArraySlice<UInt8>, limit: Int = .max) -> [UInt8]? {
    var reader = ByteReader(packed)
    guard let length = reader.varint().flatMap({ Int(exactly: $0) }),
      length / densest <= packed.count, length <= limit
    else { return nil }
    var out: [UInt8] = []
    out.reserveCapacity(length)
    while let tag = reader.byte() {
      guard out.count < length else { return nil }
      let isDone =
        tag & 3 == 0
        ? literal(tag, &reader, &out) : copy(tag, &reader, &out, limit: length)
      guard isDone else { return nil }
    }
    return out.count == length ? out : nil
  }

  private static func literal(
    _ tag: UInt8, _ reader: inout ByteReader, _ out: inout [UInt8]
  ) -> Bool {
    var length = Int(tag >> 2)
    if length >= 60 {
      guard let bytes = reader.bytes(length - 59) else { return false }
      length = bytes.reversed().reduce(0) { $0 << 8 | Int($1) }
    }
    guard let bytes = reader.bytes(length + 1) else { return false }
    out += bytes
    return true
  }

  private static func copy(
    _ tag: UInt8, _ reader: inout ByteReader, _ out: inout [UInt8], limit: Int
  ) -> Bool {
    let length: Int
    let offset: Int?
    switch tag & 3 {
    case 1:
      length = Int(tag >> 2 & 7) + 4
      offset = reader.byte().map { Int(tag >> 5) << 8 | Int($0) }
    case 2:
      length = Int(tag >> 2) + 1
      offset = reader.bytes(2).map { $0.reversed().reduce(0) { $0 << 8 | Int($1) } }
    default:
      length = Int(tag >> 2) + 1
      offset = reader.fixed32().map { Int($0) }
    }
    guard let offset, offset > 0, offset <= out.count, out.count + length <= limit else {
      return false
    }
    // Byte by byte: what is copied may reach into what it makes.
    for _ in 0..<length { out.append(out[out.count - offset]) }
    return true
  }
}
