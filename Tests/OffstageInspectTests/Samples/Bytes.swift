/// Bytes as the formats want them, for samples that are written by hand.
struct Bytes {
  var bytes: [UInt8] = []

  mutating func varint(_ value: UInt64) {
    var value = value
    while value >= 0x80 {
      bytes.append(UInt8(value & 0x7F) | 0x80)
      value >>= 7
    }
    bytes.append(UInt8(value))
  }

  mutating func fixed(_ value: some FixedWidthInteger) {
    withUnsafeBytes(of: value.littleEndian) { bytes += $0 }
  }

  mutating func counted(_ content: [UInt8]) {
    varint(UInt64(content.count))
    bytes += content
  }

  static func with(_ body: (inout Bytes) -> Void) -> [UInt8] {
    var bytes = Bytes()
    body(&bytes)
    return bytes.bytes
  }
}

/// A message in the wire format of protocol buffers.
struct Message {
  private var out = Bytes()

  var bytes: [UInt8] { out.bytes }

  func int(_ number: UInt64, _ value: Int64) -> Message {
    adding {
      $0.varint(number << 3)
      $0.varint(UInt64(bitPattern: value))
    }
  }

  func bytes(_ number: UInt64, _ value: [UInt8]) -> Message {
    adding {
      $0.varint(number << 3 | 2)
      $0.counted(value)
    }
  }

  func text(_ number: UInt64, _ value: String) -> Message { bytes(number, Array(value.utf8)) }

  func message(_ number: UInt64, _ value: Message) -> Message { bytes(number, value.bytes) }

  private func adding(_ body: (inout Bytes) -> Void) -> Message {
    var copy = self
    body(&copy.out)
    return copy
  }
}
