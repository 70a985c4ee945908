/// Writes values; places are counted from the start of the message.
struct WireWriter {
  private(set) var bytes: [UInt8] = []
  private let isLittleEndian: Bool

  init(isLittleEndian: Bool) {
    self.isLittleEndian = isLittleEndian
  }

  mutating func write(_ values: [WireValue]) {
    for value in values { write(value) }
  }

  mutating func write(_ value: WireValue) {
    switch value {
    case .byte(let value): write(value)
    case .boolean(let value): write(UInt32(value ? 1 : 0))
    case .int16(let value): write(value)
    case .uint16(let value): write(value)
    case .int32(let value): write(value)
    case .uint32(let value), .descriptor(let value): write(value)
    case .int64(let value): write(value)
    case .uint64(let value), .double(bits: let value): write(value)
    case .string(let text), .objectPath(let text):
      let text = Self.withoutNUL(text)
      write(UInt32(text.utf8.count))
      append(text)
    case .signature(let text): write(signature: text)
    case .variant(let value):
      write(signature: value.type.code)
      write(value)
    case .bytes(let bytes):
      write(UInt32(bytes.count))
      self.bytes += bytes
    case .array(let element, let values):
      writeArray(alignedTo: element.alignment) { writer in writer.write(values) }
    case .dictionary(_, _, let entries):
      writeArray(alignedTo: 8) { writer in
        for entry in entries {
          writer.align(8)
          writer.write(entry.key)
          writer.write(entry.value)
        }
      }
    case .structure(let members):
      align(8)
      write(members)
    }
  }

  mutating func write<Number: FixedWidthInteger>(_ number: Number) {
    align(Number.bitWidth / 8)
    withUnsafeBytes(of: ordered(number)) { bytes.append(contentsOf: $0) }
  }

  mutating func align(_ alignment: Int) {
    while bytes.count % alignment != 0 { bytes.append(0) }
  }

  private mutating func writeArray(alignedTo alignment: Int, _ body: (inout WireWriter) -> Void) {
    align(4)
    let place = bytes.count
    write(UInt32(0))
    align(alignment)
    let start = bytes.count
    body(&self)
    let length = UInt32(bytes.count - start)
    withUnsafeBytes(of: ordered(length)) { bytes.replaceSubrange(place..<place + 4, with: $0) }
  }

  private func ordered<Number: FixedWidthInteger>(_ number: Number) -> Number {
    isLittleEndian ? number.littleEndian : number.bigEndian
  }

  private mutating func write(signature text: String) {
    bytes.append(UInt8(text.utf8.count))
    append(text)
  }

  private mutating func append(_ text: String) {
    bytes += text.utf8
    bytes.append(0)
  }

  /// A client ends the connection over a text that holds NUL.
  private static func withoutNUL(_ text: String) -> String {
    guard text.utf8.contains(0) else { return text }
    return String(
      String.UnicodeScalarView(text.unicodeScalars.map { $0 == "\0" ? "\u{FFFD}" : $0 }))
  }
}
