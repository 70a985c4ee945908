/// The checksum of LevelDB's blocks (Castagnoli's polynomial), stored “masked”, since a checksum over
/// bytes that hold checksums is a weak one (leveldb, util/crc32c.h).
struct CRC32C {
  private static let table: [UInt32] = (0..<256).map { index in
    (0..<8).reduce(UInt32(index)) { value, _ in
      value & 1 == 1 ? value >> 1 ^ 0x82F6_3B78 : value >> 1
    }
  }

  private var value: UInt32 = .max

  mutating func add(_ bytes: ArraySlice<UInt8>) {
    var value = value
    Self.table.withUnsafeBufferPointer { table in
      bytes.withUnsafeBufferPointer { bytes in
        for byte in bytes {
          value = table[Int(UInt8(truncatingIfNeeded: value) ^ byte)] ^ value >> 8
        }
      }
    }
    self.value = value
  }

  var masked: UInt32 {
    let checksum = ~value
    return (checksum >> 15 | checksum << 17) &+ 0xA282_EAD8
  }

  static func masked(_ parts: ArraySlice<UInt8>...) -> UInt32 {
    var checksum = CRC32C()
    for part in parts { checksum.add(part) }
    return checksum.masked
  }
}
